"""FrameGuard: makes every packet at the input an image of the right length."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from amaranth.hdl import Module, Mux, ShapeLike, Signal
from amaranth.lib import stream
from amaranth.lib.wiring import In, Out
from numpy.typing import NDArray

from ..logic.component import Component
from ..logic.counters import loop
from .streams import elastic
from .timing import Rule

PacketLengths = NDArray[np.int64]
"""Beats of each packet of a stream: from one `last` to the next."""


class FrameGuard(Component):
    """Fills up short packets and cuts long ones, so that each becomes one image.

    A packet is what ends with `last`. One that ends early is filled up with beats of zeros; of
    one that goes on too long, the surplus is accepted and dropped up to and including its
    `last`. So one packet in is one image out, and after a bad one the next is right again.
    Packets of the right length pass unchanged and on the same clock: `valid`, `ready` and
    payload go through without a register.

    Parameters
    ----------
    shape, lanes: of a beat.
    beats: of an image.

    Members
    -------
    i: in, a stream of `lanes` elements of `shape`: packets.
    o: out, the same: images.
    error: out, 1 bit; high for one clock after the beat that shows that its packet is too short or
        too long.
    """

    i: stream.Interface
    o: stream.Interface
    error: Signal

    def __init__(self, shape: ShapeLike, lanes: int, beats: int) -> None:
        if beats < 1:
            raise ValueError(f"an image has at least one beat, not {beats!r}")
        self.beats = beats
        super().__init__(
            {
                "i": In(elastic(shape, lanes)),
                "o": Out(elastic(shape, lanes)),
                "error": Out(1),
            }
        )

    def timing(self, counts: Mapping[str, int]) -> list[Rule]:
        """Rules between `i` and `o` where all packets have the right length."""
        images = counts["o"] // self.beats
        return packet_rules(np.full(images, self.beats, np.int64), self.beats)

    def elaborate(self, platform: object) -> Module:
        m = Module()
        filling = Signal()
        dropping = Signal()
        give = self.o.valid & self.o.ready
        take = self.i.valid & self.i.ready
        beat, image_end = loop(m, "beat", self.beats, give)
        data = self.i.p.data.as_value()
        m.d.comb += [
            self.o.valid.eq(filling | (self.i.valid & ~dropping)),
            self.o.p.data.as_value().eq(Mux(filling, 0, data)),
            self.o.p.last.eq(beat == self.beats - 1),
            self.i.ready.eq(dropping | (self.o.ready & ~filling)),
        ]
        too_short = take & ~dropping & self.i.p.last & ~image_end
        too_long = take & ~dropping & ~self.i.p.last & image_end
        with m.If(too_short):
            m.d.sync += filling.eq(1)
        with m.Elif(image_end):
            m.d.sync += filling.eq(0)
        with m.If(too_long):
            m.d.sync += dropping.eq(1)
        with m.Elif(take & self.i.p.last):
            m.d.sync += dropping.eq(0)
        m.d.sync += self.error.eq(too_short | too_long)
        return m


def packet_rules(lengths: PacketLengths, beats: int) -> list[Rule]:
    """Rules between a guard's `i`, `o` and the clocks of `error` for packets of these lengths.

    Parameters
    ----------
    lengths: of the packets.
    beats: of an image.
    """
    packet, place = positions(lengths)
    starts = np.cumsum(lengths) - lengths
    image, beat = positions(np.full(len(lengths), beats, np.int64))
    # A packet starts when the image before is complete, its filling included.
    complete = np.where(place == 0, packet * beats - 1, -1)
    telling = (starts + np.minimum(lengths, beats) - 1)[lengths != beats]
    return [
        Rule("o", "i", np.where(beat < lengths[image], starts[image] + beat, -1), 0),
        Rule("i", "o", np.where(place < beats, packet * beats + place, -1), 0),
        Rule("i", "o", complete, 1),
        Rule("error", "i", telling, 1),
    ]


def positions(lengths: PacketLengths) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """For each beat of packets of these lengths: the packet, and the beat's place in it."""
    packet = np.repeat(np.arange(len(lengths), dtype=np.int64), lengths)
    starts = np.cumsum(lengths) - lengths
    return packet, np.arange(len(packet), dtype=np.int64) - starts[packet]
