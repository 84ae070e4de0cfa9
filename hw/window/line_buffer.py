"""LineBuffer: the last rows of an image, read out as windows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from amaranth.hdl import Const, Module, Mux, Shape, ShapeLike
from amaranth.lib import stream, wiring
from amaranth.lib.wiring import In, Out

from ..logic.component import Component
from ..logic.counters import bounded, choose, loop, registered
from ..logic.demand import Demand, bits_for, counter, select
from ..logic.memory import Memory
from ..logic.rom import pack
from ..stream.queue import Queue, queue_demand
from ..stream.streams import elastic
from ..stream.timing import Rule, shifted
from .ring import BANKED_RING_CLOCKS, RING_CLOCKS, BankedRing, Ring, RowRing
from .ring_level import RingLevel
from .window import NO_BORDER, WindowGeometry, WindowWalk, by_element


class LineBuffer(Component):
    """Turns a stream of pixels into a stream of windows.

    The buffer is a ring of rows in one memory. A position is read as soon as the last pixel
    under it has been written; a row is free a clock after the window has moved below it, images
    following each other without a gap. Padding is made up on the way out.

    Parameters
    ----------
    shape, lanes: of a beat.
    geometry: what to read.
    padding: one list of lane values per word of a pixel, which padding pixels hold.
    depth: beats of the output queue; by default as many as reading on every clock takes.

    Members
    -------
    i: in, a stream of `lanes` elements of `shape`: pixels, ``geometry.words`` beats each.
    o: out, ``geometry.steps`` beats per position, `last` on the image's last: one tap each, or all
        those of a column, an element's taps side by side (`WindowGeometry.at_once`).

    Examples
    --------
    >>> from amaranth.hdl import unsigned
    >>> geometry = WindowGeometry(height=5, width=4, words=1, kernel=(3, 3), padding=(1, 1))
    >>> windows = LineBuffer(unsigned(8), 2, geometry, padding=[(0, 0)])
    >>> geometry.positions, geometry.steps  # each of 20 positions is read in nine beats
    ((5, 4), 9)
    """

    i: stream.Interface
    o: stream.Interface

    def __init__(
        self,
        shape: ShapeLike,
        lanes: int,
        geometry: WindowGeometry,
        padding: Sequence[Sequence[int]],
        depth: int | None = None,
    ) -> None:
        if geometry.at_once[1] > 1:
            raise ValueError(f"one column of taps is read at a time, not {geometry.at_once[1]}")
        if len(padding) != geometry.words or any(len(word) != lanes for word in padding):
            raise ValueError(f"padding must be {geometry.words} words of {lanes} lanes")
        self.shape = Shape.cast(shape)
        self.lanes = lanes
        self.geometry = geometry
        self.padding = padding
        self.depth = line_buffer_depth(geometry) if depth is None else depth
        read = lanes * geometry.beat_taps
        super().__init__({"i": In(elastic(shape, lanes)), "o": Out(elastic(shape, read))})

    def timing(self, counts: Mapping[str, int]) -> list[Rule]:
        """Rules between `i`, `o` and the steps ``read`` that address the memory."""
        g = self.geometry
        beats = counts["o"]
        reads = np.arange(beats, dtype=np.int64)
        rows, columns = g.positions
        image, place = np.divmod(reads // g.steps, rows * columns)
        row, column = np.divmod(place, columns)
        needed = image * g.height + g.last_under(0)[row]
        needed = needed * g.width + g.last_under(1)[column]
        return [
            Rule("o", "read", reads, _latency(g) + 1),
            Rule("read", "i", needed * g.words + g.words - 1, 1),
            Rule("read", "o", shifted(beats, self.depth), 1),
            Rule("i", "read", self._freeing_reads(counts["i"]), 2),
        ]

    def _freeing_reads(self, beats: int) -> np.ndarray[Any, np.dtype[np.int64]]:
        """For each input beat the read that frees its row of the ring, or -1."""
        g = self.geometry
        _, columns = g.positions
        input_row = np.arange(beats, dtype=np.int64) // (g.width * g.words)
        images = int(input_row[-1]) // g.height + 1
        freed = (np.arange(images)[:, None] * g.height + g.rows_done).reshape(-1)
        wanted = input_row - g.buffered_rows + 1
        output_row = np.searchsorted(freed, wanted)
        return np.where(wanted <= 0, -1, (output_row + 1) * columns * g.steps - 1)

    def demand(self) -> Demand:
        """What it is made of."""
        return line_buffer_demand(
            geometry=self.geometry,
            width=self.shape.width * self.lanes,
            depth=self.depth,
            paddings=len({tuple(word) for word in self.padding}),
        )

    def elaborate(self, platform: object) -> Module:
        m = Module()
        g = self.geometry
        m.submodules.ring = ring = self._ring()
        m.submodules.queue = queue = Queue(self.shape, self.lanes * g.beat_taps, self.depth)
        wiring.connect(m, wiring.flipped(self.o), queue.o)
        m.submodules.walk = walk = WindowWalk(g)

        m.submodules.level = level = RingLevel(g)
        m.d.comb += [
            self.i.ready.eq(level.writable),
            level.row.eq(walk.row),
            level.column.eq(walk.column),
            level.position_end.eq(walk.position_end),
            level.row_end.eq(walk.row_end),
        ]
        self._write(m, ring, level)
        leave = self.o.valid & self.o.ready
        _, room = bounded(m, "under_way", self.depth, walk.step, leave)
        m.d.comb += walk.step.eq(level.readable & room)
        self._read(m, ring, walk, queue)
        return m

    @property
    def _pads_alike(self) -> bool:
        """Whether all padding pixels hold one word."""
        return len({tuple(word) for word in self.padding}) == 1

    def _ring(self) -> RowRing:
        """What keeps the rows under the windows."""
        g, width = self.geometry, self.shape.width * self.lanes
        rows, length = g.buffered_rows, g.width * g.words
        if g.at_once[0] == 1:
            return Ring(rows, length, width)
        padding = pack(self.padding[0], self.shape.width)
        return BankedRing(rows, length, width, g.at_once[0], g.dilation[0], padding)

    def _write(self, m: Module, ring: RowRing, level: RingLevel) -> None:
        """Fill the ring."""
        g = self.geometry
        accept = self.i.valid & self.i.ready
        _, pixel_written = loop(m, "written_words", g.words, accept)
        _, row_written = loop(m, "written_columns", g.width, pixel_written)
        m.d.comb += [
            ring.put.eq(accept),
            ring.word.eq(self.i.p.data.as_value()),
            level.pixel_written.eq(pixel_written),
            level.row_written.eq(row_written),
        ]

    def _read(self, m: Module, ring: RowRing, walk: WindowWalk, queue: Queue) -> None:
        """From the walk to the queue, with padding in the place of what is outside."""
        m.d.comb += [ring.row.eq(walk.slot), ring.place.eq(walk.offset + walk.word)]
        valid, last, outside, word = walk.step, walk.image_end, walk.outside, walk.word
        for clock in range(ring.latency):
            if isinstance(ring, BankedRing) and self._pads_alike and clock == ring.latency - 1:
                m.d.comb += ring.outside.eq(outside)  # and nothing is left to do behind it
                outside = Const(0, ring.taps)
            valid, last, outside, word = (
                registered(m, f"{name}{clock}", value)
                for name, value in (
                    ("valid", valid), ("last", last), ("outside", outside), ("word", word)
                )
            )  # fmt: skip
        padding = choose(m, "pad", word, [pack(lanes, self.shape.width) for lanes in self.padding])
        pixels = [
            Mux(outside[tap], padding, ring.answer.word_select(tap, ring.width))
            for tap in range(ring.taps)
        ]
        m.d.comb += [
            queue.i.valid.eq(valid),
            queue.i.p.last.eq(last),
            queue.i.p.data.as_value().eq(by_element(pixels, self.shape.width)),
        ]


def _latency(g: WindowGeometry) -> int:
    """Clocks from a read step to the queue."""
    return RING_CLOCKS if g.at_once[0] == 1 else BANKED_RING_CLOCKS


def line_buffer_depth(geometry: WindowGeometry) -> int:
    """Beats of the output queue of a `LineBuffer` that can read on every clock."""
    return _latency(geometry) + 2


def line_buffer_demand(
    *, geometry: WindowGeometry, width: int, depth: int, paddings: int
) -> Demand:
    """What a `LineBuffer` is made of.

    Parameters
    ----------
    geometry: what it reads.
    width: bits of a beat, without `last`.
    depth: of its output queue.
    paddings: how many different words padding pixels hold.
    """
    g, taps = geometry, geometry.at_once[0]
    row = g.width * g.words
    ring = g.buffered_rows * row
    rows, columns = g.positions
    reach = (g.width + g.reach[1] + g.stride[1] + g.padding[1]) * g.words
    walk = counter(g.kernel[0] // taps, g.kernel[1], g.words, g.repeats, rows, columns)
    places = counter(*[reach // g.words, reach, g.height + sum(g.reach), g.buffered_rows] * 2)
    filling = counter(ring, g.words, g.width, 2 * g.height + g.buffered_rows, depth + 1)
    # Of a column of taps, a single padding word is the reset of registers.
    chosen = g.edges != NO_BORDER and (taps == 1 or paddings > 1)
    outside = select(2, taps * width) if chosen else Demand()
    shared = (
        walk
        + places
        + filling
        + outside
        + select(paddings, width)
        + queue_demand(depth=depth, width=taps * width + 1)
        + Demand(
            registers=bits_for(ring)
            + _latency(g) * (2 + taps + bits_for(g.words))
            + 4
            + width
            + (2 * width if paddings > 1 else 0),
            adders=2 * bits_for(ring),
            comparisons=2 * taps * bits_for(g.height) + 2 * bits_for(g.width),
        )
    )
    if taps == 1:
        return shared + Demand(memories=(Memory(ring, width, "ram"),))
    banks = (Memory(row, width, "ram"),) * g.buffered_rows
    return (
        shared
        + select(g.buffered_rows, taps * width)
        + Demand(registers=taps * width + 4 * bits_for(g.buffered_rows), memories=banks)
    )
