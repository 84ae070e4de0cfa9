"""LineBuffer: the last rows of an image, read out as windows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from amaranth.hdl import Array, Module, Mux, Shape, ShapeLike, Signal, Value, unsigned
from amaranth.lib import memory, wiring
from amaranth.lib.wiring import In, Out

from ..compiler.program import Pair, window_output
from .core import Memory
from .counters import at_most, loop, registered, wrap_add
from .queue import Queue
from .rom import pack
from .streams import elastic
from .timing import Rule, shifted

_LATENCY = 2
"""Clocks from a read step to the queue: the registered address, then the memory."""


@dataclass(frozen=True)
class WindowGeometry:
    """What a line buffer reads, and in which order.

    For each position, row-major: `repeats` times, for each word of a pixel, the kernel's taps
    row-major.

    Parameters
    ----------
    height, width: pixels of the input.
    words: beats of a pixel.
    kernel, stride, padding: (vertical, horizontal); padding must be smaller than the kernel.
    repeats: how often each window is read.
    """

    height: int
    width: int
    words: int
    kernel: Pair
    stride: Pair = (1, 1)
    padding: Pair = (0, 0)
    repeats: int = 1

    def __post_init__(self) -> None:
        for axis in (0, 1):
            if not 0 <= self.padding[axis] < self.kernel[axis]:
                raise TypeError(f"padding {self.padding} must be smaller than {self.kernel}")
        if min(self.stride) < 1 or self.words < 1 or self.repeats < 1:
            raise TypeError("strides, words and repeats must be positive")
        if min(self.positions) < 1:
            raise TypeError(f"the window {self.kernel} does not fit the image")

    @property
    def positions(self) -> Pair:
        """(rows, columns) of the output."""
        return (
            window_output(self.height, self.kernel[0], self.stride[0], self.padding[0]),
            window_output(self.width, self.kernel[1], self.stride[1], self.padding[1]),
        )

    @property
    def taps(self) -> int:
        """Pixels under the window."""
        return self.kernel[0] * self.kernel[1]

    @property
    def steps(self) -> int:
        """Beats read per position."""
        return self.repeats * self.words * self.taps

    @property
    def buffered_rows(self) -> int:
        """Rows kept: those under the window, and those that arrive before it moves down."""
        return self.kernel[0] + self.stride[0]


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
        """(depth, width) of each memory."""
        g = self.geometry
        ring = (g.buffered_rows * g.width * g.words, self.shape.width * self.lanes)
        return [ring, (self.depth, len(self.o.p.as_value()))]

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


class WindowWalk(wiring.Component):
    """Where the window reads: one tap of one word per step.

    Parameters
    ----------
    geometry: what to read.

    Members
    -------
    step: go on to the next tap.
    top, left: the window's first row and column; negative in the padding.
    slot: row of the ring that the tap's row is in.
    offset: place of the tap's pixel in its row.
    word: word of the pixel.
    outside: the tap is in the padding.
    image_end: this step is the image's last.
    """

    step: Any
    top: Any
    left: Any
    slot: Any
    offset: Any
    word: Any
    outside: Any
    image_end: Any

    def __init__(self, geometry: WindowGeometry) -> None:
        self.geometry = g = geometry
        reach = (g.width + g.kernel[1] + g.stride[1]) * g.words
        top, left = (
            range(-g.padding[axis], size + g.kernel[axis] + g.stride[axis])
            for axis, size in enumerate((g.height, g.width))
        )
        super().__init__(
            {
                "step": In(1),
                "top": Out(top),
                "left": Out(left),
                "slot": Out(range(g.buffered_rows)),
                "offset": Out(range(-g.padding[1] * g.words, reach)),
                "word": Out(range(g.words)),
                "outside": Out(1),
                "image_end": Out(1),
            }
        )

    def elaborate(self, platform: object) -> Module:
        m = Module()
        g = self.geometry
        (pad_y, pad_x), (stride_y, stride_x), ring = g.padding, g.stride, g.buffered_rows
        _, tap_row_end = loop(m, "tap_column", g.kernel[1], self.step)
        _, taps_end = loop(m, "tap_row", g.kernel[0], tap_row_end)
        word, words_end = loop(m, "words", g.words, taps_end)
        _, position_end = loop(m, "repeat", g.repeats, words_end)
        _, row_end = loop(m, "position_column", g.positions[1], position_end)
        _, image_end = loop(m, "position_row", g.positions[0], row_end)

        across = _Walk(self.step, tap_row_end, position_end, row_end)
        width = g.width + g.kernel[1] + stride_x
        column, left = across.along(m, "column", -pad_x, 1, stride_x, width)
        offset, _ = across.along(
            m, "offset", -pad_x * g.words, g.words, stride_x * g.words, width * g.words
        )
        down = _Walk(tap_row_end, taps_end, row_end, image_end)
        row, top = down.along(m, "row", -pad_y, 1, stride_y, g.height + g.kernel[0] + stride_y)
        to_next_image = g.height - (g.positions[0] - 1) * stride_y
        slot = down.around(m, "slot", -pad_y, stride_y, to_next_image, ring)

        outside_rows = (row < 0) | (row >= g.height)
        outside_columns = (column < 0) | (column >= g.width)
        m.d.comb += [
            self.top.eq(top),
            self.left.eq(left),
            self.slot.eq(slot),
            self.offset.eq(offset),
            self.word.eq(word),
            self.outside.eq(outside_rows | outside_columns),
            self.image_end.eq(image_end),
        ]
        return m


@dataclass(frozen=True)
class _Walk:
    """Taps along one axis of a window that itself moves along that axis.

    Parameters
    ----------
    step: the next tap; `end`: the window's last tap, back to its origin.
    move: the window moves by its stride; `restart`: it goes back to where it started.
    """

    step: Value
    end: Value
    move: Value
    restart: Value

    def along(
        self, m: Module, name: str, start: int, tap: int, stride: int, limit: int
    ) -> tuple[Signal, Signal]:
        """A coordinate below `limit` and its value at the window's origin."""
        reach = range(start, limit)
        value, origin = (
            Signal(reach, name=f"{name}{part}", init=start) for part in ("", "_origin")
        )
        moved = Mux(self.restart, start, Mux(self.move, origin + stride, origin))
        m.d.sync += origin.eq(moved)
        with m.If(self.step):
            m.d.sync += value.eq(Mux(self.end, moved, value + tap))
        return value, origin

    def around(
        self, m: Module, name: str, start: int, stride: int, restart: int, modulus: int
    ) -> Signal:
        """A place in a ring of `modulus`; a restart moves the window on by `restart`."""
        value, origin = (
            Signal(range(modulus), name=f"{name}{part}", init=start % modulus)
            for part in ("", "_origin")
        )
        moved = Mux(
            self.restart,
            wrap_add(origin, restart, modulus),
            Mux(self.move, wrap_add(origin, stride, modulus), origin),
        )
        m.d.sync += origin.eq(moved)
        with m.If(self.step):
            m.d.sync += value.eq(Mux(self.end, moved, wrap_add(value, 1, modulus)))
        return value


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
