"""Windows: what a line buffer reads, and the counters that walk over it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from amaranth.hdl import Cat, Const, Module, Mux, Signal, Value
from amaranth.lib.wiring import In, Out
from numpy.typing import NDArray

from ...compiler.program import Edges, Pair, Window, edges, reach, window_output
from ..logic.component import Component
from ..logic.counters import loop, wrap_add

NO_BORDER: Edges = ((0, 0), (0, 0))


@dataclass(frozen=True)
class Kernel:
    """A window that slides over an image, as a program's nodes describe it.

    Parameters
    ----------
    size, stride, padding, overhang, dilation: see `tabfab.compiler.program.Window`.
    """

    size: Pair = (1, 1)
    stride: Pair = (1, 1)
    padding: Pair = (0, 0)
    overhang: Pair = (0, 0)
    dilation: Pair = (1, 1)

    @classmethod
    def of(cls, node: Window) -> Kernel:
        """The window of a node."""
        return cls(node.kernel, node.stride, node.padding, node.overhang, node.dilation)

    @property
    def edges(self) -> Edges:
        """Pixels of padding."""
        return edges(self.padding, self.overhang)

    @property
    def reach(self) -> Pair:
        """Pixels from the first tap to the last."""
        return _reach(self.size, self.dilation)

    @property
    def ways(self) -> tuple[Pair, ...]:
        """(rows, columns) of taps that can be read at once: one, a column, all."""
        high, wide = self.size
        return (1, 1), (high, 1), (high, wide)


@dataclass(frozen=True)
class WindowGeometry:
    """What a line buffer reads, and in which order.

    For each position, row-major, for each section of a pixel's words: `repeats` times, for each
    of these words, the kernel's taps row-major, `at_once` of them in a beat: its elements are
    those of the pixel's beat, each under all these taps, row-major.

    Parameters
    ----------
    height, width: pixels of the input.
    words: beats of a pixel.
    kernel, stride: (vertical, horizontal).
    padding: pixels (above, to the left); on no side may there be as many as the window reaches.
    repeats: how often each section is read.
    sections: equal parts of a pixel's words.
    at_once: rows and columns of taps in a beat: one, all rows of a column, or all.
    overhang: how many more pixels of padding there are (below, to the right).
    dilation: pixels from one tap to the next (vertical, horizontal).
    """

    height: int
    width: int
    words: int
    kernel: Pair
    stride: Pair = (1, 1)
    padding: Pair = (0, 0)
    repeats: int = 1
    sections: int = 1
    at_once: Pair = (1, 1)
    overhang: Pair = (0, 0)
    dilation: Pair = (1, 1)

    def __post_init__(self) -> None:
        for axis in (0, 1):
            before, after = self.edges[axis]
            if min(before, after) < 0 or max(before, after) >= self.reach[axis]:
                raise ValueError(f"padding {self.edges} must be smaller than {self.reach}")
            if self.at_once[axis] not in (1, self.kernel[axis]):
                raise ValueError(
                    f"taps at once {self.at_once} must be one or all rows and columns of the "
                    f"kernel {self.kernel}"
                )
        if min(*self.stride, *self.dilation, self.words, self.repeats) < 1:
            raise ValueError("strides, dilations, words and repeats must be positive")
        if self.sections < 1 or self.words % self.sections:
            raise ValueError(f"{self.words} words have no {self.sections} equal sections")
        if min(self.positions) < 1:
            raise ValueError(f"the window {self.kernel} does not fit the image")

    @property
    def positions(self) -> Pair:
        """(rows, columns) of the output."""
        rows, columns = (
            window_output(
                size, self.kernel[axis], self.stride[axis], self.padding[axis],
                self.overhang[axis], self.dilation[axis],
            )
            for axis, size in enumerate((self.height, self.width))
        )  # fmt: skip
        return rows, columns

    @property
    def reach(self) -> Pair:
        """Pixels from the first tap of the window to the last."""
        return _reach(self.kernel, self.dilation)

    @property
    def edges(self) -> Edges:
        """Pixels of padding."""
        return edges(self.padding, self.overhang)

    @property
    def taps(self) -> int:
        """Pixels under the window."""
        return self.kernel[0] * self.kernel[1]

    @property
    def beat_taps(self) -> int:
        """Pixels under the window in each beat."""
        return self.at_once[0] * self.at_once[1]

    @property
    def steps(self) -> int:
        """Beats read per position."""
        return self.repeats * self.words * self.taps // self.beat_taps

    @property
    def is_plain(self) -> bool:
        """Whether it reads every pixel once, one after another: there is nothing to buffer."""
        return self.is_pointwise and self.repeats == 1

    @property
    def is_pointwise(self) -> bool:
        """Whether it reads every pixel, one after another, but perhaps several times."""
        return self.taps == 1 and self.stride == (1, 1)

    def last_under(self, axis: int) -> NDArray[np.int64]:
        """Last row (axis 0) or column (axis 1) of the image under the window, per position."""
        size = (self.height, self.width)[axis]
        first = np.arange(self.positions[axis], dtype=np.int64) * self.stride[axis]
        return np.minimum(first - self.padding[axis] + self.reach[axis] - 1, size - 1)

    @property
    def rows_done(self) -> NDArray[np.int64]:
        """Rows of the image that no window needs behind each row of positions."""
        following = np.arange(1, self.positions[0]) * self.stride[0] - self.padding[0]
        return np.append(np.maximum(following, 0), self.height)

    @property
    def buffered_rows(self) -> int:
        """Rows kept: those under the window, and those that arrive before it moves down."""
        return self.reach[0] + self.stride[0]


class WindowWalk(Component):
    """Where the window reads: one tap of one word per step, or all rows of a column of taps.

    Parameters
    ----------
    geometry: what to read.

    Members
    -------
    step: in, 1 bit; go on to the next tap.
    slot: out, ``range(geometry.buffered_rows)``; row of the ring that the tap's row is in, or that
        of the uppermost tap.
    offset: out, signed; place of the tap's pixel in its row, in words.
    word: out, ``range(geometry.words)``; word of the pixel.
    outside: out, a bit for each tap of the step; the tap is in the padding.
    row, column: out, within ``geometry.positions``; the position.
    position_end, row_end, image_end: out, 1 bit each; this step is the position's last, also that
        of its row of positions, also that of the image.
    """

    step: Signal
    slot: Signal
    offset: Signal
    word: Signal
    outside: Signal
    row: Signal
    column: Signal
    position_end: Signal
    row_end: Signal
    image_end: Signal

    def __init__(self, geometry: WindowGeometry) -> None:
        self.geometry = g = geometry
        rows, columns = g.positions
        reach = (g.width + g.reach[1] + g.stride[1]) * g.words
        super().__init__(
            {
                "step": In(1),
                "slot": Out(range(g.buffered_rows)),
                "offset": Out(range(-g.padding[1] * g.words, reach)),
                "word": Out(range(g.words)),
                "outside": Out(geometry.at_once[0]),
                "row": Out(range(rows)),
                "column": Out(range(columns)),
                "position_end": Out(1),
                "row_end": Out(1),
                "image_end": Out(1),
            }
        )

    def elaborate(self, platform: object) -> Module:
        m = Module()
        g = self.geometry
        (pad_y, pad_x), (stride_y, stride_x), ring = g.padding, g.stride, g.buffered_rows
        dilation_y, dilation_x = g.dilation
        _, tap_row_end = loop(m, "tap_column", g.kernel[1], self.step)
        _, taps_end = loop(m, "tap_row", g.kernel[0] // g.at_once[0], tap_row_end)
        word, words_end = loop(m, "words", g.words // g.sections, taps_end)
        _, section_end = loop(m, "repeat", g.repeats, words_end)
        base, position_end = section_base(m, g, section_end)
        position_column, row_end = loop(m, "position_column", g.positions[1], position_end)
        position_row, image_end = loop(m, "position_row", g.positions[0], row_end)

        across = _Walk(self.step, tap_row_end, position_end, row_end)
        width = (g.width + g.reach[1] + stride_x) * g.words
        tap = dilation_x * g.words
        offset = across.along(m, "offset", -pad_x * g.words, tap, stride_x * g.words, width)
        down = _Walk(tap_row_end, taps_end, row_end, image_end)
        limit = g.height + g.reach[0] + stride_y
        row = down.along(m, "row", -pad_y, dilation_y, stride_y, limit)
        to_next_image = g.height - (g.positions[0] - 1) * stride_y
        slot = down.around(m, "slot", -pad_y, dilation_y, stride_y, to_next_image, ring)

        beside: Value = Const(0)
        if any(g.edges[1]):
            beside = (offset < 0) | (offset >= g.width * g.words)
        outside = [
            beside | (row < -tap) | (row >= g.height - tap) if any(g.edges[0]) else beside
            for tap in range(0, g.at_once[0] * dilation_y, dilation_y)
        ]
        m.d.comb += [
            self.slot.eq(slot),
            self.offset.eq(offset),
            self.word.eq(word + base),
            self.outside.eq(Cat(outside)),
            self.row.eq(position_row),
            self.column.eq(position_column),
            self.position_end.eq(position_end),
            self.row_end.eq(row_end),
            self.image_end.eq(image_end),
        ]
        return m


def section_base(m: Module, g: WindowGeometry, section_end: Value) -> tuple[Value, Value]:
    """First word of the section, and whether this clock's step is the position's last."""
    _, position_end = loop(m, "section", g.sections, section_end)
    if g.sections == 1:
        return Const(0), position_end
    base = Signal(range(g.words), name="base")
    with m.If(section_end):
        m.d.sync += base.eq(Mux(position_end, 0, base + g.words // g.sections))
    return base, position_end


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

    def along(self, m: Module, name: str, start: int, tap: int, stride: int, limit: int) -> Signal:
        """A coordinate below `limit`."""
        reach = range(start, limit)
        value, origin = (
            Signal(reach, name=f"{name}{part}", init=start) for part in ("", "_origin")
        )
        moved = Mux(self.restart, start, Mux(self.move, origin + stride, origin))
        m.d.sync += origin.eq(moved)
        with m.If(self.step):
            m.d.sync += value.eq(Mux(self.end, moved, value + tap))
        return value

    def around(
        self, m: Module, name: str, start: int, tap: int, stride: int, restart: int, modulus: int
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
            m.d.sync += value.eq(Mux(self.end, moved, wrap_add(value, tap, modulus)))
        return value


def by_element(pixels: Sequence[Value], bits: int) -> Value:
    """Beats of pixels under taps as one beat: each element, of so many bits, under all of them."""
    starts = range(0, len(pixels[0]), bits)
    return Cat(pixel[start : start + bits] for start in starts for pixel in pixels)


def _reach(kernel: Pair, dilation: Pair) -> Pair:
    return reach(kernel[0], dilation[0]), reach(kernel[1], dilation[1])


def split_padding(reached: int, edge: Pair) -> tuple[Pair, Pair]:
    """Padding along an axis as (what a line buffer makes up, the border needed besides).

    A border is needed where windows lie in the padding altogether.

    Parameters
    ----------
    reached: pixels from the window's first tap to its last.
    edge: pixels (before, after) the image.
    """
    before, after = (min(pixels, reached - 1) for pixels in edge)
    return (before, after), (edge[0] - before, edge[1] - after)
