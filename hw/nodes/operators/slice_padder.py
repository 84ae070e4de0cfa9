"""SlicePadder: some pixels of an image with zero channels around, as in shortcuts and crops."""

from __future__ import annotations

from collections.abc import Mapping
from math import gcd

import numpy as np
from amaranth.hdl import Const, Module, Mux, Shape, ShapeLike, Signal, Value
from amaranth.lib import stream, wiring
from amaranth.lib.wiring import In, Out
from numpy.typing import NDArray

from ....compiler.program import NO_EDGES, Edges, Pair, SlicePad, kept_pixels
from ...logic.component import Component
from ...logic.counters import loop
from ...logic.demand import Demand, counter, select
from ...network.node_hardware import NodeHardware
from ...network.stage_list import OpenStream, StageList
from ...stream.block_queue import queue_for
from ...stream.queue import Queue, queue_demand
from ...stream.streams import elastic
from ...stream.timing import Rule


class SlicePadder(Component):
    """Passes some rows and columns of an image, with zero channels before and after.

    It works in steps of one beat, either taking one of a pixel that is dropped or giving one of
    a pixel that is kept. The zeros before a pixel wait for its first beat, so that nothing is
    given of an image that never comes.

    Parameters
    ----------
    shape: of an element.
    lanes: elements of a beat; divides the numbers of channels.
    size: (height, width) of the input.
    channels: (before, of the input, after).
    step: (vertical, horizontal), of what is not cut off.
    cut: rows (above, below) and columns (to the left, to the right) that are cut off.
    depth: beats of the input queue.

    Members
    -------
    i: in, a stream of `lanes` elements of `shape`: pixels of the input.
    o: out, the same: the pixels that are kept, with zero channels around theirs.
    """

    i: stream.Interface
    o: stream.Interface

    def __init__(
        self,
        shape: ShapeLike,
        lanes: int,
        size: Pair,
        channels: tuple[int, int, int],
        step: Pair,
        cut: Edges = NO_EDGES,
        depth: int = 2,
    ) -> None:
        if lanes < 1 or any(count % lanes for count in channels):
            raise ValueError(f"lanes must divide the channels {channels}, not {lanes!r}")
        if min(step) < 1:
            raise ValueError(f"steps must be positive, not {step}")
        self.shape = shape
        self.lanes = lanes
        self.size = size
        self.beats = tuple(count // lanes for count in channels)
        self.rows, self.columns = kept_pixels(size, cut, step)
        if not self.rows or not self.columns:
            raise ValueError(f"an image of {size} has nothing left without {cut}")
        self.depth = depth
        super().__init__({"i": In(elastic(shape, lanes)), "o": Out(elastic(shape, lanes))})

    def timing(self, counts: Mapping[str, int]) -> list[Rule]:
        """Rules between `i`, `o` and the steps, each of which takes, gives or does both."""
        takes, gives, waits = self._image_steps()
        images = counts["o"] // int(gives.sum())
        takes, gives, waits = (np.tile(flags, images) for flags in (takes, gives, waits))
        taken, given = np.flatnonzero(takes), np.flatnonzero(gives)
        beats = len(taken)
        front: NDArray[np.int64] = (
            np.cumsum(takes) - takes
        )  # the input beat at the head of the queue
        freed = np.full(beats, -1, np.int64)
        freed[self.depth :] = taken[: max(0, beats - self.depth)]
        return [
            Rule("step", "i", np.where(waits, front, -1), 1),
            Rule("i", "step", freed, 1),
            Rule("o", "step", given, 0),
            Rule("step", "o", np.where(gives, np.cumsum(gives) - 1, -1), 0),
        ]

    def _image_steps(self) -> tuple[NDArray[np.bool_], NDArray[np.bool_], NDArray[np.bool_]]:
        """For each step of an image whether it takes a beat, gives one, waits for the input."""
        before, inside, _ = self.beats
        kept = np.zeros(self.size, bool)
        kept[np.ix_(self.rows, self.columns)] = True
        lengths = np.where(kept.reshape(-1), sum(self.beats), inside)
        gives = np.repeat(kept.reshape(-1), lengths)
        beat = np.arange(len(gives)) - np.repeat(np.cumsum(lengths) - lengths, lengths)
        waits = ~gives | (beat < before + inside)
        takes = ~gives | (waits & (beat >= before))
        return takes, gives, waits

    def demand(self) -> Demand:
        """What it is made of."""
        return slice_padder_demand(
            width=Shape.cast(self.shape).width * self.lanes,
            depth=self.depth,
            size=self.size,
            beats=sum(self.beats),
        )

    def elaborate(self, platform: object) -> Module:
        m = Module()
        before, inside, _ = self.beats
        m.submodules.queue = queue = Queue(self.shape, self.lanes, self.depth)
        wiring.connect(m, wiring.flipped(self.i), queue.i)

        pixel_end = Signal()
        column, row_end = loop(m, "column", self.size[1], pixel_end)
        row, _ = loop(m, "row", self.size[0], row_end)
        kept = _one_of(row, self.size[0], self.rows) & _one_of(column, self.size[1], self.columns)

        beat = Signal(range(max(sum(self.beats), inside)))
        last_beat = beat == Mux(kept, sum(self.beats) - 1, inside - 1)
        from_input = (beat >= before) & (beat < before + inside)
        last_pixel = (row == self.rows[-1]) & (column == self.columns[-1])
        m.d.comb += [
            self.o.valid.eq(kept & (queue.o.valid | (beat >= before + inside))),
            self.o.p.data.as_value().eq(Mux(from_input, queue.o.p.data.as_value(), 0)),
            self.o.p.last.eq(last_beat & last_pixel),
            queue.o.ready.eq(~kept | (from_input & self.o.ready)),
        ]
        step = Mux(kept, self.o.valid & self.o.ready, queue.o.valid)
        m.d.comb += pixel_end.eq(step & last_beat)
        with m.If(step):
            m.d.sync += beat.eq(Mux(last_beat, 0, beat + 1))
        return m


def slice_padder_demand(*, width: int, depth: int, size: Pair, beats: int) -> Demand:
    """What a `SlicePadder` is made of.

    Parameters
    ----------
    width: bits of a beat, without `last`.
    depth: of its queue.
    size: (height, width) of the input.
    beats: of a pixel that it gives.
    """
    return queue_demand(depth=depth, width=width + 1) + counter(*size, beats) + select(2, width)


def _one_of(number: Value, limit: int, kept: range) -> Value:
    """Whether `number`, below `limit`, is one of those that are kept: a constant's bit."""
    mask = sum(1 << n for n in kept)
    return Const(mask, limit).bit_select(number, 1)


class SlicePadHardware(NodeHardware[SlicePad]):
    """A `SlicePadder` and a row in reserve."""

    def build(self, stages: StageList, sources: list[OpenStream]) -> OpenStream:
        node, (source,) = self.node, sources
        channels, height, width = self.program[node.inputs[0]].shape
        before, after = node.channels
        source = stages.lanes(source, gcd(source.format.lanes, channels, before, after))
        lanes = source.format.lanes
        padder = SlicePadder(
            source.format.shape, lanes, (height, width), (before, channels, after), node.step,
            node.cut,
        )  # fmt: skip
        cut = stages.stage("slice_pad", padder, source, self.format(lanes))
        # Dropping a row takes clocks in which nothing comes out: a row in reserve bridges them.
        row = cut.format.beats_per_pixel * cut.format.width
        return stages.stage("queue", queue_for(cut.format.shape, lanes, row), cut, cut.format)
