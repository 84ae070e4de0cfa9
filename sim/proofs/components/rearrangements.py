"""Proofs of what gives beats in another order: line buffers, their windows, and padders."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import numpy as np
from amaranth.hdl import Array, Signal, unsigned

from ....compiler.program import NO_EDGES, Edges, Pair
from ....hw.nodes.operators.slice_padder import SlicePadder
from ....hw.window.border_padder import BorderPadder
from ....hw.window.line_buffer import LineBuffer
from ....hw.window.pixel_buffer import PixelBuffer
from ....hw.window.reorderer import FRONT, ROWS, Loops, Reorderer, order_of
from ....hw.window.row_windows import RowWindows
from ....hw.window.window import WindowGeometry
from ..formal_bench import FormalBench, implies
from ..proof import IC3, Proof, Strategy, bounded
from .streams import answered, numbered, sink, source

_PATIENCE = 6
"""Clocks more than an image has beats after which an output must have come."""


@dataclass(frozen=True)
class Order:
    """Where each output beat of an image comes from.

    Parameters
    ----------
    beats: input beats of an image.
    sources: for each part of each output beat of an image the number of the input beat that it
        is, or None.
    fill: for each part what it holds if it is no input beat.
    ahead: images that the input may at most be ahead of the output.
    parts: equal parts of an output beat, each of which is an input beat or filled.
    heeds_last: whether it hands on what the input says of the last beat, which must then be right.
    """

    beats: int
    sources: Sequence[int | None]
    fill: Sequence[int]
    ahead: int
    parts: int = 1
    heeds_last: bool = False

    @property
    def answers(self) -> int:
        """Output beats of an image."""
        return len(self.sources) // self.parts


def rearrangement(bench: FormalBench, dut: Any, order: Order) -> None:
    """Outputs against a table of where each comes from, with one input beat, any one."""
    m = bench.m
    enter, leave = source(bench, dut.i), sink(bench, dut.o)
    taken, image_taken = numbered(m, "taken", order.beats, enter)
    given, image_given = numbered(m, "given", order.answers, leave)
    if order.heeds_last:
        bench.assume(implies(enter, dut.i.p.last == (taken == order.beats - 1)))
    ahead = Signal(range(order.ahead + 1), name="images_ahead")
    m.d.sync += ahead.eq(ahead + image_taken - image_given)

    # The followed beat: its number in its image, and how many images come out before that one.
    followed, images = Signal(), Signal.like(ahead)
    enters = enter & bench.free("chosen") & ~followed
    number = bench.held("number", enters, taken)
    contents = bench.held("contents", enters, dut.i.p.data)
    with m.If(enters):
        m.d.sync += [followed.eq(1), images.eq(ahead - image_given)]
    with m.Elif(image_given & (images == 0)):
        m.d.sync += followed.eq(0)
    with m.Elif(image_given):
        m.d.sync += images.eq(images - 1)

    out = dut.o.p.data.as_value()
    for part in range(order.parts):
        sources, fill = order.sources[part :: order.parts], order.fill[part :: order.parts]
        name = f" (part {part})" if order.parts > 1 else ""
        value = out.word_select(part, len(out) // order.parts)
        wanted = Array(beat or 0 for beat in sources)[given]
        filled = Array(beat is None for beat in sources)[given]
        here = followed & (images == 0) & ~filled & (wanted == number)
        bench.check(
            f"every output is the input beat that belongs there{name}",
            implies(dut.o.valid & here, value == contents),
        )
        bench.check(
            f"padding where no input beat belongs{name}",
            implies(dut.o.valid & filled, value == Array(fill)[given]),
        )
        bench.check(
            f"nothing comes out before it went in{name}",
            implies(dut.o.valid & ~filled, (ahead != 0) | (taken > wanted)),
        )
    bench.check(
        "last on the last beat of each image and no other",
        implies(dut.o.valid, dut.o.p.last == (given == order.answers - 1)),
    )
    answered(bench, dut.i.valid, dut.o.valid, order.beats + _PATIENCE)


def window_order(g: WindowGeometry, padding: Sequence[int]) -> Order:
    """A line buffer's order, or that of a row's windows; `padding` per word of a pixel."""
    (high, wide), (tall, broad) = g.kernel, g.at_once
    words = g.words // g.sections
    cut = (*g.positions, g.sections, g.repeats, words, high // tall, wide // broad, tall, broad)
    row, column, section, _, word, *taps = np.indices(cut).reshape(9, -1)
    beat_y, beat_x, tap_y, tap_x = taps
    word += section * words
    y = row * g.stride[0] - g.padding[0] + (beat_y * tall + tap_y) * g.dilation[0]
    x = column * g.stride[1] - g.padding[1] + (beat_x * broad + tap_x) * g.dilation[1]
    inside = (y >= 0) & (y < g.height) & (x >= 0) & (x < g.width)
    numbers = (y * g.width + x) * g.words + word
    return Order(
        beats=g.height * g.width * g.words,
        sources=[n if here else None for n, here in zip(numbers.tolist(), inside, strict=True)],
        fill=np.asarray(padding)[word].tolist(),
        ahead=2 + g.buffered_rows // g.height,
        parts=g.beat_taps,
    )


def slice_order(
    size: Pair, beats: tuple[int, int, int], step: Pair, cut: Edges, depth: int
) -> Order:
    """A slice padder's order; `beats` before, of the input and after."""
    before, inside, after = beats
    (above, below), (left, right) = cut
    sources: list[int | None] = []
    for row in range(above, size[0] - below, step[0]):
        for column in range(left, size[1] - right, step[1]):
            first = (row * size[1] + column) * inside
            sources += [None] * before + list(range(first, first + inside)) + [None] * after
    return Order(size[0] * size[1] * inside, sources, [0] * len(sources), depth + 1)


