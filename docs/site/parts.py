"""The page of the hardware's components, made from the components themselves.

Each is made once, with the parameters of its first proof: so its ports, latency, memories and the
clocks in its drawing are not written down anywhere, but asked of it.
"""

from __future__ import annotations

import inspect
import json
from collections.abc import Mapping
from typing import Any

from amaranth.hdl import Shape
from amaranth.lib import stream
from tabfab.hw.stream.core import Core
from tabfab.hw.stream.timing import TimingError, solve
from tabfab.sim.proofs.catalog import PROOFS
from tabfab.sim.proofs.proof import Proof
from tables import table

_TOP = """# Parts

The components that hardware is put together from, each with the parameters that stand in its
heading: those of its first [proof](../proofs.md). Latency, memories and clocks are what the
component itself says; in the drawings all ports that could move do, and numbers count beats.
"""
_BEATS = 6
"""That are drawn."""
_TALLEST = 40
"""Clocks of a drawing, at most."""


def page() -> str:
    """A section for each component."""
    first: dict[str, Proof] = {}
    for proof in PROOFS:
        first.setdefault(proof.component, proof)
    return "\n\n".join([_TOP, *map(_section, sorted(first.values(), key=_name))]) + "\n"


def _name(proof: Proof) -> str:
    return proof.component.lower()


def _section(proof: Proof) -> str:
    part = proof.dut()
    about = inspect.cleandoc(type(part).__doc__ or "").split("\nParameters\n")[0].strip()
    place = type(part).__module__.removeprefix("tabfab.").replace(".", "/")
    parts = [
        f"## {proof.component}",
        f"*{proof.parameters}*, `{place}.py`",
        about,
        table(["member", "direction", "what it carries"], _members(part)),
        *_facts(part),
    ]
    drawing = _drawing(part)
    if drawing:
        parts.append(f"```wavedrom\n{drawing}\n```")
    return "\n\n".join(parts)


def _members(part: Any) -> list[tuple[str, str, str]]:
    rows = []
    for name, member in part.signature.members.items():
        carries = _stream(member.signature) if member.is_signature else _shape(member.shape)
        rows.append((f"`{name}`", "in" if member.flow.name == "In" else "out", carries))
    return rows


def _stream(signature: Any) -> str:
    if not isinstance(signature, stream.Signature):
        return type(signature).__name__
    payload = signature.members["payload"].shape
    stalls = " that never stalls" if getattr(signature, "_always_ready", False) else ""
    fields = getattr(payload, "members", None)
    if not isinstance(fields, Mapping) or "data" not in fields:
        return f"a stream{stalls} of {_shape(payload)}"
    data = fields["data"]
    return f"a stream{stalls} of {data.length} x {_shape(data.elem_shape)}"


def _shape(shape: Any) -> str:
    cast = Shape.cast(shape)
    return f"{'signed' if cast.signed else 'unsigned'}, {cast.width} bit{'s' * (cast.width > 1)}"


def _facts(part: Any) -> list[str]:
    facts = []
    if isinstance(part, Core):
        groups = "" if part.groups == (1,) else f", of groups of {part.groups[0]} beats"
        facts.append(f"Answers after {part.latency} clocks{groups}.")
    try:
        memories = part.demand().memories if hasattr(part, "demand") else ()
    except NotImplementedError:
        memories = ()  # it has a core inside that was made for the proof
    if memories:
        shown = ", ".join(f"{m.depth:,} x {m.width} bits ({m.kind})" for m in memories)
        facts.append(f"Memories: {shown}.")
    return [" ".join(facts)] if facts else []


def _drawing(part: Any) -> str:
    """When its beats move, as WaveDrom's JSON; empty where its rules ask for other numbers."""
    times = _core_times(part) if isinstance(part, Core) else _rule_times(part)
    clocks = 1 + max((each[-1] for each in times.values() if len(each)), default=0)
    if not times or clocks > _TALLEST:
        return ""
    signals: list[dict[str, Any]] = [{"name": "clock", "wave": "p" + "." * (clocks - 1)}]
    for name, moments in times.items():
        wave = ["x"] * clocks
        for moment in moments:
            wave[moment] = "="
        data = [str(number) for number in range(len(moments))]
        signals.append({"name": name, "wave": "".join(wave), "data": data})
    return json.dumps({"signal": signals})


def _core_times(part: Core) -> dict[str, list[int]]:
    size = part.groups[0]
    beats = max(size, _BEATS - _BEATS % size)
    answers = [last + part.latency for last in range(size - 1, beats, size)]
    return {"i": list(range(beats)), "o": answers}


def _rule_times(part: Any) -> dict[str, list[int]]:
    if not hasattr(part, "timing"):
        return {}
    ports = [name for name, member in part.signature.members.items()
             if member.is_signature and isinstance(member.signature, stream.Signature)]  # fmt: skip
    try:
        rules = part.timing(dict.fromkeys(ports, _BEATS))
    except (AttributeError, IndexError, KeyError, TypeError, ValueError):
        return {}  # its ports carry different numbers of beats
    names = dict.fromkeys([*ports, *(r.target for r in rules), *(r.source for r in rules)])
    lengths = dict.fromkeys(names, _BEATS)
    if any(len(rule.index) != _BEATS for rule in rules):
        return {}
    try:
        return {name: times.tolist() for name, times in solve(lengths, rules).items()}
    except (IndexError, TimingError):
        return {}
