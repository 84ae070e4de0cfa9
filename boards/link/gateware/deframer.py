"""Deframer: finds the frames in what comes over the line."""

from __future__ import annotations

from typing import Any

from amaranth.hdl import Module, Mux, Signal
from amaranth.lib import stream
from amaranth.lib.wiring import In, Out

from ....hw.logic.component import Component
from ..protocol import ESCAPE, ESCAPE_BIT, FLAG
from .checksum import Checksum


class Deframer(Component):
    """Takes flags and escapes out of the bytes and checks each frame.

    A byte may follow the one before after `tabfab.boards.link.gateware.checksum.CLOCKS` + 2 clocks,
    which is less than a UART takes for one.

    Members
    -------
    i: bytes of the line.
    error: the line was disturbed; the frame under way is not good.
    o: bytes of a frame, its checksum included, on the clock on which they come.
    ended: high for one clock where a frame of at least one byte ends; never together with `o`.
    good: high together with `ended` if the frame's checksum is right.
    """

    i: Any
    error: Any
    o: Any
    ended: Any
    good: Any

    def __init__(self) -> None:
        super().__init__(
            {
                "i": In(stream.Signature(8, always_ready=True)),
                "error": In(1),
                "o": Out(stream.Signature(8, always_ready=True)),
                "ended": Out(1),
                "good": Out(1),
            }
        )

    def elaborate(self, platform: object) -> Module:
        m = Module()
        m.submodules.checksum = checksum = Checksum()
        begun, broken, escaped = Signal(), Signal(), Signal()
        flag = self.i.valid & (self.i.payload == FLAG)
        escape = self.i.valid & (self.i.payload == ESCAPE) & ~escaped
        take = self.i.valid & ~flag & ~escape
        m.d.comb += [
            self.o.valid.eq(take),
            self.o.payload.eq(self.i.payload ^ Mux(escaped, ESCAPE_BIT, 0)),
            self.ended.eq(flag & begun),
            self.good.eq(self.ended & checksum.good & ~broken & ~escaped),
            checksum.i.valid.eq(take),
            checksum.i.payload.eq(self.o.payload),
            checksum.start.eq(flag),
        ]
        with m.If(flag):
            m.d.sync += [begun.eq(0), broken.eq(0), escaped.eq(0)]
        with m.Else():
            with m.If(self.error):
                m.d.sync += [begun.eq(1), broken.eq(1)]
            with m.If(self.i.valid):
                m.d.sync += [begun.eq(1), escaped.eq(escape)]
        return m
