"""Choices among the channels of a stream: some of its beats, or wires of a whole pixel."""

from __future__ import annotations

from collections.abc import Mapping
from math import gcd

import numpy as np
from amaranth.hdl import Module, ShapeLike
from amaranth.lib import stream
from amaranth.lib.wiring import In, Out

from ....compiler.program import ChannelSelect
from ...logic.component import Component
from ...logic.counters import loop
from ...logic.demand import Demand, counter
from ...network.node_hardware import NodeHardware
from ...network.stage_list import OpenStream, StageList
from ...stream.streams import elastic
from ...stream.timing import Rule
from ...stream.wires import ChannelWires


class BeatSelector(Component):
    """Passes some beats of every pixel on, on the clock on which they come, and drops the others.

    Parameters
    ----------
    shape: of an element.
    lanes: elements of a beat.
    beats: of a pixel that comes in.
    first, end: the beats that are passed on, from `first` up to `end` without it.
    pixels: of an image.

    Members
    -------
    i: in, a stream of `lanes` elements of `shape`.
    o: out, the same.
    """

    i: stream.Interface
    o: stream.Interface

    def __init__(
        self, shape: ShapeLike, lanes: int, beats: int, first: int, end: int, pixels: int
    ) -> None:
        if not 0 <= first < end <= beats or min(lanes, pixels) < 1:
            raise ValueError(f"there are no beats {first}..{end - 1} of {beats}")
        self.beats = beats
        self.first = first
        self.end = end
        self.pixels = pixels
        super().__init__({"i": In(elastic(shape, lanes)), "o": Out(elastic(shape, lanes))})

    def timing(self, counts: Mapping[str, int]) -> list[Rule]:
        """What is passed on moves in and out on the same clock."""
        place = np.resize(np.arange(self.beats), counts["i"])
        passed = (place >= self.first) & (place < self.end)
        return [
            Rule("o", "i", np.flatnonzero(passed), 0),
            Rule("i", "o", np.where(passed, np.cumsum(passed) - 1, -1), 0),
        ]

    def demand(self) -> Demand:
        """What it is made of."""
        return beat_selector_demand(beats=self.beats, pixels=self.pixels)

    def elaborate(self, platform: object) -> Module:
        m = Module()
        step = self.i.valid & self.i.ready
        place, pixel_end = loop(m, "place", self.beats, step)
        pixel, _ = loop(m, "pixel", self.pixels, pixel_end)
        passed = (place >= self.first) & (place < self.end)
        is_last = (pixel == self.pixels - 1) & (place == self.end - 1)
        m.d.comb += [
            self.o.valid.eq(self.i.valid & passed),
            self.o.p.data.eq(self.i.p.data),
            self.o.p.last.eq(is_last),
            self.i.ready.eq(self.o.ready | ~passed),
        ]
        return m


def beat_selector_demand(*, beats: int, pixels: int) -> Demand:
    """What a `BeatSelector` is made of."""
    return counter(beats, pixels)


class ChannelSelectHardware(NodeHardware[ChannelSelect]):
    """Beats of a pixel where the channels are some of them that follow each other, else wires."""

    def build(self, stages: StageList, sources: list[OpenStream]) -> OpenStream:
        (source,) = sources
        fmt, chosen = source.format, self.node.channels
        first, count = chosen[0], len(chosen)
        follow = chosen == tuple(range(first, first + count))
        lanes = gcd(fmt.lanes, first, count)
        pixels = fmt.height * fmt.width
        beats = -(-fmt.elements // lanes)
        if follow and beats * pixels <= max(stages.clocks, fmt.beats_per_image):
            source = stages.lanes(source, lanes)
            end = (first + count) // lanes
            selector = BeatSelector(fmt.shape, lanes, beats, first // lanes, end, pixels)
            return stages.stage("select", selector, source, self.format(lanes))
        source = stages.lanes(source, fmt.elements)
        wires = ChannelWires(fmt.shape, fmt.elements, chosen)
        return stages.stage("wires", wires, source, self.format(count))
