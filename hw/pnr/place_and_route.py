"""Place and route: how fast a build runs on a device, what it takes of it, and what limits it."""

from __future__ import annotations

import dataclasses
import json
import os
import shutil
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ...compiler.store.files import atomic_file
from ...compiler.store.json_text import json_text
from ...compiler.store.printable import html_table
from ...compiler.store.progress import Progress, silent
from ..device.frequency import check_frequency
from ..rtl.build import Build, as_build
from ..synth.harness import pin_constraints
from .critical_path import CriticalPath, critical_path, fmax_mhz, utilization
from .netlist import json_netlist
from .nextpnr import DEFAULT_PLACER, STEPS, check_placer, command, run_nextpnr
from .targets import Target, find_target


@dataclass(frozen=True)
class PnrOptions:
    """Where to place a build, and how.

    Parameters
    ----------
    device: one of `tabfab.hw.pnr.targets.targets`.
    seed: of the placement; other seeds give other clocks, a few percent apart. Where the placer
        finds no place for all cells with it, the next three are tried.
    mhz: clock to aim for.
    flatten: optimize across components; they then cannot be told apart as well.
    placer: one of `tabfab.hw.pnr.nextpnr.PLACERS`.
    """

    device: str = "ecp5-85k"
    seed: int = 1
    mhz: float = 100.0
    flatten: bool = False
    placer: str = DEFAULT_PLACER

    def __post_init__(self) -> None:
        check_frequency("--mhz", self.mhz)
        check_placer(self.placer)


@dataclass(frozen=True)
class PnrReport:
    """A placed and routed build.

    Parameters
    ----------
    device, seed, placer: what it was placed on, with which seed, and how.
    fmax_mhz: the highest clock at which every path is in time.
    utilization: resource -> (used, available), by the device's names.
    path: what limits the clock; None where nothing is clocked.
    clocks_per_image: of the plan.
    seconds: that place and route took.
    """

    device: str
    seed: int
    fmax_mhz: float
    utilization: dict[str, tuple[int, int]]
    path: CriticalPath | None
    clocks_per_image: int
    seconds: float
    placer: str = DEFAULT_PLACER

    @property
    def images_per_second(self) -> float:
        """At the highest clock, images back to back."""
        return self.fmax_mhz * 1e6 / self.clocks_per_image

    def _repr_html_(self) -> str:
        """A row for each resource, as notebooks show it."""
        rows = [
            (name, used, available, f"{used / available:.1%}" if available else None)
            for name, (used, available) in self.utilization.items()
        ]
        title = f"placed on {self.device}: {self.fmax_mhz:.1f} MHz"
        return html_table(title, ["resource", "used", "available", "share"], rows)

    def document(self) -> dict[str, Any]:
        """The report as JSON values."""
        path = self.path and {
            "clock": self.path.clock,
            "delay_ns": round(self.path.delay_ns, 3),
            "routing_ns": round(self.path.routing_ns, 3),
            "components": [
                {"component": name, "ns": round(delay, 3)} for name, delay in self.path.parts
            ],
            "steps": [dataclasses.asdict(step) for step in self.path.steps],
        }
        used = {
            name: {"used": used, "available": available}
            for name, (used, available) in self.utilization.items()
        }
        whole = dataclasses.asdict(self)
        images = {"images_per_second": round(self.images_per_second, 1)}
        return {**whole, **images, "utilization": used, "path": path}


def report_file(device: str) -> str:
    """Name of the file in a build that holds the report of place and route on `device`."""
    return f"pnr-{device}.json"


def place_and_route(
    build: Path | Build, options: PnrOptions | None = None, progress: Progress = silent
) -> PnrReport:
    """Place and route a build out of context, without a board's pins.

    The netlist, nextpnr's log and the report (``pnr-DEVICE.json``) are kept in the build. A
    netlist of the same Verilog is used again, so an interrupted run goes on from there.

    Parameters
    ----------
    build: what was written by `tabfab verilog`, or its directory.
    options: see `PnrOptions`.
    progress: called with (steps done, steps in all, what is under way).

    Raises
    ------
    TabfabError: there is no such device, or it has no place and route; the build is not usable.
    YosysError, NextpnrError: a tool is not installed or failed; the device may be too small.
    """
    options = options or PnrOptions()
    target = find_target(options.device)
    command(target.tool)  # before minutes of synthesis
    build = as_build(build)

    def synthesizing(done: int, total: int, what: str) -> None:
        progress(0, len(STEPS) + 1, f"synthesizing, {what}")

    def routing(done: int, total: int, what: str) -> None:
        progress(done + 1, total + 1, what)

    netlist = json_netlist(build, target, options.flatten, synthesizing)
    started = time.monotonic()
    seed, raw = _run(build, target, options, netlist, routing)
    report = _read(build, dataclasses.replace(options, seed=seed), raw, time.monotonic() - started)
    directory = build.directory
    with atomic_file(directory / report_file(options.device), within=directory) as file:
        file.write_text(json_text(report.document(), indent=1) + "\n")
    return report


def _run(
    build: Build, target: Target, options: PnrOptions, netlist: Path, progress: Progress
) -> tuple[int, dict[str, Any]]:
    """Run nextpnr: the seed of its placement, and its own report."""
    directory = build.directory
    log = directory / f"pnr-{options.device}.log"
    with _scratch(directory / f".pnr-{options.device}") as scratch:
        report = scratch / "report.json"
        arguments = [
            *target.arguments,
            *("--json", os.path.relpath(netlist, directory)),
            *("--report", os.path.relpath(report, directory)),
            *("--freq", f"{options.mhz:g}"),
            *("--placer", options.placer),
            "--timing-allow-fail",
        ]
        if target.pins is not None:
            pins = scratch / "pins.cst"
            pins.write_text(pin_constraints(target.pins))
            arguments += ["--vopt", f"cst={os.path.relpath(pins, directory)}"]
        seed = run_nextpnr(target.tool, arguments, options.seed, directory, log, progress)
        document: dict[str, Any] = json.loads(report.read_text())
        return seed, document


@contextmanager
def _scratch(path: Path) -> Iterator[Path]:
    """An empty directory within the build, since nextpnr as WebAssembly sees another /tmp.

    Its name is fixed, so that the next run clears away what a killed one left.
    """
    shutil.rmtree(path, ignore_errors=True)
    path.mkdir()
    try:
        yield path
    finally:
        shutil.rmtree(path, ignore_errors=True)


def _read(build: Build, placed: PnrOptions, raw: Mapping[str, Any], seconds: float) -> PnrReport:
    stages = {stage.instance: stage.name for stage in build.network.stages}
    return PnrReport(
        device=placed.device,
        seed=placed.seed,
        fmax_mhz=round(fmax_mhz(raw), 2),
        utilization=utilization(raw),
        path=critical_path(raw, stages),
        clocks_per_image=build.plan.clocks_per_image,
        seconds=round(seconds, 1),
        placer=placed.placer,
    )
