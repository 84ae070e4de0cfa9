"""Counters: what the network does while the host uses it."""

from __future__ import annotations

from typing import Any

from amaranth.hdl import Module, Mux, Signal
from amaranth.lib.wiring import In, Out

from ....hw.logic.component import Component
from .serial_counter import BITS, SerialCounter

COUNT_BYTES = BITS // 8
"""Of each count of clocks."""


class Counters(Component):
    """Counts images, the clocks that they are under way, and those lost to the host.

    Members
    -------
    image_valid, image_ready, image_last: of the network's input.
    answer_valid, answer_ready, answer_last: of its output.
    dropping: answers are not sent.
    images: answers that were sent, modulo 256.
    place: of the byte to read: four of the clocks on which an image was under way, from its first
        beat to the last of its answer, both counted; then four of those among them on which the
        network waited for the next beat of an image that had begun, or to give an answer.
    byte: that byte, while `there`, which is once in 32 clocks. What happens is in the counts 64
        clocks later.
    there: see `byte`.
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
    place: Any
    byte: Any
    there: Any
    idle: Any

    def __init__(self) -> None:
        ports = [
            f"{stream}_{signal}"
            for stream in ("image", "answer")
            for signal in ("valid", "ready", "last")
        ]
        super().__init__(
            {name: In(1) for name in (*ports, "dropping")}
            | {"place": In(range(2 * COUNT_BYTES)), "byte": Out(8), "there": Out(1)}
            | {"images": Out(8), "idle": Out(1)}
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
        m.d.sync += self.images.eq(self.images + (ends & ~self.dropping))

        m.submodules.clocks = clocks = SerialCounter()
        m.submodules.stalls = stalls = SerialCounter()
        turn = Signal(range(BITS))  # clock of the counters' turn
        last = turn == BITS - 1
        byte_ends = turn[:3] == 0
        m.d.sync += [
            turn.eq(turn + 1),
            # Registered, so that a network's `ready` does not reach through an adder.
            clocks.event.eq(~self.idle),
            stalls.event.eq(~self.idle & (starved | blocked)),
        ]
        m.d.comb += [
            clocks.last.eq(last),
            stalls.last.eq(last),
            self.byte.eq(Mux(self.place[-1], stalls.byte, clocks.byte)),
            self.there.eq(byte_ends & (turn[3:] == (self.place[:-1] + 1)[:2])),
        ]
        return m
