"""LineBuffer: the last rows of an image, read out as windows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from amaranth.hdl import Array, Module, Mux, Shape, ShapeLike, Signal, Value, unsigned
from amaranth.lib import memory, wiring
from amaranth.lib.wiring import In, Out

from .core import Memory
from .counters import at_most, loop, registered
from .queue import Queue
from .rom import pack
from .streams import elastic
from .timing import Rule, shifted
from .window import WindowGeometry, WindowWalk

_LATENCY = 2
"""Clocks from a read step to the queue: the registered address, then the memory."""


class LineBuffer(wiring.Component):
    """Turns a stream of pixels into a stream of windows.

    The buffer is a ring of rows in one memory. A position is read as soon as the last pixel
    under it has been written; a row is freed as soon as the window has moved below it, images
    following each other without a gap. Padding is made up on the way out.

    Parameters
    ----------
    shape, lanes: of a beat.
    geometry: what to read.
    padding: one list of lane values per word of a pixel, which padding pixels hold.
    depth: beats of the output queue.

    Members
    -------
    i: pixels, ``geometry.words`` beats each.
    o: ``geometry.steps`` beats per position, `last` on the image's last.
    """

    i: Any
    o: Any

    def __init__(
        self,
        shape: ShapeLike,
        lanes: int,
        geometry: WindowGeometry,
        padding: Sequence[Sequence[int]],
        depth: int = _LATENCY + 2,
    ) -> None:
        if len(padding) != geometry.words or any(len(word) != lanes for word in padding):
            raise TypeError(f"padding must be {geometry.words} words of {lanes} lanes")
        self.shape = Shape.cast(shape)
        self.lanes = lanes
        self.geometry = geometry
        self.padding = padding
        self.depth = depth
        super().__init__({"i": In(elastic(shape, lanes)), "o": Out(elastic(shape, lanes))})

    def timing(self, counts: Mapping[str, int]) -> list[Rule]:
        """Rules between `i`, `o` and the steps ``read`` that address the memory."""
        g = self.geometry
        beats = counts["o"]
        reads = np.arange(beats, dtype=np.int64)
        image, row, column = _positions(g, reads // g.steps)
        needed = (image * g.height + _last_under(g, 0, row)) * g.width + _last_under(g, 1, column)
        return [
            Rule("o", "read", reads, _LATENCY + 1),
            Rule("read", "i", needed * g.words + g.words - 1, 1),
            Rule("read", "o", shifted(beats, self.depth), 1),
            Rule("i", "read", self._freeing_reads(counts["i"]), 1),
        ]

    def _freeing_reads(self, beats: int) -> np.ndarray[Any, np.dtype[np.int64]]:
        """For each input beat the read that frees its row of the ring, or -1."""
        g = self.geometry
        rows, columns = g.positions
        input_row = np.arange(beats, dtype=np.int64) // (g.width * g.words)
        images = int(input_row[-1]) // g.height + 1
        following = np.arange(1, rows + 1) * g.stride[0] - g.padding[0]
        freed_in_image = np.append(np.maximum(following[:-1], 0), g.height)
        freed = (np.arange(images)[:, None] * g.height + freed_in_image).reshape(-1)
        wanted = input_row - g.buffered_rows + 1
        output_row = np.searchsorted(freed, wanted)
        return np.where(wanted <= 0, -1, (output_row + 1) * columns * g.steps - 1)

    def memories(self) -> list[Memory]:
        """Its memories."""
        g = self.geometry
        ring = Memory(g.buffered_rows * g.width * g.words, self.shape.width * self.lanes, "ram")
        return [ring, Memory(self.depth, len(self.o.p.as_value()), "queue")]

    def elaborate(self, platform: object) -> Module:
        m = Module()
        g = self.geometry
        m.submodules.memory = ram = memory.Memory(
            shape=unsigned(self.shape.width * self.lanes),
            depth=g.buffered_rows * g.width * g.words,
            init=[],
        )
        m.submodules.queue = queue = Queue(self.shape, self.lanes, self.depth)
        wiring.connect(m, wiring.flipped(self.o), queue.o)
        m.submodules.walk = walk = WindowWalk(g)

        # Whole rows written, counted from the first row of the image that is being read.
        rows = Signal(range(-g.height, g.height + g.buffered_rows + 1))
        freed = Mux(walk.top < 0, 0, walk.top)
        m.d.comb += self.i.ready.eq(rows - freed < g.buffered_rows)
        columns, row_written = self._write(m, ram.write_port())
        m.d.sync += rows.eq(rows + row_written - Mux(walk.image_end, g.height, 0))

        bottom = at_most(walk.top + (g.kernel[0] - 1), g.height - 1)
        right = at_most(walk.left + (g.kernel[1] - 1), g.width - 1)
        written = (rows > bottom) | ((rows == bottom) & (columns > right))
        under_way = Signal(range(self.depth + 1))
        leave = self.o.valid & self.o.ready
        m.d.comb += walk.step.eq(written & (under_way != self.depth))
        m.d.sync += under_way.eq(under_way + walk.step - leave)
        self._read(m, ram.read_port(), walk, queue)
        return m

    def _write(self, m: Module, port: Any) -> tuple[Value, Value]:
        """Fill the ring; returns the pixels written of the current row, and its end."""
        g = self.geometry
        accept = self.i.valid & self.i.ready
        address, _ = loop(m, "write_address", g.buffered_rows * g.width * g.words, accept)
        _, pixel_written = loop(m, "written_words", g.words, accept)
        columns, row_written = loop(m, "written_columns", g.width, pixel_written)
        m.d.comb += [
            port.en.eq(accept),
            port.addr.eq(address),
            port.data.eq(self.i.p.data.as_value()),
        ]
        return columns, row_written

    def _read(self, m: Module, port: Any, walk: WindowWalk, queue: Queue) -> None:
        """Two clocks from the walk to the queue: address register, memory."""
        g = self.geometry
        row_starts = Array(slot * g.width * g.words for slot in range(g.buffered_rows))
        address = Signal(range(g.buffered_rows * g.width * g.words))
        m.d.sync += address.eq(row_starts[walk.slot] + walk.offset + walk.word)
        m.d.comb += port.addr.eq(address)
        valid, last, outside = walk.step, walk.image_end, walk.outside
        padding: Value = Array(pack(word, self.shape.width) for word in self.padding)[walk.word]
        for clock in range(_LATENCY):
            valid, last, outside, padding = (
                registered(m, f"{name}{clock}", value)
                for name, value in (
                    ("valid", valid), ("last", last), ("outside", outside), ("padding", padding)
                )
            )  # fmt: skip
        m.d.comb += [
            queue.i.valid.eq(valid),
            queue.i.p.last.eq(last),
            queue.i.p.data.as_value().eq(Mux(outside, padding, port.data)),
        ]


def _positions(
    g: WindowGeometry, position: np.ndarray[Any, np.dtype[np.int64]]
) -> tuple[Any, Any, Any]:
    """(image, row, column) of output positions numbered through all images."""
    rows, columns = g.positions
    image, within = np.divmod(position, rows * columns)
    return image, *np.divmod(within, columns)


def _last_under(g: WindowGeometry, axis: int, position: Any) -> Any:
    """Last row (axis 0) or column (axis 1) of the image under the window at `position`."""
    size = (g.height, g.width)[axis]
    return np.minimum(position * g.stride[axis] - g.padding[axis] + g.kernel[axis] - 1, size - 1)
