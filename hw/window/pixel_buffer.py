"""PixelBuffer: single pixels, each read several times."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from amaranth.hdl import Cat, Module, Shape, ShapeLike, Signal, Value
from amaranth.lib import stream, wiring
from amaranth.lib.wiring import In, Out

from ..logic.component import Component
from ..logic.counters import bounded, loop, registered, unreset
from ..logic.demand import Demand, bits_for, counter
from ..logic.memory import Memory
from ..logic.ring_memory import ring_memory
from ..stream.queue import Queue, queue_demand
from ..stream.streams import elastic
from ..stream.timing import Rule, shifted
from .window import WindowGeometry, section_base

_PIXELS = 2
"""That it holds: one is read while the next arrives."""
_LATENCY = 2
"""Clocks from a read step to the queue: the memory and a register."""
PIXEL_BUFFER_DEPTH = _LATENCY + 2
"""Beats of the output queue with which it reads on every clock."""


class PixelBuffer(Component):
    """Gives the windows of a kernel of one pixel, each as often as the folding needs it.

    What a `LineBuffer` would give, from a memory of two pixels instead of two rows, and without
    counting rows and columns: which pixel is an image's last is kept beside it.

    Parameters
    ----------
    shape, lanes: of a beat.
    geometry: what to read; of one pixel at every position.
    depth: beats of the output queue; by default as many as reading on every clock takes.

    Members
    -------
    i: in, a stream of `lanes` elements of `shape`: pixels, ``geometry.words`` beats each.
    o: out, ``geometry.steps`` beats per pixel, `last` on the image's last.

    Raises
    ------
    ValueError: windows are of several pixels, or leave some out.

    Examples
    --------
    >>> from amaranth.hdl import unsigned
    >>> geometry = WindowGeometry(height=5, width=4, words=3, kernel=(1, 1), repeats=2)
    >>> PixelBuffer(unsigned(8), 2, geometry)
    >>> geometry.steps  # every pixel's three beats are read twice
    6
    """

    i: stream.Interface
    o: stream.Interface

    def __init__(
        self,
        shape: ShapeLike,
        lanes: int,
        geometry: WindowGeometry,
        depth: int = PIXEL_BUFFER_DEPTH,
    ) -> None:
        if not geometry.is_pointwise:
            raise ValueError(
                f"windows of a single pixel at every position are read, not {geometry}"
            )
        self.shape = Shape.cast(shape)
        self.lanes = lanes
        self.geometry = geometry
        self.depth = depth
        super().__init__({"i": In(elastic(shape, lanes)), "o": Out(elastic(shape, lanes))})

    def timing(self, counts: Mapping[str, int]) -> list[Rule]:
        """Rules between `i`, `o` and the steps ``read`` that address the memory."""
        g = self.geometry
        reads = np.arange(counts["o"], dtype=np.int64)
        written = np.arange(counts["i"], dtype=np.int64) // g.words
        return [
            Rule("o", "read", reads, _LATENCY + 1),
            Rule("read", "i", (reads // g.steps + 1) * g.words - 1, 1),
            Rule("read", "o", shifted(len(reads), self.depth), 1),
            Rule("i", "read", (written - _PIXELS + 1) * g.steps - 1, 1),
        ]

    def demand(self) -> Demand:
        """What it is made of."""
        width = self.shape.width * self.lanes
        return pixel_buffer_demand(geometry=self.geometry, width=width, depth=self.depth)

    def elaborate(self, platform: object) -> Module:
        m = Module()
        g, width = self.geometry, self.shape.width * self.lanes
        # A pixel has the rows up to a power of two, so that its number is an address' high bits.
        m.submodules.memory = ram = ring_memory(width, _PIXELS << bits_for(g.words))
        m.submodules.queue = queue = Queue(self.shape, self.lanes, self.depth)
        wiring.connect(m, wiring.flipped(self.o), queue.o)

        put, leave = self.i.valid & self.i.ready, self.o.valid & self.o.ready
        step = Signal()
        written, pixel_written = loop(m, "written_words", g.words, put)
        filled, _ = loop(m, "written_pixel", _PIXELS, pixel_written)
        word, position_end = self._walk(m, step)
        pixel, _ = loop(m, "pixel", _PIXELS, position_end)
        held, free = bounded(m, "held", _PIXELS, pixel_written, position_end)
        _, room = bounded(m, "under_way", self.depth, step, leave)
        m.d.comb += [self.i.ready.eq(free), step.eq((held != 0) & room)]

        write, read = ram.write_port(), ram.read_port()
        bits = bits_for(g.words)
        m.d.comb += [
            write.en.eq(put),
            write.addr.eq(Cat(written[:bits], filled)),
            write.data.eq(self.i.p.data.as_value()),
            read.addr.eq(Cat(word[:bits], pixel)),
        ]
        ends_image = Signal(_PIXELS)
        with m.If(pixel_written):
            m.d.sync += ends_image.bit_select(filled, 1).eq(self.i.p.last)
        valid, last = step, position_end & ends_image.bit_select(pixel, 1)
        for clock in range(_LATENCY):
            valid, last = (
                registered(m, f"{name}{clock}", value)
                for name, value in (("valid", valid), ("last", last))
            )
        m.d.comb += [
            queue.i.valid.eq(valid),
            queue.i.p.last.eq(last),
            queue.i.p.data.as_value().eq(unreset(m, "data", read.data)),
        ]
        return m

    def _walk(self, m: Module, step: Value) -> tuple[Value, Value]:
        """Word of the pixel that is read, and whether this clock's step is the pixel's last."""
        g = self.geometry
        word, words_end = loop(m, "words", g.words // g.sections, step)
        _, section_end = loop(m, "repeat", g.repeats, words_end)
        base, position_end = section_base(m, g, section_end)
        return word + base, position_end


def pixel_buffer_demand(*, geometry: WindowGeometry, width: int, depth: int) -> Demand:
    """What a `PixelBuffer` is made of.

    Parameters
    ----------
    geometry: what it reads.
    width: bits of a beat, without `last`.
    depth: of its output queue.
    """
    g = geometry
    bits = bits_for(g.words)
    walk = counter(g.words // g.sections, g.repeats, g.sections, g.words)
    places = counter(_PIXELS, _PIXELS, _PIXELS + 1, depth + 1)
    based = Demand() if g.sections == 1 else counter(g.words) + Demand(adders=2 * bits)
    return (
        walk
        + places
        + based
        + queue_demand(depth=depth, width=width + 1)
        + Demand(
            registers=2 * _LATENCY + _PIXELS,
            memories=(Memory(_PIXELS << bits, width, "ram"),),
        )
    )
