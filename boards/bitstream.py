"""Bitstreams: a build on a board, by open tools."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from ..compiler.store.errors import TabfabError
from ..compiler.store.files import atomic_file, check_file
from ..compiler.store.kept import KeptFiles
from ..compiler.store.progress import Progress, silent
from ..hw.pnr.critical_path import critical_path, fmax_mhz, utilization
from ..hw.pnr.nextpnr import DEFAULT_PLACER, STEPS, check_placer, command, run_nextpnr
from ..hw.rtl.build import Build, as_build
from ..hw.synth.netlist import make_netlist
from ..hw.synth.passes import Synthesis
from .board import BoardError
from .catalog import find_board
from .design import DEFAULT_BAUD, BoardDesign, design_for
from .flows.catalog import FLOWS
from .flows.packer import Packer
from .loader import bitstream_file, kept_bitstream, record_file


class TimingError(TabfabError):
    """A build that is too slow for the clock of its board."""


@dataclass(frozen=True)
class BitstreamOptions:
    """How to put a build on a board.

    Parameters
    ----------
    mhz: clock that the build runs at; None takes the board's own.
    baud: bits per second of the serial line.
    seed: of the placement.
    flatten: optimize across components.
    allow_slow: write the bitstream even if a path takes longer than a clock.
    placer: one of `tabfab.hw.pnr.nextpnr.PLACERS`.
    """

    mhz: float | None = None
    baud: int = DEFAULT_BAUD
    seed: int = 1
    flatten: bool = False
    allow_slow: bool = False
    placer: str = DEFAULT_PLACER

    def __post_init__(self) -> None:
        check_placer(self.placer)
        if self.baud < 1:
            raise BoardError(f"--baud must be at least 1, not {self.baud}")


@dataclass(frozen=True)
class BitstreamReport:
    """A bitstream that was written.

    Parameters
    ----------
    board: what for.
    build: number of the build, in hexadecimal digits (`tabfab.boards.identity`).
    bitstream: the file.
    bytes, sha256: of the file.
    mhz: clock of the build.
    baud: bits per second of the serial line, as the divided clock gives them.
    fmax_mhz: the highest clock at which every path is in time.
    utilization: resource -> (used, available), by the device's names.
    """

    board: str
    build: str
    bitstream: Path
    bytes: int
    sha256: str
    mhz: float
    baud: float
    fmax_mhz: float
    utilization: dict[str, tuple[int, int]]


def make_bitstream(
    build: Path | Build,
    board_name: str,
    output: Path | None = None,
    options: BitstreamOptions | None = None,
    progress: Progress = silent,
) -> BitstreamReport:
    """Synthesize, place, route and pack a build for a board.

    The netlist, the routed design, nextpnr's log, the bitstream and the report
    (``board-BOARD.json``) are kept in the build: the same command again, or after Ctrl-C, goes on
    with what is missing. The same build and options give the same bytes.

    Parameters
    ----------
    build: what was written by `tabfab verilog`, or its directory.
    board_name: one of `tabfab.boards.catalog.BOARDS`.
    output: file for a copy of the bitstream.
    options: see `BitstreamOptions`.
    progress: called with (steps done, steps in all, what is under way).

    Raises
    ------
    BoardError: there is no such board, it is too small, or no open tool makes its bitstreams.
    ClockError: the board does not make the clock.
    TimingError: a path takes longer than a clock.
    YosysError, NextpnrError, PackerError: a tool is not installed or failed.
    """
    options = options or BitstreamOptions()
    board = find_board(board_name)
    flow = FLOWS[board.flow]
    if flow.place_and_route is None or flow.packer is None:
        raise BoardError(
            f"no open tool makes bitstreams for {board.name}; "
            "tabfab.boards.vivado.write_project writes a project for the manufacturer's"
        )
    if output is not None:
        check_file(output)
    _ = command(flow.place_and_route.tool), flow.packer.command  # before minutes of synthesis
    build = as_build(build)
    directory = build.directory
    design = design_for(build, board, options.mhz, options.baud)
    steps = len(STEPS) + 2

    def synthesizing(done: int, total: int, what: str) -> None:
        progress(0, steps, f"synthesizing, {what}")

    def routing(done: int, total: int, what: str) -> None:
        progress(done + 1, steps, what)

    netlist = _netlist(design, options, synthesizing)
    routed, report = _routed(design, options, netlist, routing)
    reached = fmax_mhz(report)
    if reached < design.clock.mhz and not options.allow_slow:
        raise TimingError(_too_slow(design, reached, report))
    progress(steps - 1, steps, "packing")
    record = record_file(directory, board)
    record.unlink(missing_ok=True)  # from here on it is not the bitstream's
    bitstream = bitstream_file(directory, board)
    _pack(flow.packer, design, routed, bitstream)
    result = _report(design, bitstream, report)
    with atomic_file(record, within=directory) as file:
        file.write_text(json.dumps(document(result), indent=1) + "\n")
    kept_bitstream(build, board).stamp()
    if output is not None:
        with atomic_file(output) as file:
            shutil.copyfile(bitstream, file)
    progress(steps, steps, "done")
    return result


def document(report: BitstreamReport) -> dict[str, Any]:
    """The report as JSON values."""
    used = {
        name: {"used": used, "available": available}
        for name, (used, available) in report.utilization.items()
    }
    return {**vars(report), "bitstream": str(report.bitstream), "utilization": used}


def _netlist(design: BoardDesign, options: BitstreamOptions, progress: Progress) -> Path:
    name = f"netlist-{design.board.name}{'-flat' if options.flatten else ''}"
    harness = f"{name}-board.v"
    synthesis = Synthesis(
        design.flow.family, options.flatten, harness=harness, extra=design.board.synthesis
    )
    sources = {harness: design.verilog}
    return make_netlist(
        design.build, synthesis, f"{name}.json", "write_json {file}", sources, progress
    )


def _routed(
    design: BoardDesign, options: BitstreamOptions, netlist: Path, progress: Progress
) -> tuple[Path, dict[str, Any]]:
    """The placed and routed design, and nextpnr's report; kept ones where nothing has changed."""
    board, flow, directory = design.board, design.flow, design.build.directory
    tool = flow.place_and_route
    assert tool is not None
    assert flow.place is not None
    suffix, constraints = flow.constraints
    pins = f"board-{board.name}{suffix}"
    routed = directory / f"board-{board.name}-routed{flow.routed}"
    raw = directory / f"board-{board.name}-nextpnr.json"
    text = constraints(board.pins)
    settings = [
        *board.place,
        *tool.arguments,
        *("--freq", f"{design.clock.mhz:g}", "--timing-allow-fail"),
        *("--placer", options.placer),
    ]
    described = [tool.tool, _tool_version(tool.tool), text, *settings, str(options.seed)]
    described += flow.place(pins, routed.name)
    made_of = netlist.read_bytes() + "\n".join(described).encode()
    kept = KeptFiles(directory, (routed.name, raw.name), made_of)
    if not kept.fit():
        (directory / pins).write_text(text)
        with (
            atomic_file(routed, within=directory) as new,
            atomic_file(raw, within=directory) as new_raw,
        ):
            # Relative, since nextpnr as WebAssembly sees another /tmp than its caller.
            arguments = [
                *settings,
                *("--json", netlist.name, "--report", os.path.relpath(new_raw, directory)),
                *flow.place(pins, os.path.relpath(new, directory)),
            ]
            log = directory / f"board-{board.name}.log"
            run_nextpnr(tool.tool, arguments, options.seed, directory, log, progress)
        kept.stamp()
    report: dict[str, Any] = json.loads(raw.read_text())
    return routed, report


