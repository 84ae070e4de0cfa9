"""How full queues are, by the cycle model."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ....sim.models.activity import QueueActivity
from ..marks import strip
from ..section import Section
from ..subject import Activity, Subject
from .timeline import BINS, time_axis


def _view(subjects: Sequence[Subject]) -> Mapping[str, Any] | None:
    pictures = [
        _picture(each, each.activity)
        for each in subjects
        if each.activity is not None and each.activity.queues
    ]
    return {"pictures": pictures} if pictures else None


def _picture(subject: Subject, activity: Activity) -> dict[str, Any]:
    return {
        **time_axis(subject, activity),
        "forks": [_row(each, activity) for each in activity.queues if each.is_fork],
        "others": [_row(each, activity) for each in activity.queues if not each.is_fork],
    }


def _row(queue: QueueActivity, activity: Activity) -> dict[str, Any]:
    levels = queue.levels(BINS, activity.end)
    return {
        "node": queue.node,
        "label": queue.name,
        "part": f"{queue.most:,} of {queue.depth:,}",
        "busy": 100 * queue.most / queue.depth,
        "paths": [strip(levels / queue.depth)],
    }


QUEUES = Section(
    "queues",
    "Queues",
    "How full each queue is over the same clocks, of its depth; the figures are beats at most. "
    "Those behind a fork hold what a shortcut waits with, and are as deep as the cycle model sees "
    "them fill. Those of other stages keep answers that are under way.",
    _view,
    "tabfab verilog PROGRAM -o BUILD",
)
