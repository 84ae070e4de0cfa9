"""What nextpnr reports of a placed and routed build, told in the build's own words.

Cells are named after the modules that they were synthesized from, so that the start of a name
says which stage a cell belongs to, and what follows which part of it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from ..synth.harness import INSTANCE

_OUTSIDE = "top level"


@dataclass(frozen=True)
class Step:
    """One part of a path through logic.

    Parameters
    ----------
    component: the stage, and the part of it: ``conv1.engine requantizer``.
    kind: ``clk-to-q``, ``logic``, ``routing`` or ``setup``.
    delay_ns: nanoseconds.
    cell: nextpnr's name of the cell that it goes to.
    """

    component: str
    kind: str
    delay_ns: float
    cell: str


@dataclass(frozen=True)
class CriticalPath:
    """The path that limits a clock.

    Parameters
    ----------
    clock: net of the clock.
    steps: from a flip-flop or memory to the next.
    """

    clock: str
    steps: tuple[Step, ...]

    @property
    def delay_ns(self) -> float:
        """Of the whole path."""
        return sum(step.delay_ns for step in self.steps)

    @property
    def routing_ns(self) -> float:
        """What wires take of it."""
        return sum(step.delay_ns for step in self.steps if step.kind == "routing")

    @property
    def parts(self) -> list[tuple[str, float]]:
        """The components on its way, in order, with the nanoseconds that each takes."""
        return [
            (name, sum(step.delay_ns for step in steps))
            for name, steps in groupby(self.steps, key=lambda step: step.component)
        ]


def critical_path(report: Mapping[str, Any], stages: Mapping[str, str]) -> CriticalPath | None:
    """The longest path between two edges of the same clock; None where there is no such path.

    Parameters
    ----------
    report: nextpnr's JSON report.
    stages: module instance -> name of each stage.
    """
    paths = [
        path
        for path in report["critical_paths"]
        if path["from"] == path["to"] and path["from"] != "<async>"
    ]
    if not paths:
        return None
    slowest = max(paths, key=lambda path: sum(part["delay"] for part in path["path"]))
    steps: list[Step] = []
    for part in slowest["path"]:
        cell = part["to"]["cell"]
        before = steps[-1].component if steps else _OUTSIDE
        component = component_of(cell, stages) or before
        steps.append(Step(component, part["type"], float(part["delay"]), cell))
    return CriticalPath(slowest["from"].split()[-1], tuple(steps))


def component_of(cell: str, stages: Mapping[str, str]) -> str | None:
    """The stage that a cell belongs to, and the part of it; None for nextpnr's own cells."""
    if cell.startswith("$"):
        return None
    *modules, name = cell.removeprefix(f"{INSTANCE}.").removeprefix("network.").split(".")
    if modules and modules[0] in stages:
        return " ".join([stages[modules[0]], *_part(modules[1:])])
    if modules:
        return f"{_OUTSIDE} {modules[0]}"
    # Between the stages cells are named after the port of the stage that they drive.
    owners = [instance for instance in stages if name.startswith(f"{instance}_")]
    return stages[max(owners, key=len)] if owners else _OUTSIDE


def _part(modules: Sequence[str]) -> Sequence[str]:
    """The module within a stage, if any, that names a part of it; a core is the stage itself."""
    return (modules[1:] if modules[:1] == ["core"] else modules)[:1]


def fmax_mhz(report: Mapping[str, Any]) -> float:
    """The highest clock at which every path is in time."""
    clocks = [float(clock["achieved"]) for clock in report["fmax"].values()]
    return min(clocks, default=0.0)


def utilization(report: Mapping[str, Any]) -> dict[str, tuple[int, int]]:
    """(used, available) of each of the device's resources that is used.

    What nextpnr counts of cells that no device has (Gowin's ``DUMMY_CELL``) is left out.
    """
    return {
        re.sub(r"^ICESTORM_", "", name): (counts["used"], counts["available"])
        for name, counts in report["utilization"].items()
        if counts["used"] and counts["available"]
    }
