"""The walk of a window over its image, against loops over its coordinates."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product
from typing import Any

import pytest
from amaranth.sim import Simulator
from hypothesis import assume, given
from hypothesis import strategies as st
from tabfab.hw.window.window import WindowGeometry, WindowWalk, split_padding

from support.profiles import examples

Step = dict[str, int]
IMAGES = 2


def steps(g: WindowGeometry) -> Iterator[Step]:
    """What the walk shows on each step of `IMAGES` images, offsets and slots inside the image."""
    rows, columns = g.positions
    part = g.words // g.sections
    reads = list(product(range(g.sections), range(g.repeats), range(part)))
    taps = list(product(range(g.kernel[0]), range(g.kernel[1])))
    for image, row, column in product(range(IMAGES), range(rows), range(columns)):
        for (section, repeat, word), tap in product(reads, taps):
            y = row * g.stride[0] - g.padding[0] + tap[0] * g.dilation[0]
            x = column * g.stride[1] - g.padding[1] + tap[1] * g.dilation[1]
            inside = 0 <= y < g.height and 0 <= x < g.width
            last = tap == taps[-1] and (section, repeat, word) == reads[-1]
            position_end, row_end = last, last and column == columns - 1
            yield {
                "row": row, "column": column, "word": section * part + word, "outside": not inside,
                "position_end": position_end, "row_end": row_end,
                "image_end": row_end and row == rows - 1,
            } | (
                {"offset": x * g.words, "slot": (image * g.height + y) % g.buffered_rows}
                if inside
                else {}
            )  # fmt: skip


def check(g: WindowGeometry) -> None:
    walk = WindowWalk(g)

    async def testbench(ctx: Any) -> None:
        for number, step in enumerate(steps(g)):
            ctx.set(walk.step, 0)
            for _ in range(number % 3 == 1):  # it stays where it is until it is told to go on
                await ctx.tick()
            ctx.set(walk.step, 1)
            seen = {name: ctx.get(getattr(walk, name)) for name in step}
            assert seen == step, f"step {number} of {g}"
            await ctx.tick()

    simulator = Simulator(walk)
    simulator.add_clock(1e-6)
    simulator.add_testbench(testbench)
    simulator.run()


@st.composite
def geometries(draw: st.DrawFn) -> WindowGeometry:
    def pair(low: int, high: int) -> tuple[int, int]:
        return draw(st.integers(low, high)), draw(st.integers(low, high))

    kernel, size, sections = pair(1, 3), pair(1, 6), draw(st.integers(1, 3))
    dilation, axes = pair(1, 2), (0, 1)
    most = [kernel[axis] * dilation[axis] - dilation[axis] for axis in axes]
    before, after = ([draw(st.integers(0, most[axis])) for axis in axes] for _ in axes)
    assume(all(size[axis] + before[axis] + after[axis] > most[axis] for axis in axes))
    words = sections * draw(st.integers(1, 2))
    return WindowGeometry(
        *size, words, kernel, pair(1, 3), (before[0], before[1]), draw(st.integers(1, 2)), sections,
        overhang=(after[0] - before[0], after[1] - before[1]), dilation=dilation,
    )  # fmt: skip


@examples(20)
@given(geometries())
def test_reads_what_loops_over_the_coordinates_read(geometry: WindowGeometry) -> None:
    assume(geometry.positions[0] * geometry.positions[1] * geometry.steps < 400)
    check(geometry)


@pytest.mark.parametrize(
    ("reached", "edge", "made_up", "border"),
    [
        (3, (1, 1), (1, 1), (0, 0)),
        (3, (2, 2), (2, 2), (0, 0)),
        (2, (0, 3), (0, 1), (0, 2)),  # windows in the padding altogether
        (1, (1, 2), (0, 0), (1, 2)),
    ],
)
def test_what_of_the_padding_needs_a_border(
    reached: int, edge: tuple[int, int], made_up: tuple[int, int], border: tuple[int, int]
) -> None:
    assert split_padding(reached, edge) == (made_up, border)
