"""Projects for Vivado, for boards whose bitstreams no open tool makes.

tabfab does not run Vivado, and nobody has tried these projects yet.
"""

from __future__ import annotations

import shutil
from importlib import resources
from pathlib import Path

import jinja2

from ..compiler.store.files import atomic_directory
from ..hw.rtl.build import Build, as_build
from ..hw.rtl.verilog import VERILOG_FILE, memory_files
from ..hw.synth.harness import HARNESS
from .board import BoardError
from .catalog import find_board
from .design import DEFAULT_BAUD, BoardDesign, design_for
from .flows.catalog import FLOWS

_SCRIPT = "vivado.tcl"
_SOURCE = "board.v"


def write_project(
    build: Path | Build,
    board_name: str,
    output: Path,
    mhz: float | None = None,
    baud: int = DEFAULT_BAUD,
) -> BoardDesign:
    """Write a project: Verilog, memories, constraints and the Tcl that makes the bitstream.

    Parameters
    ----------
    build: what was written by `tabfab verilog`, or its directory.
    board_name: one of `tabfab.boards.catalog.BOARDS` with an AMD FPGA.
    output: directory to make, or an earlier project's to replace.
    mhz: clock that the build runs at; None takes the board's own.
    baud: bits per second of the serial line.

    Raises
    ------
    BoardError: there is no such board, it is too small, or has no such FPGA.
    ClockError: the board does not make the clock.
    """
    board = find_board(board_name)
    flow = FLOWS[board.flow]
    if flow.place_and_route is not None:
        raise BoardError(f"{board.name} needs no project: open tools make its bitstream")
    build = as_build(build)
    directory = build.directory
    design = design_for(build, board, mhz, baud)
    suffix, constraints = flow.constraints
    with atomic_directory(output, "project") as temporary:
        verilog = (directory / VERILOG_FILE).read_text()
        memories = sorted(memory_files(verilog))
        for name in (VERILOG_FILE, *memories):
            shutil.copyfile(directory / name, temporary / name)
        (temporary / _SOURCE).write_text(design.verilog)
        (temporary / f"board{suffix}").write_text(constraints(board.pins))
        template = resources.files(__package__).joinpath(f"{_SCRIPT}.jinja").read_text()
        script = jinja2.Template(template, undefined=jinja2.StrictUndefined).render(
            board=board,
            top=HARNESS,
            sources=[VERILOG_FILE, _SOURCE],
            memories=memories,
            constraints=f"board{suffix}",
            mhz=design.clock.mhz,
        )
        (temporary / _SCRIPT).write_text(script)
    return design
