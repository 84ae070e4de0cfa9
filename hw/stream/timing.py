"""When every beat of every stream moves: the timing rules and their solution.

Each component states its timing as rules between the event sequences at its ports. An event is
the transfer of one beat (or a step inside the component); its time is a clock number. A rule
says that events of one sequence come at least `delay` clocks after certain events of another,

    time(target[j]) >= time(source[index[j]]) + delay,

and events of one sequence are at least one clock apart. All components here act as soon as
their rules allow, so the times are the least solution of all rules of a network together
(max-plus algebra; Baccelli et al., "Synchronization and Linearity", 1992). `solve` finds it by
raising lower bounds, a whole sequence at a time, until none changes.

Where an event takes a time that depends on data, its delays do: a rule may have one for each of its
target's events. Which event waits for which never depends on data. So whether a network deadlocks
does not either: a circle of events that wait for each other is one whatever the delays are.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .deadlock import waiting_cycle

Times = NDArray[np.int64]
"""Clock of every event of one sequence."""

NEVER = np.int64(-(1 << 40))
"""Where a rule has no source event."""

_SWEEPS_BEFORE_DOUBT = 64
_SEQUENCES_A_SWEEP = 4
"""Sweeps over all sequences before the first look for a deadlock, then after twice as many; where
there are many sequences, one for so many of them: deep networks take more without any."""


@dataclass(frozen=True)
class Lag:
    """The index in which event j waits for event ``j - lag``, without an array.

    Parameters
    ----------
    events: how many there are.
    lag: may be negative; events that would wait for one before the first wait for none.
    """

    events: int
    lag: int

    def __len__(self) -> int:
        return self.events

    @property
    def numbers(self) -> NDArray[np.int64]:
        """The same as an array; negative where an event waits for none."""
        return shifted(self.events, self.lag)


@dataclass(frozen=True, eq=False)
class Rule:
    """``time(target[j]) >= time(source[index[j]]) + delay`` for every j with ``index[j] >= 0``.

    Parameters
    ----------
    target, source: names of event sequences; local to a component until `renamed`.
    index: one entry per target event; negative entries constrain nothing.
    delay: clocks, one number for all target events or one for each.
    """

    target: str
    source: str
    index: NDArray[np.integer[Any]] | Lag
    delay: int | NDArray[np.int64]

    @property
    def waits_for(self) -> NDArray[np.integer[Any]]:
        """The index as an array."""
        return self.index.numbers if isinstance(self.index, Lag) else self.index

    def renamed(self, name: Callable[[str], str]) -> Rule:
        """The same rule between the sequences ``name(target)`` and ``name(source)``."""
        return Rule(name(self.target), name(self.source), self.index, self.delay)

    def compact(self) -> Rule:
        """The same rule in less memory: a `Lag` where its index is one, else 32 bits an event."""
        index = self.waits_for
        last = int(index[-1]) if len(index) else -1
        if last >= 0:
            lag = len(index) - 1 - last
            if np.array_equal(np.maximum(index, -1), np.maximum(shifted(len(index), lag), -1)):
                return replace(self, index=Lag(len(index), lag))
        if len(index) and index.max() > np.iinfo(np.int32).max:
            return self
        return replace(self, index=np.maximum(index, -1).astype(np.int32))

    def raise_bounds(self, bounds: Times, source: Times) -> None:
        """Raise `bounds`, of the target's times, in place to what this rule asks for."""
        if isinstance(self.index, Lag):
            lag = self.index.lag
            first = max(lag, 0)
            delay = self.delay if isinstance(self.delay, int) else self.delay[first:]
            waited = source[first - lag : len(bounds) - lag] + delay
            np.maximum(bounds[first:], waited, out=bounds[first:])
        elif len(source):
            waited = source[np.maximum(self.index, -1)]
            waited += self.delay
            np.maximum(bounds, waited, out=bounds, where=self.index >= 0)

    def bound(self, source: Times) -> Times:
        """Lower bounds of the target's times by this rule alone."""
        bounds = np.full(len(self.index), NEVER)
        self.raise_bounds(bounds, source)
        return bounds

    @property
    def is_spacing(self) -> bool:
        """Whether it says how far each event of a sequence is from the one before it."""
        return self.target == self.source and np.array_equal(
            np.maximum(self.waits_for, -1), shifted(len(self.index), 1)
        )


