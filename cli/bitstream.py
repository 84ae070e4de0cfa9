"""`tabfab bitstream`: a build as a bitstream for a board."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ..compiler.store.errors import TabfabError
from ..hw.pnr.nextpnr import DEFAULT_PLACER
from . import completion
from .console import print_json, print_table, progress, say
from .options import BuildDir, Json, Placer, Trust
from .trusted_build import trusted_build

if TYPE_CHECKING:
    from ..boards.bitstream import BitstreamReport
    from ..hw.rtl.build import Build

_SEED = 1

BoardName = Annotated[
    str,
    typer.Option(
        "--board",
        autocompletion=completion.boards,
        help="Board: ulx3s-85f, icebreaker, tang-nano-9k, ...; an unknown name lists them all.",
    ),
]
Baud = Annotated[
    int, typer.Option(min=1, help="Bits per second of the serial line, for host and board alike.")
]


def bitstream(
    build: BuildDir,
    board: BoardName,
    output: Annotated[
        Path | None,
        typer.Option(
            "--output",
            "-o",
            metavar="FILE|DIR",
            help="File for the bitstream; for AMD's FPGAs, directory for a project of Vivado.",
            show_default="BUILD/board-BOARD.bit, or BUILD-BOARD/",
        ),
    ] = None,
    mhz: Annotated[
        float | None,
        typer.Option(help="Clock of the build.", show_default="the board's, 12 to 100"),
    ] = None,
    baud: Baud = 1_000_000,
    seed: Annotated[
        int | None,
        typer.Option(
            min=0,
            show_default=str(_SEED),
            help="Of the placement; the clock varies by a few percent.",
        ),
    ] = None,
    placer: Placer = DEFAULT_PLACER,
    flatten: Annotated[
        bool, typer.Option("--flatten", help="Optimize across components: fewer cells.")
    ] = False,
    allow_slow: Annotated[
        bool,
        typer.Option("--allow-slow", help="Write it even if a path takes longer than a clock."),
    ] = False,
    trust: Trust = False,
    as_json: Json = False,
) -> BitstreamReport | None:
    """Make a bitstream of a build: the network, a serial link to a host, and the board's clock.

    Yosys, nextpnr and the family's packer, from PyPI (tabfab's extra 'pnr') or installed. What is
    made is kept in BUILD, so the same command again, or after Ctrl-C, goes on with what is missing.
    A build that does not reach the clock is refused, with its slowest path. For boards with AMD's
    FPGAs a project for Vivado is written instead. None of it has been tried on real hardware.

    'tabfab program' puts it on the board, 'tabfab run' sends images to it.

    Examples:
      tabfab bitstream build/ --board ulx3s-85f -o top.bit
      tabfab bitstream build/ --board icebreaker --mhz 24
      tabfab bitstream build/ --board arty-a7-35t -o arty/

    Next: 'tabfab program build/ --board ulx3s-85f' puts it on the board; 'tabfab run build/ --port
    sim' tries the whole without one.
    """
    from ..boards.bitstream import BitstreamOptions, document, make_bitstream
    from ..boards.catalog import find_board
    from ..boards.flows.catalog import FLOWS

    options = BitstreamOptions(
        mhz, baud, _SEED if seed is None else seed, flatten, allow_slow, placer
    )
    flow = FLOWS[find_board(board).flow]
    if flow.place_and_route is None:
        _refuse_of_routing(
            board,
            {
                "--seed": seed is not None,
                "--placer": placer != DEFAULT_PLACER,
                "--flatten": flatten,
                "--allow-slow": allow_slow,
                "--json": as_json,
            },
        )
    built = trusted_build(build, trust)
    if flow.place_and_route is None:
        _write_project(built, board, output, mhz, baud)
        return None
    with progress(f"{build} on {board}") as advance:
        report = make_bitstream(built, board, output, options, advance)
    if as_json:
        print_json(document(report))
        return report
    print_table(
        f"{board}: resources",
        ["resource", "used", "available", "share"],
        [
            [name, used, available, f"{used / available:.1%}"]
            for name, (used, available) in report.utilization.items()
        ],
    )
    say(
        f"{output or report.bitstream}: written, {report.bytes:,} bytes; {report.mhz:g} MHz of "
        f"{report.fmax_mhz:.1f} at most, {report.baud:,.0f} baud; "
        f"'tabfab program {build} --board {board}' puts it on the board"
    )
    return report


def _refuse_of_routing(board: str, given: Mapping[str, bool]) -> None:
    """Refuse options of what Vivado does later, and not tabfab."""
    option = next((name for name, is_given in given.items() if is_given), None)
    if option is not None:
        raise TabfabError(
            f"{option} is about placing and routing, and for {board} tabfab only writes a project "
            "for Vivado, which does that; leave it away"
        )


def _write_project(
    build: Build, board: str, output: Path | None, mhz: float | None, baud: int
) -> None:
    from ..boards.vivado import write_project

    beside = build.directory
    directory = output or beside.with_name(f"{beside.name}-{board}")
    design = write_project(build, board, directory, mhz, baud)
    say(
        f"{directory}: a project for Vivado at {design.clock.mhz:g} MHz; tabfab does not run it, "
        f"'vivado -mode batch -source vivado.tcl' in it makes {board}.bit"
    )
