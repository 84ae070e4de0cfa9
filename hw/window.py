"""Windows: what a line buffer reads, and the counters that walk over it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from amaranth.hdl import Module, Mux, Signal, Value
from amaranth.lib import wiring
from amaranth.lib.wiring import In, Out

from ..compiler.program import Pair, window_output
from .counters import loop, wrap_add


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