def border_order(size: Pair, border: Edges, pixel: Sequence[int], depth: int) -> Order:
    """A border padder's order; `pixel` holds the beats of a border pixel."""
    (height, width), ((above, below), (left, right)), words = size, border, len(pixel)
    sources: list[int | None] = []
    for row in range(-above, height + below):
        for column in range(-left, width + right):
            inside = 0 <= row < height and 0 <= column < width
            first = (row * width + column) * words
            sources += range(first, first + words) if inside else [None] * words
    fill = [*pixel] * (len(sources) // words)
    return Order(height * width * words, sources, fill, depth + 1)


def loops_order(rows: int, beats: int, loops: Loops) -> Order:
    """A reorderer's order of images of so many rows."""
    one = order_of(loops)
    sources = (np.arange(rows)[:, None] * beats + one).reshape(-1).tolist()
    ahead = ROWS + 1 + FRONT // len(one)
    return Order(rows * beats, sources, [0] * len(sources), ahead, heeds_last=True)


def _line_buffer_proof(g: WindowGeometry, strategy: Strategy = IC3) -> Proof:
    depth = 2
    padding = [word % 2 for word in range(g.words)] if g.words > 1 else [1]
    return Proof(
        "LineBuffer",
        f"{g.height}x{g.width} pixels of {g.words} beat{'s' if g.words > 1 else ''}, "
        f"kernel {g.kernel}, stride {g.stride}, padding {g.padding}, repeats {g.repeats}"
        + _unusual(g)
        + (f", taps at once {g.at_once}" if g.beat_taps > 1 else ""),
        lambda: LineBuffer(unsigned(1), 1, g, [[value] for value in padding], depth),
        partial(rearrangement, order=window_order(g, padding)),
        strategy,
    )


def _pixel_buffer_proof(g: WindowGeometry, strategy: Strategy = IC3) -> Proof:
    return Proof(
        "PixelBuffer",
        f"{g.height * g.width} pixels of {g.words} beat{'s' if g.words > 1 else ''}, "
        f"repeats {g.repeats}, sections {g.sections}",
        lambda: PixelBuffer(unsigned(1), 1, g, depth=2),
        partial(rearrangement, order=replace(window_order(g, [0] * g.words), heeds_last=True)),
        strategy,
    )


def _unusual(g: WindowGeometry) -> str:
    """What most windows have not."""
    more = f", overhang {g.overhang}" if g.overhang != (0, 0) else ""
    return more + (f", dilation {g.dilation}" if g.dilation != (1, 1) else "")


def _row_windows_proof(g: WindowGeometry, strategy: Strategy = IC3) -> Proof:
    return Proof(
        "RowWindows",
        f"{g.height} rows of {g.width} pixels, kernel {g.kernel[1]}, stride {g.stride[1]}, "
        f"padding {g.padding[1]}, repeats {g.repeats}" + _unusual(g),
        lambda: RowWindows(unsigned(1), 1, g, [1], depth=2),
        partial(rearrangement, order=window_order(g, [1])),
        strategy,
    )


def _row_geometry(
    size: Pair,
    taps: int,
    stride: int = 1,
    edge: Pair = (0, 0),
    repeats: int = 1,
    dilation: int = 1,
) -> WindowGeometry:
    """Windows of rows of pixels."""
    before, after = edge
    return WindowGeometry(
        *size, 1, (1, taps), (1, stride), (0, before), repeats, at_once=(1, taps),
        overhang=(0, after - before), dilation=(1, dilation),
    )  # fmt: skip


def _slice_padder_proof(
    size: Pair,
    beats: tuple[int, int, int],
    step: Pair,
    cut: Edges = NO_EDGES,
    short: bool = False,
) -> Proof:
    depth = 2
    said = f"{size[0]}x{size[1]} pixels, {beats[0]} + {beats[1]} + {beats[2]} beats, step {step}"
    return Proof(
        "SlicePadder",
        said if cut == NO_EDGES else f"{said}, without {cut}",
        lambda: SlicePadder(unsigned(1), 1, size, beats, step, cut, depth),
        partial(rearrangement, order=slice_order(size, beats, step, cut, depth)),
        short=short,
    )


def _border_padder_proof(size: Pair, border: Edges, pixel: tuple[int, ...]) -> Proof:
    depth = 2
    return Proof(
        "BorderPadder",
        f"{size[0]}x{size[1]} pixels of {len(pixel)} beat{'s' if len(pixel) > 1 else ''}, "
        f"border {border}",
        lambda: BorderPadder(unsigned(1), 1, size, border, [[word] for word in pixel], depth),
        partial(rearrangement, order=border_order(size, border, pixel, depth)),
    )


def _reorderer_proof(rows: int, beats: int, loops: Loops, short: bool = False) -> Proof:
    return Proof(
        "Reorderer",
        f"{rows} rows of {beats} beats in loops {loops}",
        lambda: Reorderer(unsigned(1), 1, beats, loops),
        partial(rearrangement, order=loops_order(rows, beats, loops)),
        short=short,
    )


PROOFS = (
    _line_buffer_proof(WindowGeometry(1, 1, 2, (1, 1), repeats=2)),
    _line_buffer_proof(WindowGeometry(2, 2, 1, (2, 2))),
    _line_buffer_proof(WindowGeometry(3, 2, 1, (2, 2))),
    _line_buffer_proof(WindowGeometry(2, 2, 1, (1, 2), stride=(2, 1))),
    _line_buffer_proof(WindowGeometry(2, 2, 1, (1, 1), stride=(2, 2))),
    _line_buffer_proof(WindowGeometry(3, 1, 1, (1, 1), stride=(2, 1))),
    _line_buffer_proof(WindowGeometry(1, 2, 1, (1, 2), padding=(0, 1))),
    _line_buffer_proof(WindowGeometry(1, 1, 1, (2, 1), padding=(1, 0))),
    _line_buffer_proof(WindowGeometry(2, 1, 1, (2, 1), padding=(1, 0)), bounded(20)),
    _line_buffer_proof(WindowGeometry(1, 2, 1, (1, 3), stride=(1, 2), overhang=(0, 2), repeats=2)),
    _line_buffer_proof(WindowGeometry(2, 2, 1, (3, 3), padding=(1, 1)), bounded(20)),
    _line_buffer_proof(WindowGeometry(2, 2, 1, (2, 1), at_once=(2, 1))),
    _line_buffer_proof(WindowGeometry(2, 1, 1, (2, 1), padding=(1, 0), at_once=(2, 1))),
    _line_buffer_proof(
        WindowGeometry(2, 2, 1, (3, 3), padding=(1, 1), at_once=(3, 1)), bounded(20)
    ),
    _pixel_buffer_proof(WindowGeometry(1, 1, 1, (1, 1), repeats=2)),
    _pixel_buffer_proof(WindowGeometry(1, 1, 3, (1, 1), repeats=2)),
    _pixel_buffer_proof(WindowGeometry(2, 1, 2, (1, 1), repeats=2)),
    _pixel_buffer_proof(WindowGeometry(1, 3, 1, (1, 1), repeats=3)),
    _pixel_buffer_proof(WindowGeometry(1, 2, 2, (1, 1), repeats=2, sections=2)),
    _line_buffer_proof(WindowGeometry(1, 2, 1, (1, 2), overhang=(0, 1))),
    _line_buffer_proof(WindowGeometry(2, 1, 1, (2, 1), padding=(1, 0), overhang=(-1, 0))),
    _line_buffer_proof(WindowGeometry(1, 3, 1, (1, 2), dilation=(1, 2))),
    _line_buffer_proof(WindowGeometry(3, 1, 1, (2, 1), dilation=(2, 1), at_once=(2, 1))),
    _row_windows_proof(_row_geometry((1, 3), 3, edge=(1, 1))),
    _row_windows_proof(_row_geometry((2, 3), 3, edge=(1, 1))),
    _row_windows_proof(_row_geometry((1, 4), 2, stride=2)),
    _row_windows_proof(_row_geometry((1, 3), 3, edge=(1, 1), repeats=2)),
    _row_windows_proof(_row_geometry((1, 5), 5, edge=(2, 2))),
    _row_windows_proof(_row_geometry((2, 4), 3, stride=2, edge=(1, 1)), bounded(20)),
    _row_windows_proof(_row_geometry((1, 3), 2, edge=(0, 1), dilation=2)),
    _slice_padder_proof((3, 2), (1, 1, 1), (2, 2), short=True),
    _slice_padder_proof((2, 2), (1, 2, 0), (1, 1)),
    _slice_padder_proof((3, 3), (1, 1, 1), (2, 2)),
    _slice_padder_proof((3, 4), (0, 1, 0), (1, 1), ((1, 1), (1, 0))),
    _reorderer_proof(1, 2, ((2, 0), (2, 1))),
    _reorderer_proof(2, 2, ((2, 0), (2, 1), (2, 0))),
    _reorderer_proof(2, 4, ((2, 1), (2, 2))),
    _border_padder_proof((2, 2), ((1, 1), (1, 1)), (1,)),
    _border_padder_proof((1, 2), ((0, 0), (1, 1)), (1, 0)),
    _border_padder_proof((1, 2), ((0, 1), (1, 0)), (1,)),
)
