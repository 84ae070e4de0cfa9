"""MaxReducer: the largest value of each lane over a group of beats."""

from __future__ import annotations

from amaranth.hdl import Module, Mux, ShapeLike, Signal, Value

from ...logic.compare import exceeds
from ...logic.counters import late, loop
from ...logic.demand import Demand, bits_for, counter
from ...stream.core import Core


class MaxReducer(Core):
    """Lane by lane maximum over `group` beats: max pooling behind a line buffer.

    Parameters
    ----------
    shape: of an element.
    lanes: maxima of a beat.
    group: beats per group.
    taps: elements of a beat for each maximum, side by side; compared two by two, a clock each time.

    Members
    -------
    i: in, ``lanes * taps`` values of `shape`.
    o: out, `lanes` maxima of `shape`, `latency` clocks after the last beat of a group.
    """

    def __init__(self, shape: ShapeLike, lanes: int, group: int, taps: int = 1) -> None:
        self.taps = taps
        latency = 1 + bits_for(taps)
        super().__init__(
            i=(shape, lanes * taps), o=(shape, lanes), latency=latency, groups=(group,)
        )

    def demand(self) -> Demand:
        """What it is made of."""
        bits, lanes, group = self.input_bits, self.output[1], self.groups[0]
        return max_reducer_demand(bits=bits, lanes=lanes, group=group, taps=self.taps)

    def elaborate(self, platform: object) -> Module:
        m = Module()
        valid = late(m, "valid", self.i.valid, self.latency - 1)
        last = late(m, "last", self.i.p.last, self.latency - 1)
        beat, group_end = loop(m, "beat", self.groups[0], valid)
        for n in range(self.output[1]):
            new = self._largest(m, n)
            best = self.o.p.data[n]
            with m.If(valid):
                m.d.sync += best.eq(Mux((beat == 0) | exceeds(new, best), new, best))
        m.d.sync += [self.o.valid.eq(group_end), self.o.p.last.eq(last)]
        return m

    def _largest(self, m: Module, lane: int) -> Value:
        """The largest of a lane's elements of a beat."""
        values: list[Value] = [self.i.p.data[lane * self.taps + n] for n in range(self.taps)]
        for level in range(self.latency - 1):
            pairs = [values[n : n + 2] for n in range(0, len(values), 2)]
            values = []
            for n, pair in enumerate(pairs):
                largest = Signal(self.input[0], name=f"largest{lane}_{level}_{n}")
                a, b = pair[0], pair[-1]
                m.d.sync += largest.eq(a if len(pair) == 1 else Mux(exceeds(b, a), b, a))
                values.append(largest)
        (value,) = values
        return value


def max_reducer_demand(*, bits: int, lanes: int, group: int, taps: int = 1) -> Demand:
    """What a `MaxReducer` is made of."""
    each, compared = bits * lanes, taps if group > 1 else taps - 1
    left, kept = taps, 0
    while left > 1:
        left = -(-left // 2)
        kept += left
    return counter(group) + Demand(
        registers=2 * (1 + bits_for(taps)) + (1 + kept) * each,
        adders=compared * each,  # what compares
        selects=2 * compared * each,
    )
