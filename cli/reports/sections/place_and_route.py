"""What place and route came to: the clock, the device, and the path that limits both."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import groupby
from typing import Any

from ....hw.pnr.critical_path import CriticalPath
from ....hw.pnr.place_and_route import PnrReport
from ..figures import count, known, of, row
from ..section import Section
from ..subject import Subject

_WIRES = "routing"
"""The kind of a step that is a wire (`tabfab.hw.pnr.critical_path.Step`)."""


def _view(subjects: Sequence[Subject]) -> Mapping[str, Any] | None:
    if not any(each.routes for each in subjects):
        return None
    devices = dict.fromkeys(report.device for each in subjects for report in each.routes)
    return {"devices": [_device(name, subjects) for name in devices]}


def _device(name: str, subjects: Sequence[Subject]) -> dict[str, Any]:
    found = [each.route(name) for each in subjects]
    slacks = [
        None if report is None else _slack(subject, report)
        for subject, report in zip(subjects, found, strict=True)
    ]
    paths = [None if each is None else each.path for each in found]
    resources = dict.fromkeys(key for each in found if each for key in each.utilization)
    rows = [
        row("highest clock, MHz", of(found, lambda each: each.fmax_mhz)),
        row("slack at the planned clock, ns", slacks,
            help="of the slowest path: what is left of a clock, or lacks where it is negative"),
        row("images per second at the highest clock",
            of(found, lambda each: each.images_per_second), count),
        row("slowest path, ns", of(paths, lambda path: path.delay_ns)),
        row("of it wires, ns", of(paths, lambda path: path.routing_ns)),
        *(
            row(f"{key}, of {_available(found, key):,}",
                _used(found, key))
            for key in resources
        ),
        row("seed of the placement", of(found, lambda each: str(each.seed))),
    ]  # fmt: skip
    return {
        "name": name,
        "rows": known(rows),
        "paths": [
            {"subject": subject, **_path(report.path)}
            for subject, report in zip(subjects, found, strict=True)
            if report is not None and report.path is not None
        ],
        "gauges": [
            {"subject": subject, "gauges": _gauges(report)}
            for subject, report in zip(subjects, found, strict=True)
            if report is not None
        ],
    }


def _slack(subject: Subject, report: PnrReport) -> float | None:
    """Nanoseconds of the planned clock that the slowest path leaves."""
    if subject.build is None:
        return None
    return 1e3 / subject.build.plan.clock_mhz - 1e3 / report.fmax_mhz


def _available(reports: Sequence[PnrReport | None], resource: str) -> int:
    return next(r.utilization[resource][1] for r in reports if r and resource in r.utilization)


def _used(reports: Sequence[PnrReport | None], resource: str) -> list[float | int | str | None]:
    return of(reports, lambda report: report.utilization.get(resource, (0, 0))[0])


def _gauges(report: PnrReport) -> list[dict[str, Any]]:
    return [
        {"name": name, "used": used, "available": available, "share": 100 * used / available}
        for name, (used, available) in report.utilization.items()
        if available
    ]


def _path(path: CriticalPath) -> dict[str, Any]:
    """Runs of logic and of wires, and the components that they pass."""
    whole = path.delay_ns or 1.0
    runs = [
        (component, "wires" if wires else "logic", sum(step.delay_ns for step in steps))
        for (component, wires), steps in groupby(
            path.steps, key=lambda step: (step.component, step.kind == _WIRES)
        )
    ]
    return {
        "delay": path.delay_ns,
        "segments": [(name, kind, ns, 100 * ns / whole) for name, kind, ns in runs],
        "components": [(name, ns, 100 * ns / whole) for name, ns in path.parts],
    }


PLACE_AND_ROUTE = Section(
    "place_and_route",
    "Place and route",
    "The highest clock at which every path is in time, what the design takes of the device, and "
    "the components on the slowest path.",
    _view,
    "tabfab synth BUILD --pnr",
)
