"""Proofs that a mutant cannot be told from the design, for the module that it is in.

Yosys puts the module with the fault beside the one without, both with the same inputs, and makes
an and-inverter graph of them whose only output tells of a difference. ABC first merges signals
that are equal in both for ever (`scorr`: by induction, van Eijk, DOI 10.1109/43.851997), which
leaves little but the fault, and then looks for an invariant (`pdr`: property directed
reachability, Bradley, DOI 10.1007/978-3-642-18275-4_7).
"""

from __future__ import annotations

import re
import subprocess
import tempfile
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

from ..hw.yosys import YosysError, run_passes
from .cuts import NOTHING
from .mutate import Mutant

_SEARCH = 10
"""Seconds to look for an invariant."""
_MERGE = 60
"""Seconds beyond that, after which a proof is given up."""
_CLOCKS = 4
"""Over which signals are assumed to be equal, to show it for the next."""
_STAGE = 3
"""Parts of a stage's module name: top, network, stage."""

_PORT = re.compile(r"^  (input|output) (\[\d+:0\] )?(\\\S+ |\w+);$", re.MULTILINE)
_PASSES = (
    "read_verilog -sv both.v",
    "hierarchy -top miter",
    "proc",
    "flatten",
    "opt_clean",
    "memory_collect",
    "memory_map",
    "opt -nodffe -nosdff",
    "setundef -undriven -zero",
    "techmap",
    "aigmap",
    "write_aiger -zinit miter.aig",
)


def prove_equivalent(verilog: str, directory: Path, mutant: Mutant) -> bool:
    """Whether the mutant is proven to behave like the design, whatever its surroundings do.

    From configuration on, resets at any clock included, all outputs of the module with the fault
    must be those of the module without it; payloads while they are valid. Where that is not
    proven, the module around it is tried, up to the stage. False means that there is no proof,
    not that the mutant differs.

    Parameters
    ----------
    verilog: of the design.
    directory: with the memories that it reads.
    mutant: found in it.

    Raises
    ------
    YosysError: a tool failed.
    """
    mutated = verilog[: mutant.start] + mutant.after + verilog[mutant.end :]
    parts = mutant.module.split(".")
    shortest = min(_STAGE, len(parts))
    return any(
        _prove(verilog, mutated, ".".join(parts[:length]), directory)
        for length in range(len(parts), shortest - 1, -1)
    )


def _prove(verilog: str, mutated: str, module: str, directory: Path) -> bool:
    gold, gate = _cut_out(verilog, module, "gold"), _cut_out(mutated, module, "gate")
    with tempfile.TemporaryDirectory(prefix="tabfab-") as scratch:
        work = Path(scratch)
        for memory in directory.glob("*.mem"):
            (work / memory.name).symlink_to(memory.resolve())
        (work / "both.v").write_text("\n".join([gold, gate, NOTHING, *_miter(gold)]))
        run_passes(_PASSES, work, work / "log")
        return _never_differs(work)


def _never_differs(work: Path) -> bool:
    """Whether ABC proves that the output of ``miter.aig`` is never 1."""
    merge = f"scorr; scorr -F {_CLOCKS}"
    script = f"read_aiger miter.aig; strash; {merge}; write_aiger merged.aig; pdr -T {_SEARCH}"
    try:
        done = subprocess.run(
            [_abc(), "-c", script],
            cwd=work,
            capture_output=True,
            text=True,
            check=False,
            timeout=_SEARCH + _MERGE,
        )
    except subprocess.TimeoutExpired:
        return False
    merged = work / "merged.aig"
    if not merged.is_file():
        raise YosysError(f"ABC failed: {done.stdout[-300:]}")
    # The header is "aig M I L O A"; a line for each of L latches, and then the output's literal.
    header, *lines = merged.read_bytes().split(b"\n")
    return lines[int(header.split()[3])] == b"0" or "Property proved" in done.stdout


def _abc() -> str:
    """The ABC that comes with Yosys."""
    spec = find_spec("pyosys")
    places = [] if spec is None else list(spec.submodule_search_locations or [])
    for place in places:
        if (program := Path(place) / "yosys-abc").is_file():
            return str(program)
    raise YosysError("there is no yosys-abc in the pyosys package; install pyosys 0.70 or newer")


def _cut_out(verilog: str, module: str, name: str) -> str:
    """The module and those in it, under another name."""
    wanted = re.compile(
        rf"^module \\?{re.escape(module)}(?:\.\S+)? .*?^endmodule", re.MULTILINE | re.DOTALL
    )
    text = "\n".join(match[0] for match in wanted.finditer(verilog))
    return re.sub(rf"{re.escape(module)}(?=[. (])", name, text)


def _miter(gold: str) -> Iterator[str]:
    """A module whose output `differs` tells where the outputs of `gold` and `gate` do."""
    first = re.search(r"^module \\?gold .*?^endmodule", gold, re.MULTILINE | re.DOTALL)
    assert first is not None
    ports = _PORT.findall(first[0])
    inputs = [(width, name) for kind, width, name in ports if kind == "input"]
    outputs = [(width, name) for kind, width, name in ports if kind == "output"]
    yield f"module miter({', '.join([*(name for _, name in inputs), 'output differs'])});"
    for width, name in inputs:
        yield f"  input {width}{name};"
    for side in ("gold", "gate"):
        connected = [f".{name}({name})" for _, name in inputs]
        for number, (width, name) in enumerate(outputs):
            yield f"  wire {width}{side}_{number};"
            connected.append(f".{name}({side}_{number})")
        yield f"  {side} {side}_module({', '.join(connected)});"
    names = [name.strip().removeprefix("\\") for _, name in outputs]
    differences = []
    for number, name in enumerate(names):
        valid = _valid_of(name, names)
        mask = "" if valid is None else f"gold_{valid} && "
        differences.append(f"({mask}gold_{number} != gate_{number})")
    yield f"  assign differs = {' || '.join(differences)};"
    yield "endmodule"


def _valid_of(name: str, outputs: list[str]) -> int | None:
    """The number of the `valid` that goes with a payload, if it is an output too.

    It is named like the payload, or, where the two were named after different signals, the only
    one.
    """
    stream, payload, _ = name.partition("__payload")
    if not payload:
        return None
    alike = re.compile(rf"{re.escape(stream)}__valid(\$\d+)?")
    for pattern in (alike, re.compile(r".*valid\d*(\$\d+)?")):
        numbers = [number for number, other in enumerate(outputs) if pattern.fullmatch(other)]
        if numbers:
            return numbers[0] if len(numbers) == 1 else None
    return None
