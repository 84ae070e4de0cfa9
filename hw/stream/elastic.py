"""A core with stalls: what makes a stage of anything that never stalls."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from amaranth.hdl import Module
from amaranth.lib import stream, wiring
from amaranth.lib.wiring import In, Out

from ..logic.component import Component
from ..logic.counters import bounded, grouped
from ..logic.demand import Demand, counter
from .core import Core
from .queue import Queue, queue_demand
from .streams import elastic
from .timing import Rule, Times, shifted


class Elastic(Component):
    """A core behind a gate and in front of a queue that can take every answer under way.

    The gate counts the answers that were started and have not left the queue. It lets input
    beats pass while that number is below the queue's depth, so the core itself never waits and
    both `i.ready` and `o.valid` come from registers.

    Parameters
    ----------
    core: what it computes.
    depth: beats of the queue; by default as many as keep a core that answers on every clock
        busy.

    Members
    -------
    i: in, a stream of the core's input beats.
    o: out, a stream of its output beats.

    Examples
    --------
    >>> from tabfab.hw.engine.adder_tree import AdderTree
    >>> sums = Elastic(AdderTree(bits=8, lanes=4, outputs=2))
    >>> sums.core.input[1], sums.core.output[1]  # eight terms come in, two sums go out
    (8, 2)
    >>> sums.depth  # of the queue: two levels of the tree, and two clocks around it
    4
    """

    i: stream.Interface
    o: stream.Interface

    def __init__(self, core: Core, depth: int | None = None) -> None:
        self.core = core
        self.depth = full_rate_depth(core) if depth is None else depth
        if self.depth < 1:
            raise ValueError(f"a queue holds at least one beat, not {depth!r}")
        super().__init__({"i": In(elastic(*core.input)), "o": Out(elastic(*core.output))})

    def timing(self, counts: Mapping[str, int]) -> list[Rule]:
        """Rules between `i` and `o` for so many beats of each."""
        beats = counts["o"]
        ends = group_ends(self.core.groups, beats)
        freed = np.full(int(ends[-1]) + 1, -1, np.int64)
        freed[group_starts(ends)] = shifted(beats, self.depth)
        return [Rule("o", "i", ends, self.core.latency + 1), Rule("i", "o", freed, 1)]

    def demand(self) -> Demand:
        """What its core, its gate and its queue are made of."""
        width = len(self.o.p.as_value())
        gate = elastic_demand(depth=self.depth, width=width, groups=self.core.groups)
        return gate + self.core.demand()

    def elaborate(self, platform: object) -> Module:
        m = Module()
        m.submodules.core = core = self.core
        m.submodules.queue = queue = Queue(*core.output, self.depth)
        m.d.comb += [
            core.i.valid.eq(self.i.valid & self.i.ready),
            core.i.p.eq(self.i.p),
            queue.i.valid.eq(core.o.valid),
            queue.i.p.eq(core.o.p),
        ]
        wiring.connect(m, wiring.flipped(self.o), queue.o)
        _, group_end = grouped(m, "group_beat", core.groups, core.i.valid)
        leave = self.o.valid & self.o.ready
        _, room = bounded(m, "started", self.depth, core.i.valid & group_end, leave)
        m.d.comb += self.i.ready.eq(room)
        return m


def elastic_demand(*, depth: int, width: int, groups: Sequence[int]) -> Demand:
    """What an `Elastic` that gives beats of `width` bits is made of beside its core."""
    gate = counter(depth + 1, max(groups), len(groups))
    return queue_demand(depth=depth, width=width) + gate


def group_ends(groups: tuple[int, ...], count: int) -> Times:
    """Numbers of the last input beats of the first `count` groups."""
    cycles = -(-count // len(groups))
    return np.cumsum(np.tile(np.asarray(groups, np.int64), cycles))[:count] - 1


def group_starts(ends: Times) -> Times:
    """Numbers of the first input beats of groups, of those of their last ones."""
    return np.concatenate([[0], ends[:-1] + 1])


def full_rate_depth(core: Core) -> int:
    """Queue depth at which `core` never waits for a consumer that is always ready.

    An answer leaves the queue `latency + 1` clocks after its last input beat and frees its
    place one clock later; meanwhile further groups may start.
    """
    shortest = min(core.groups)
    return -(-(core.latency + 2) // shortest) + (1 if shortest > 1 else 0)
