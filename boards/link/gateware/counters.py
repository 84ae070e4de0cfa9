"""Counters: what the network does while the host uses it."""

from __future__ import annotations

from typing import Any

from amaranth.hdl import Module, Signal
from amaranth.lib import wiring
from amaranth.lib.wiring import In, Out


class Counters(wiring.Component):
    """Counts images, the clocks that they are under way, and those lost to the host.

    Members
    -------
    image_valid, image_ready, image_last: of the network's input.
    answer_valid, answer_ready, answer_last: of its output.
    dropping: answers are not sent.
    images: answers that were sent, modulo 256.
    clocks: clocks on which an image was under way: from its first beat to the last of its answer,
        both counted.
    stalls: those of them on which the network waited for the next beat of an image that had
        begun, or to give an answer.
    idle: no image is under way.
    """

    image_valid: Any
    image_ready: Any
    image_last: Any
    answer_valid: Any
    answer_ready: Any
    answer_last: Any
    dropping: Any
    images: Any
    clocks: Any
    stalls: Any
    idle: Any

    def __init__(self) -> None:
        ports = [
            f"{stream}_{signal}"
            for stream in ("image", "answer")
            for signal in ("valid", "ready", "last")
        ]
        super().__init__(
            {name: In(1) for name in (*ports, "dropping")}
            | {"images": Out(8), "clocks": Out(32), "stalls": Out(32), "idle": Out(1)}
        )

    def elaborate(self, platform: object) -> Module:
        m = Module()
        beat = self.image_valid & self.image_ready
        inside = Signal()  # an image has begun and not ended at the input
        with m.If(beat):
            m.d.sync += inside.eq(~self.image_last)
        begins = beat & ~inside
        ends = self.answer_valid & self.answer_ready & self.answer_last
        under_way = Signal(8)
        m.d.sync += under_way.eq(under_way + begins - ends)
        m.d.comb += self.idle.eq((under_way == 0) & ~begins)
        starved = inside & self.image_ready & ~self.image_valid
        blocked = self.answer_valid & ~self.answer_ready
        # Registered, so that a network's `ready` does not reach through an adder.
        active, stalled = Signal(), Signal()
        m.d.sync += [active.eq(~self.idle), stalled.eq(~self.idle & (starved | blocked))]
        m.d.sync += [
            self.images.eq(self.images + (ends & ~self.dropping)),
            self.clocks.eq(self.clocks + active),
            self.stalls.eq(self.stalls + stalled),
        ]
        return m