def _tool_version(tool: str) -> str:
    try:
        return version(f"yowasp-{tool}")
    except PackageNotFoundError:
        return ""


def _pack(packer: Packer, design: BoardDesign, routed: Path, output: Path) -> None:
    """Pack beside the routed design, whose directory the tool sees, and move to `output`."""
    directory = design.build.directory
    scratch = directory / f".board-{design.board.name}{design.flow.bitstream}"
    log = directory / f"board-{design.board.name}.log"
    try:
        packer.pack(design.board, directory, routed.name, scratch.name, log)
        with atomic_file(output, within=directory) as temporary:
            shutil.copyfile(scratch, temporary)
    finally:
        scratch.unlink(missing_ok=True)


def _report(design: BoardDesign, output: Path, raw: Mapping[str, Any]) -> BitstreamReport:
    written = output.read_bytes()
    return BitstreamReport(
        board=design.board.name,
        build=f"{design.settings.build:014x}",
        bitstream=output,
        bytes=len(written),
        sha256=hashlib.sha256(written).hexdigest(),
        mhz=design.clock.mhz,
        baud=design.settings.actual_baud,
        fmax_mhz=round(fmax_mhz(raw), 2),
        utilization=utilization(raw),
    )


def _too_slow(design: BoardDesign, reached: float, raw: Mapping[str, Any]) -> str:
    stages = {stage.instance: stage.name for stage in design.network.stages}
    path = critical_path(raw, stages)
    parts = [] if path is None else [f"{name} {delay:.1f} ns" for name, delay in path.parts]
    return (
        f"the build reaches {reached:.1f} MHz on {design.board.name} and should run at "
        f"{design.clock.mhz:g}; give a lower --mhz, another --seed, or --allow-slow to have the "
        f"bitstream all the same (slowest path: {', '.join(parts)})"
    )