Gate = Callable[[Times], Times]
"""Maps the clocks from which events could happen to those at which a stalling port lets them."""


class TimingError(RuntimeError):
    """Rules that no times satisfy: the network would deadlock."""


def serialize(earliest: Times, order: Times | None = None) -> Times:
    """The earliest times that are far enough apart.

    Parameters
    ----------
    earliest: lower bounds.
    order: times with just the distances that are needed; a clock each by default.
    """
    order = np.arange(len(earliest)) if order is None else order
    times = earliest - order
    np.maximum.accumulate(times, out=times)
    times += order
    return times


def solve(
    lengths: Mapping[str, int],
    rules: Iterable[Rule],
    gates: Mapping[str, Gate] | None = None,
) -> dict[str, Times]:
    """The least times that satisfy all rules.

    Parameters
    ----------
    lengths: events of each sequence.
    rules: between these sequences.
    gates: for sequences that an outside party stalls: see `Gate`. A gate must be monotone.

    Raises
    ------
    TimingError: events wait for each other; the message names their sequences.
    """
    gates = gates or {}
    by_target: dict[str, list[Rule]] = {name: [] for name in lengths}
    raised_by: dict[str, list[Rule]] = {name: [] for name in lengths}
    readers: dict[str, set[str]] = {name: set() for name in lengths}
    times = {name: np.arange(length, dtype=np.int64) for name, length in lengths.items()}
    orders: dict[str, Times] = {}
    for rule in rules:
        by_target[rule.target].append(rule)
        if rule.is_spacing and rule.target not in gates:  # solved at once, not event by event
            before = orders.get(rule.target, times[rule.target])
            orders[rule.target] = spaced(np.maximum(np.diff(before, prepend=-1), rule.delay))
        else:
            raised_by[rule.target].append(rule)
            readers[rule.source].add(rule.target)
    times |= orders
    # Upstream to downstream and back: data moves forward, free space backward.
    order = list(lengths)
    waiting, rising = set(lengths), set[str]()
    doubted = max(_SWEEPS_BEFORE_DOUBT, len(lengths) // _SEQUENCES_A_SWEEP)
    sweeps = 0
    while waiting:
        for name in order:
            if name not in waiting:
                continue
            waiting.discard(name)
            gate = gates.get(name) or partial(serialize, order=orders.get(name))
            raised = _raise(times, name, raised_by[name], gate)
            if raised is not None:
                times[name] = raised
                waiting |= readers[name]
                rising.add(name)
        order.reverse()
        sweeps += 1
        if sweeps.bit_count() == 1:
            if sweeps >= doubted:
                _refuse_deadlock(times, by_target, rising)
            rising.clear()
    return times


def _refuse_deadlock(
    times: Mapping[str, Times], rules: Mapping[str, list[Rule]], rising: Collection[str]
) -> None:
    circle = waiting_cycle(times, rules, rising)
    if circle is not None:
        names = ", ".join(repr(name) for name in circle)
        raise TimingError(f"the network deadlocks: the beats of {names} wait for each other")


def _raise(times: dict[str, Times], name: str, rules: list[Rule], gate: Gate) -> Times | None:
    """New times of a sequence, or None where the old ones already satisfy its rules."""
    old = times[name]
    if not len(old):
        return None
    earliest = old.copy()
    for rule in rules:
        rule.raise_bounds(earliest, times[rule.source])
    new = gate(earliest)
    return None if np.array_equal(new, old) else new


def spaced(distances: NDArray[np.int64]) -> Times:
    """Times of which the first is 0 and each other one has its distance from the one before."""
    total = np.cumsum(distances)
    times: Times = total - total[:1]
    return times


def shifted(length: int, lag: int) -> NDArray[np.int64]:
    """The index of a rule in which event j waits for event ``j - lag``."""
    return np.arange(length, dtype=np.int64) - lag
