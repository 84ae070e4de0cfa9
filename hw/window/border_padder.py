"""BorderPadder: an image with pixels around it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from amaranth.hdl import Module, Mux, Shape, ShapeLike, Value
from amaranth.lib import stream, wiring
from amaranth.lib.wiring import In, Out
from numpy.typing import NDArray

from ...compiler.program import Edges, Pair
from ..logic.component import Component
from ..logic.counters import choose, loop
from ..logic.demand import Demand, bits_for, counter, select
from ..logic.rom import pack
from ..stream.queue import Queue, queue_demand
from ..stream.streams import elastic
from ..stream.timing import Rule


class BorderPadder(Component):
    """Puts rows and columns of constant pixels around every image.

    A line buffer makes up the padding of windows that reach over the edge of the image; this is
    for windows that lie in the padding altogether. The border above an image waits for the
    image's first beat, so that nothing is given of an image that never comes.

    Parameters
    ----------
    shape, lanes: of a beat.
    size: (height, width) of the input.
    border: rows (above, below) and columns (to the left, to the right).
    pixel: one list of lane values per beat of a border pixel.
    depth: beats of the input queue.

    Members
    -------
    i: in, a stream of `lanes` elements of `shape`: images.
    o: out, the same: images with their border.
    """

    i: stream.Interface
    o: stream.Interface

    def __init__(
        self,
        shape: ShapeLike,
        lanes: int,
        size: Pair,
        border: Edges,
        pixel: Sequence[Sequence[int]],
        depth: int = 2,
    ) -> None:
        if min(map(min, border)) < 0 or not pixel or any(len(word) != lanes for word in pixel):
            raise ValueError(f"no border {border} of pixels with {lanes} lanes: {pixel!r}")
        self.shape = Shape.cast(shape)
        self.lanes = lanes
        self.size = size
        self.border = border
        self.pixel = pixel
        self.depth = depth
        super().__init__({"i": In(elastic(shape, lanes)), "o": Out(elastic(shape, lanes))})

    @property
    def bordered(self) -> Pair:
        """(height, width) of the output."""
        (height, width), (rows, columns) = self.size, self.border
        return height + sum(rows), width + sum(columns)

    def timing(self, counts: Mapping[str, int]) -> list[Rule]:
        """Rules between `i` and `o`."""
        takes, waits = self._image_beats()
        images = counts["o"] // len(takes)
        takes, waits = np.tile(takes, images), np.tile(waits, images)
        taken = np.flatnonzero(takes)
        head: NDArray[np.int64] = (
            np.cumsum(takes) - takes
        )  # the input beat that leaves the queue next
        freed = np.full(len(taken), -1, np.int64)
        freed[self.depth :] = taken[: max(0, len(taken) - self.depth)]
        return [Rule("o", "i", np.where(waits, head, -1), 1), Rule("i", "o", freed, 1)]

    def _image_beats(self) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
        """For each beat of an output image: is it the input's; does it wait for the input."""
        (height, width), ((above, _), (left, _)) = self.size, self.border
        inside = np.zeros(self.bordered, bool)
        inside[above : above + height, left : left + width] = True
        takes = np.repeat(inside.reshape(-1), len(self.pixel))
        before = np.arange(len(takes)) < np.flatnonzero(takes)[0]
        return takes, takes | before

    def demand(self) -> Demand:
        """What it is made of."""
        return border_padder_demand(
            width=self.shape.width * self.lanes,
            depth=self.depth,
            size=self.bordered,
            words=len(self.pixel),
            pixels=len({tuple(word) for word in self.pixel}),
        )

    def elaborate(self, platform: object) -> Module:
        m = Module()
        (height, width), ((above, _), (left, _)) = self.size, self.border
        m.submodules.queue = queue = Queue(self.shape, self.lanes, self.depth)
        wiring.connect(m, wiring.flipped(self.i), queue.i)

        give = self.o.valid & self.o.ready
        word, pixel_end = loop(m, "word", len(self.pixel), give)
        column, row_end = loop(m, "column", self.bordered[1], pixel_end)
        row, _ = loop(m, "row", self.bordered[0], row_end)
        inside = _within(row, above, height) & _within(column, left, width)
        before = (row < above) | ((row == above) & (column < left))
        border = choose(m, "border", word, [pack(lanes, self.shape.width) for lanes in self.pixel])
        last = (row == self.bordered[0] - 1) & (column == self.bordered[1] - 1)
        m.d.comb += [
            self.o.valid.eq(queue.o.valid | ~(inside | before)),
            self.o.p.data.as_value().eq(Mux(inside, queue.o.p.data.as_value(), border)),
            self.o.p.last.eq(last & (word == len(self.pixel) - 1)),
            queue.o.ready.eq(inside & self.o.ready),
        ]
        return m


def border_padder_demand(*, width: int, depth: int, size: Pair, words: int, pixels: int) -> Demand:
    """What a `BorderPadder` is made of.

    Parameters
    ----------
    width: bits of a beat, without `last`.
    depth: of its queue.
    size: (height, width) of the output.
    words: beats of a pixel.
    pixels: how many different words a border pixel has.
    """
    inside = Demand(comparisons=2 * bits_for(size[0]) + 2 * bits_for(size[1]))
    return (
        queue_demand(depth=depth, width=width + 1)
        + counter(*size, words)
        + select(2, width)
        + select(pixels, width)
        + inside
    )


def _within(value: Value, first: int, count: int) -> Value:
    return (value >= first) & (value < first + count)
