"""Proofs of what gives beats in another order: line buffers and padders."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
from amaranth.hdl import Array, Signal, unsigned

from ....hw.nodes.operators.slice_padder import SlicePadder
from ....hw.window.border_padder import BorderPadder
from ....hw.window.line_buffer import LineBuffer
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
    sources: for each output beat of an image the number of the input beat that it is, or None.
    fill: for each output beat what it holds if it is no input beat.
    ahead: images that the input may at most be ahead of the output.
    """

    beats: int
    sources: Sequence[int | None]
    fill: Sequence[int]
    ahead: int


def rearrangement(bench: FormalBench, dut: Any, order: Order) -> None:
    """Outputs against a table of where each comes from, with one input beat, any one."""
    m = bench.m
    enter, leave = source(bench, dut.i), sink(bench, dut.o)
    taken, image_taken = numbered(m, "taken", order.beats, enter)
    given, image_given = numbered(m, "given", len(order.sources), leave)
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

    wanted = Array(beat or 0 for beat in order.sources)[given]
    filled = Array(beat is None for beat in order.sources)[given]
    here = followed & (images == 0) & ~filled & (wanted == number)
    out = dut.o.p.data.as_value()
    bench.check(
        "every output is the input beat that belongs there",
        implies(dut.o.valid & here, out == contents),
    )
    bench.check(
        "padding where no input beat belongs",
        implies(dut.o.valid & filled, out == Array(order.fill)[given]),
    )
    bench.check(
        "nothing comes out before it went in",
        implies(dut.o.valid & ~filled, (ahead != 0) | (taken > wanted)),
    )
    bench.check(
        "last on the last beat of each image and no other",
        implies(dut.o.valid, dut.o.p.last == (given == len(order.sources) - 1)),
    )
    answered(bench, dut.i.valid, dut.o.valid, order.beats + _PATIENCE)


def window_order(g: WindowGeometry, padding: Sequence[int]) -> Order:
    """A line buffer's order; `padding` per word of a pixel."""
    row, column, _, word, tap_y, tap_x = np.indices(
        (*g.positions, g.repeats, g.words, *g.kernel)
    ).reshape(6, -1)
    y = row * g.stride[0] - g.padding[0] + tap_y
    x = column * g.stride[1] - g.padding[1] + tap_x
    inside = (y >= 0) & (y < g.height) & (x >= 0) & (x < g.width)
    numbers = (y * g.width + x) * g.words + word
    return Order(
        beats=g.height * g.width * g.words,
        sources=[n if here else None for n, here in zip(numbers.tolist(), inside, strict=True)],
        fill=np.asarray(padding)[word].tolist(),
        ahead=2 + g.buffered_rows // g.height,
    )


def slice_order(
    size: tuple[int, int], beats: tuple[int, int, int], step: tuple[int, int], depth: int
) -> Order:
    """A slice padder's order; `beats` before, of the input and after."""
    before, inside, after = beats
    sources: list[int | None] = []
    for row in range(0, size[0], step[0]):
        for column in range(0, size[1], step[1]):
            first = (row * size[1] + column) * inside
            sources += [None] * before + list(range(first, first + inside)) + [None] * after
    return Order(size[0] * size[1] * inside, sources, [0] * len(sources), depth + 1)


def border_order(
    size: tuple[int, int], border: tuple[int, int], pixel: Sequence[int], depth: int
) -> Order:
    """A border padder's order; `pixel` holds the beats of a border pixel."""
    (height, width), (above, left), words = size, border, len(pixel)
    sources: list[int | None] = []
    for row in range(-above, height + above):
        for column in range(-left, width + left):
            inside = 0 <= row < height and 0 <= column < width
            first = (row * width + column) * words
            sources += range(first, first + words) if inside else [None] * words
    fill = [*pixel] * (len(sources) // words)
    return Order(height * width * words, sources, fill, depth + 1)


def _line_buffer_proof(g: WindowGeometry, strategy: Strategy = IC3) -> Proof:
    depth = 2
    padding = [word % 2 for word in range(g.words)] if g.words > 1 else [1]
    return Proof(
        "LineBuffer",
        f"{g.height}x{g.width} pixels of {g.words} beat{'s' if g.words > 1 else ''}, "
        f"kernel {g.kernel}, stride {g.stride}, padding {g.padding}, repeats {g.repeats}",
        lambda: LineBuffer(unsigned(1), 1, g, [[value] for value in padding], depth),
        partial(rearrangement, order=window_order(g, padding)),
        strategy,
    )


def _slice_padder_proof(
    size: tuple[int, int], beats: tuple[int, int, int], step: tuple[int, int], short: bool = False
) -> Proof:
    depth = 2
    return Proof(
        "SlicePadder",
        f"{size[0]}x{size[1]} pixels, {beats[0]} + {beats[1]} + {beats[2]} beats, step {step}",
        lambda: SlicePadder(unsigned(1), 1, size, beats, step, depth),
        partial(rearrangement, order=slice_order(size, beats, step, depth)),
        short=short,
    )


def _border_padder_proof(
    size: tuple[int, int], border: tuple[int, int], pixel: tuple[int, ...]
) -> Proof:
    depth = 2
    return Proof(
        "BorderPadder",
        f"{size[0]}x{size[1]} pixels of {len(pixel)} beat{'s' if len(pixel) > 1 else ''}, "
        f"border {border}",
        lambda: BorderPadder(unsigned(1), 1, size, border, [[word] for word in pixel], depth),
        partial(rearrangement, order=border_order(size, border, pixel, depth)),
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
    _line_buffer_proof(WindowGeometry(2, 2, 1, (3, 3), padding=(1, 1)), bounded(20)),
    _slice_padder_proof((3, 2), (1, 1, 1), (2, 2), short=True),
    _slice_padder_proof((2, 2), (1, 2, 0), (1, 1)),
    _slice_padder_proof((3, 3), (1, 1, 1), (2, 2)),
    _border_padder_proof((2, 2), (1, 1), (1,)),
    _border_padder_proof((1, 2), (0, 1), (1, 0)),
)
