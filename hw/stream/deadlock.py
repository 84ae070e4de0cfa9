"""Whether timing rules contradict themselves: events that wait for themselves."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from .timing import Rule, Times


def waiting_cycle(
    times: Mapping[str, Times], rules: Mapping[str, Sequence[Rule]], rising: Collection[str]
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
    rising: names of the sequences to look at: all those of a circle have been rising for a while.
    """
    names = [name for name in times if name in rising]
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

    An event without a cause is its own, with delay 0, and so is one whose cause is in no sequence
    of `starts`. Of two equal causes the one with the greater delay counts: sequences that move
    together without delay must not hide what both wait for.
    """
    count = len(times[name])
    own = starts[name] + np.arange(count)
    cause = np.maximum(own - 1, starts[name])
    delay = np.minimum(np.arange(count), 1)
    latest = np.append(np.int64(-1), times[name][:-1] + 1)[:count]
    for rule in rules:
        bound = rule.bound(times[rule.source])
        later = (bound > latest) | ((bound == latest) & (rule.delay > delay))
        waits_for = rule.waits_for
        later &= waits_for >= 0
        if rule.source in starts:
            cause = np.where(later, starts[rule.source] + waits_for, cause)
            delay = np.where(later, rule.delay, delay)
        else:
            cause = np.where(later, own, cause)
            delay = np.where(later, 0, delay)
        latest = np.where(later, bound, latest)
    return cause, delay
