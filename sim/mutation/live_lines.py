"""Live lines: where in a build's Verilog there is logic that anything can see."""

from __future__ import annotations

import json
import re
import tempfile
from pathlib import Path

from ...hw.rtl.verilog import TOP
from ...hw.synth.yosys import run_passes
from .cuts import NOTHING


def live_lines(verilog: str, directory: Path, top: str = TOP) -> frozenset[int]:
    """Numbers of the lines, from 1, whose logic reaches an output of the design.

    The emitted Verilog still holds logic that nothing reads, for example the fill level of a
    queue that nobody asks for; synthesis removes it, and so does Yosys' `opt_clean` here.

    Parameters
    ----------
    verilog: of a build, with cuts or without.
    directory: with the memories that it reads.
    top: the module whose outputs count.
    """
    with tempfile.TemporaryDirectory(prefix="tabfab-") as scratch:
        work = Path(scratch)
        for memory in directory.glob("*.mem"):
            (work / memory.name).symlink_to(memory.resolve())
        (work / "top.v").write_text(f"{verilog}\n{NOTHING}")
        passes = [
            "read_verilog top.v",
            f"hierarchy -top {top}",
            "proc -noopt",
            "flatten",
            "opt_clean -purge",
            "write_json design.json",
        ]
        run_passes(passes, work, work / "log")
        cells = json.loads((work / "design.json").read_text())["modules"][top]["cells"]
    places = (cell["attributes"].get("src", "") for cell in cells.values())
    return frozenset(
        line
        for place in places
        for first, last in re.findall(r"top\.v:(\d+)\.\d+-(\d+)\.\d+", place)
        for line in range(int(first), int(last) + 1)
    )
