"""Collector: puts a fixed number of narrow beats together to a wide one."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from amaranth.hdl import Cat, Module, Mux, Shape, ShapeLike, Signal
from amaranth.lib import stream
from amaranth.lib.wiring import In, Out

from ..logic.component import Component
from ..logic.counters import loop
from ..logic.demand import Demand, counter
from .streams import elastic
from .timing import Rule

_CONTROL = 5
"""Bits of choices that its `valid` and `ready` take."""


class Collector(Component):
    """Puts so many narrow beats together to a wide one, in the place of a `Widen` and its queue.

    The beats shift into registers; with the last of a group all of it goes into those of the
    output. The last has to wait until the wide beat before it has left, the others do not. So
    neither a multiplexer nor a queue is needed, and a reader that takes each beat at once never
    keeps a group of two or more waiting.

    Parameters
    ----------
    shape: of an element.
    narrow, wide: lanes of input and output.
    size: narrow beats of a group, at least 2; what of a wide beat they do not fill is zero.

    Members
    -------
    i: in, a stream of `narrow` elements of `shape`.
    o: out, a stream of `wide` elements of `shape`, `last` as with the group's last.

    Raises
    ------
    ValueError: groups are of a single beat, or do not fit a wide one.

    Examples
    --------
    >>> from amaranth.hdl import unsigned
    >>> pairs = Collector(unsigned(8), narrow=2, wide=4, size=2)
    >>> len(pairs.i.p.data), len(pairs.o.p.data)
    (2, 4)
    """

    i: stream.Interface
    o: stream.Interface

    def __init__(self, shape: ShapeLike, narrow: int, wide: int, size: int) -> None:
        if not 2 <= size <= wide // narrow:
            raise ValueError(
                f"2 to {wide // narrow} beats of {narrow} lanes make one of {wide}, not {size}"
            )
        self.size = size
        self.bits = Shape.cast(shape).width * narrow
        super().__init__({"i": In(elastic(shape, narrow)), "o": Out(elastic(shape, wide))})

    def timing(self, counts: Mapping[str, int]) -> list[Rule]:
        """Rules between `i` and `o` for so many beats of each."""
        groups = np.arange(counts["o"], dtype=np.int64)
        ends = (groups + 1) * self.size - 1
        freed = np.full(len(groups) * self.size, -1, np.int64)
        freed[ends] = groups - 1
        return [Rule("o", "i", ends, 1), Rule("i", "o", freed, 1)]

    def demand(self) -> Demand:
        """What it is made of."""
        return collector_demand(narrow=self.bits, size=self.size)

    def elaborate(self, platform: object) -> Module:
        m = Module()
        now = self.i.p.data.as_value()
        put = self.i.valid & self.i.ready
        place, end = loop(m, "place", self.size, put)
        kept = [Signal(len(now), name=f"part{n}") for n in range(self.size - 1)]
        with m.If(put):
            m.d.sync += [part.eq(later) for part, later in zip(kept, [*kept[1:], now], strict=True)]
        with m.If(end):
            m.d.sync += [
                self.o.p.data.as_value().eq(Cat(*kept, now)),
                self.o.p.last.eq(self.i.p.last),
            ]
        full = end | (self.o.valid & ~self.o.ready)
        next_ends = Mux(put, place == self.size - 2, place == self.size - 1)
        room = Signal(init=1)
        m.d.sync += [self.o.valid.eq(full), room.eq(~(full & next_ends))]
        m.d.comb += self.i.ready.eq(room)
        return m


def collector_demand(*, narrow: int, size: int) -> Demand:
    """What a `Collector` of so many beats of `narrow` bits is made of."""
    return counter(size) + Demand(registers=(2 * size - 1) * narrow + 3, selects=_CONTROL)
