"""Which stage works when, by the cycle model."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ....sim.models.activity import StageActivity
from ..figures import count
from ..marks import strip, ticks
from ..section import Section
from ..subject import IMAGES, Activity, Subject

BINS = 480
"""Parts of a timeline: a few for each pixel's width when it is drawn out."""


def _view(subjects: Sequence[Subject]) -> Mapping[str, Any] | None:
    lines = [_timeline(each, each.activity) for each in subjects if each.activity is not None]
    return {"timelines": lines, "images": IMAGES} if lines else None


def time_axis(subject: Subject, activity: Activity) -> dict[str, Any]:
    """What pictures of the same clocks have in common: a subject, its axis and its answers."""
    return {
        "subject": subject,
        "bins": BINS,
        "end": activity.end,
        "ticks": [(count(value), percent) for value, percent in ticks(activity.end)],
        "answers": [(count(each), 100 * each / activity.end) for each in activity.answers],
    }


def _timeline(subject: Subject, activity: Activity) -> dict[str, Any]:
    busiest: dict[str, tuple[float, StageActivity]] = {}
    everything = [(stage.busy(activity.rate), stage) for stage in activity.stages]
    for busy, stage in everything:
        if stage.node not in busiest or busy > busiest[stage.node][0]:
            busiest[stage.node] = busy, stage
    return {
        **time_axis(subject, activity),
        "nodes": [
            {**_row(busy, stage, activity), "label": node, "part": _part(stage)}
            for node, (busy, stage) in busiest.items()
        ],
        "stages": [
            {**_row(busy, stage, activity), "label": stage.name, "part": ""}
            for busy, stage in everything
        ]
        if len(everything) > len(busiest)
        else [],
    }


def _row(busy: float, stage: StageActivity, activity: Activity) -> dict[str, Any]:
    return {
        "node": stage.node,
        "busy": 100 * busy,
        "paths": [strip(stage.shares(n, BINS, activity.end)) for n in range(IMAGES)],
    }


def _part(stage: StageActivity) -> str:
    return stage.name.removeprefix(f"{stage.node}.")


TIMELINE = Section(
    "timeline",
    "Timeline",
    "Three images that follow each other without a pause, by the cycle model, which simulation "
    "compares with the RTL clock for clock. Of each node its busiest stage is shown; the height "
    "is the share of clocks on which a beat enters or leaves it. The percentage is that of the "
    "steady state: the stage near 100 % sets the rate.",
    _view,
    "tabfab verilog PROGRAM -o BUILD",
)
