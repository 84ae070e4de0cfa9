"""MaxReducer: the largest value of each lane over a group of beats."""

from __future__ import annotations

from amaranth.hdl import Module, Mux, ShapeLike

from ...logic.counters import loop
from ...logic.demand import Demand, counter
from ...stream.core import Core


class MaxReducer(Core):
    """Lane by lane maximum over `group` beats: max pooling behind a line buffer.

    Parameters
    ----------
    shape: of an element.
    lanes: elements of a beat.
    group: beats per group.

    Members
    -------
    i: in, `lanes` values of `shape`.
    o: out, `lanes` maxima of `shape`, one clock after the last beat of a group.
    """

    def __init__(self, shape: ShapeLike, lanes: int, group: int) -> None:
        super().__init__(i=(shape, lanes), o=(shape, lanes), latency=1, groups=(group,))

    def demand(self) -> Demand:
        """What it is made of."""
        bits, lanes = self.input_bits, self.input[1]
        return max_reducer_demand(bits=bits, lanes=lanes, group=self.groups[0])

    def elaborate(self, platform: object) -> Module:
        m = Module()
        beat, group_end = loop(m, "beat", self.groups[0], self.i.valid)
        with m.If(self.i.valid):
            for n in range(self.input[1]):
                new, best = self.i.p.data[n], self.o.p.data[n]
                m.d.sync += best.eq(Mux((beat == 0) | (new > best), new, best))
        m.d.sync += [self.o.valid.eq(group_end), self.o.p.last.eq(self.i.p.last)]
        return m


def max_reducer_demand(*, bits: int, lanes: int, group: int) -> Demand:
    """What a `MaxReducer` is made of."""
    each = bits * lanes
    return counter(group) + Demand(registers=2 + each, comparisons=each, selects=2 * each)
