"""Whether timing rules contradict themselves: events that wait for themselves."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from .timing import Rule, Times


def waiting_cycle(
    times: Mapping[str, Times], rules: Mapping[str, Sequence[Rule]]
) -> list[str] | None:
    """Sequences whose events wait for each other in a circle, or None where none shows (yet).

    Every event has one cause: whatever allows it last at the present times. Where the causes of
    an event lead back to it over a positive delay, no times satisfy the rules. In a solution
    there is no such circle; while lower bounds rise without end, one closes sooner or later
    (the parent graph of Bellman and Ford's algorithm).

    Parameters
    ----------
    times: lower bounds of each sequence's events.
    rules: by target.
    """
    names = list(times)
    starts = dict(
        zip(names, np.cumsum([0, *(len(times[name]) for name in names)]).tolist(), strict=False)
    )
    parts = [_causes(times, starts, name, rules[name]) for name in names]
    cause = np.concatenate([part[0] for part in parts])
    delay = np.concatenate([part[1] for part in parts])
    ancestor, total = cause, delay
    for _ in range(len(cause).bit_length()):  # 1, 2, 4, ... causes back
        ancestor, total = ancestor[ancestor], total + total[ancestor]
    on_circle = np.unique(ancestor)
    growing = on_circle[total[on_circle] > 0]
    if not len(growing):
        return None
    bounds = np.array(list(starts.values()))
    circle, event = [], int(growing[0])
    while True:
        name = names[int(np.searchsorted(bounds, event, side="right")) - 1]
        if name not in circle:
            circle.append(name)
        event = int(cause[event])
        if event == growing[0]:
            return circle


def _causes(
    times: Mapping[str, Times], starts: Mapping[str, int], name: str, rules: Sequence[Rule]
) -> tuple[NDArray[np.int64], NDArray[Any]]:
    """The cause of every event of one sequence, as a number through all sequences, and its delay.

    An event without a cause is its own, with delay 0. Of two equal causes the one with the
    greater delay counts: sequences that move together without delay must not hide what both
    wait for.
    """
    count = len(times[name])
    cause = starts[name] + np.arange(-1, count - 1)
    cause[:1] += 1
    delay = np.minimum(np.arange(count), 1)
    latest = np.append(np.int64(-1), times[name][:-1] + 1)[:count]
    for rule in rules:
        bound = rule.bound(times[rule.source])
        later = (bound > latest) | ((bound == latest) & (rule.delay > delay))
        later &= rule.index >= 0
        cause = np.where(later, starts[rule.source] + rule.index, cause)
        delay = np.where(later, rule.delay, delay)
        latest = np.where(later, bound, latest)
    return cause, delay
