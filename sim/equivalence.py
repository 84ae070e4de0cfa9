"""Proofs that a mutant cannot be told from the design: by Yosys, for the module that it is in."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Iterator
from pathlib import Path

from ..hw.verilog import VERILOG_FILE
from ..hw.yosys import YosysError, run_passes
from .mutate import Mutant

_TIMEOUT = 20
"""Seconds for one proof."""
_DEPTH = 8
"""Clocks of the longest induction."""
_STAGE = 3
"""Parts of a stage's module name: top, network, stage."""

_PORT = re.compile(r"^  (input|output) (\[\d+:0\] )?(\\\S+ |\w+);$", re.MULTILINE)


def prove_equivalent(directory: Path, mutant: Mutant) -> bool:
    """Whether the mutant is proven to behave like the design, whatever its surroundings do.

    The module with the fault runs beside the one without, from a reset on; all outputs must be
    equal, payloads while they are valid, which temporal induction proves. Where it does not, the
    module around it is tried, up to the stage. False means that there is no proof, not that the
    mutant differs.

    Parameters
    ----------
    directory: of the build.
    mutant: found in its Verilog.
    """
    verilog = (directory / VERILOG_FILE).read_text()
    mutated = verilog[: mutant.start] + mutant.after + verilog[mutant.end :]
    parts = mutant.module.split(".")
    modules = [
        ".".join(parts[:length]) for length in range(len(parts), min(_STAGE, len(parts)) - 1, -1)
    ]
    return any(_prove(directory, verilog, mutated, module) for module in modules)


def _prove(directory: Path, verilog: str, mutated: str, module: str) -> bool:
    gold, gate = _cut_out(verilog, module, "gold"), _cut_out(mutated, module, "gate")
    ports = [(kind, width, name.strip()) for kind, width, name in _PORT.findall(_first(gold))]
    with tempfile.TemporaryDirectory(prefix="tabfab-") as scratch:
        work = Path(scratch)
        for memory in directory.glob("*.mem"):
            (work / memory.name).symlink_to(memory.resolve())
        (work / "both.v").write_text("\n".join([gold, gate, _miter(ports)]))
        reset = " -set-at 1 rst 1" if ("input", "", "rst") in ports else ""
        passes = [
            "read_verilog -sv both.v",
            "prep -top miter -flatten",
            "memory_map",
            "opt -full",
            f"sat -verify -tempinduct -maxsteps {_DEPTH} -timeout {_TIMEOUT} -seq 1{reset} "
            "-prove differs 0 miter",
        ]
        try:
            run_passes(passes, work, work / "log")
        except YosysError:
            return False
        return True


def _cut_out(verilog: str, module: str, name: str) -> str:
    """The module and those in it, under another name."""
    wanted = re.compile(
        rf"^module \\?{re.escape(module)}(?:\.\S+)? .*?^endmodule", re.MULTILINE | re.DOTALL
    )
    text = "\n".join(match[0] for match in wanted.finditer(verilog))
    return re.sub(rf"{re.escape(module)}(?=[. (])", name, text)


def _first(verilog: str) -> str:
    """The text of the module `gold`."""
    found = re.search(r"^module \\?gold .*?^endmodule", verilog, re.MULTILINE | re.DOTALL)
    assert found is not None
    return found[0]


def _miter(ports: list[tuple[str, str, str]]) -> str:
    """A module whose output `differs` tells where both modules' outputs do."""
    return "\n".join(_miter_lines(ports))


def _miter_lines(ports: list[tuple[str, str, str]]) -> Iterator[str]:
    inputs = [(width, name) for kind, width, name in ports if kind == "input"]
    outputs = [(width, name) for kind, width, name in ports if kind == "output"]
    names = ", ".join(f"{name} " for _, name in inputs)
    yield f"module miter({names}{', ' if inputs else ''}output differs);"
    for width, name in inputs:
        yield f"  input {width}{name} ;"
    for side in ("gold", "gate"):
        connected = [f".{name} ({name} )" for _, name in inputs]
        for number, (width, name) in enumerate(outputs):
            yield f"  wire {width}{side}_{number};"
            connected.append(f".{name} ({side}_{number})")
        yield f"  {side} {side}_module({', '.join(connected)});"
    differences = []
    for number, (_, name) in enumerate(outputs):
        valid = _valid_of(name, [other for _, other in outputs])
        mask = "" if valid is None else f"gold_{valid} && "
        differences.append(f"({mask}gold_{number} != gate_{number})")
    yield f"  assign differs = {' || '.join(differences)};"
    yield "endmodule"


def _valid_of(name: str, outputs: list[str]) -> int | None:
    """The number of the `valid` that goes with a payload, if it is an output too."""
    if "__payload" not in name:
        return None
    stream = name.split("__payload")[0] + "__valid"
    numbers = [number for number, other in enumerate(outputs) if other.startswith(stream)]
    return numbers[0] if len(numbers) == 1 else None
