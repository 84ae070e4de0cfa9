"""Widen, Collector and Narrow: change how many elements travel in a beat."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from amaranth.hdl import Array, Cat, Module, Mux, Shape, ShapeLike, Signal
from amaranth.lib import stream, wiring
from amaranth.lib.wiring import In, Out

from ..logic.component import Component
from ..logic.counters import grouped, loop
from ..logic.demand import Demand, counter, select
from .core import Core
from .queue import Queue, queue_demand
from .streams import elastic
from .timing import Rule

_CONTROL = 5
"""Bits of choices that `valid` and `ready` of a `Collector` take."""


def lane_groups(elements: int, narrow: int, wide: int) -> tuple[int, ...]:
    """How many narrow beats belong to each wide beat of a pixel.

    Parameters
    ----------
    elements: of a pixel, without fill.
    narrow, wide: lanes; `narrow` divides `wide`.
    """
    if narrow < 1 or wide % narrow:
        raise ValueError(f"{narrow} lanes do not divide {wide} lanes")
    ratio = wide // narrow
    full, rest = divmod(-(-elements // narrow), ratio)
    if full and not rest:
        return (ratio,)
    return (ratio,) * full + (rest,)


class Widen(Core):
    """Collects narrow beats of one pixel to wide ones, zero-filled at the pixel's end.

    Parameters
    ----------
    shape: of an element.
    elements: of a pixel, without fill.
    narrow, wide: lanes of input and output; `narrow` divides `wide`.

    Members
    -------
    i: in, `narrow` elements of `shape`.
    o: out, `wide` elements of `shape`, together with the last narrow beat (latency 0).
    """

    def __init__(self, shape: ShapeLike, elements: int, narrow: int, wide: int) -> None:
        groups = lane_groups(elements, narrow, wide)
        self.ratio = wide // narrow
        super().__init__(i=(shape, narrow), o=(shape, wide), latency=0, groups=groups)

    def demand(self) -> Demand:
        """What it is made of."""
        bits = self.input_bits * self.input[1]
        return widen_demand(narrow=bits, ratio=self.ratio, groups=self.groups)

    def elaborate(self, platform: object) -> Module:
        m = Module()
        now = self.i.p.data.as_value()
        place, end = grouped(m, "place", self.groups, self.i.valid)
        kept = [Signal(len(now), name=f"part{n}") for n in range(max(self.groups) - 1)]
        for n, part in enumerate(kept):
            with m.If(self.i.valid & (place == n)):
                m.d.sync += part.eq(now)
        whole = Signal(len(now) * self.ratio)
        with m.Switch(place):  # only where a group may end: anywhere else nothing is answered
            for size in sorted(set(self.groups)):
                with m.Case(size - 1) if size < max(self.groups) else m.Default():
                    m.d.comb += whole.eq(Cat(*kept[: size - 1], now))
        m.d.comb += [
            self.o.valid.eq(self.i.valid & end),
            self.o.p.last.eq(self.i.p.last),
            self.o.p.data.as_value().eq(whole),
        ]
        return m


def widen_demand(*, narrow: int, ratio: int, groups: Sequence[int]) -> Demand:
    """What a `Widen` of beats of `narrow` bits is made of."""
    return counter(max(groups), len(groups)) + Demand(
        registers=(ratio - 1) * narrow, selects=2 * ratio * narrow
    )


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


class Narrow(Component):
    """Cuts wide beats into narrow ones, dropping those that hold nothing but fill.

    Parameters
    ----------
    shape: of an element.
    elements: of a pixel, without fill.
    wide, narrow: lanes of input and output; `narrow` divides `wide`.
    depth: beats of the input queue; two keep up with an input on every `wide / narrow` clocks.

    Members
    -------
    i: in, a stream of `wide` elements of `shape`.
    o: out, a stream of `narrow` elements of `shape`.
    """

    i: stream.Interface
    o: stream.Interface

    def __init__(
        self, shape: ShapeLike, elements: int, wide: int, narrow: int, depth: int = 2
    ) -> None:
        self.shape = shape
        self.wide = wide
        self.narrow = narrow
        self.depth = depth
        self.groups = lane_groups(elements, narrow, wide)
        super().__init__({"i": In(elastic(shape, wide)), "o": Out(elastic(shape, narrow))})

    def timing(self, counts: Mapping[str, int]) -> list[Rule]:
        """Rules between `i` and `o` for so many beats of each."""
        beats = counts["i"]
        sizes = np.resize(np.asarray(self.groups, np.int64), beats)
        last_part = np.cumsum(sizes) - 1
        freed = np.full(beats, -1, np.int64)
        freed[self.depth :] = last_part[: max(0, beats - self.depth)]
        return [
            Rule("o", "i", np.repeat(np.arange(beats, dtype=np.int64), sizes), 1),
            Rule("i", "o", freed, 1),
        ]

    def demand(self) -> Demand:
        """What it is made of."""
        return narrow_demand(
            wide=Shape.cast(self.shape).width * self.wide,
            ratio=self.wide // self.narrow,
            depth=self.depth,
            groups=self.groups,
        )

    def elaborate(self, platform: object) -> Module:
        m = Module()
        m.submodules.queue = queue = Queue(self.shape, self.wide, self.depth)
        wiring.connect(m, wiring.flipped(self.i), queue.i)
        take = self.o.valid & self.o.ready
        place, end = grouped(m, "place", self.groups, take)
        parts = [
            queue.o.p.data.as_value().word_select(n, len(self.o.p.data.as_value()))
            for n in range(self.wide // self.narrow)
        ]
        m.d.comb += [
            self.o.valid.eq(queue.o.valid),
            self.o.p.data.as_value().eq(Array(parts)[place]),
            self.o.p.last.eq(queue.o.p.last & end),
            queue.o.ready.eq(self.o.ready & end),
        ]
        return m


def narrow_demand(*, wide: int, ratio: int, depth: int, groups: Sequence[int]) -> Demand:
    """What a `Narrow` of beats of `wide` bits is made of."""
    return (
        queue_demand(depth=depth, width=wide + 1)
        + counter(max(groups), len(groups))
        + select(ratio, wide // ratio)
    )
