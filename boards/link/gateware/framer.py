"""Framer: makes frames of bytes: flags around them, escapes in them, the checksum at their end."""

from __future__ import annotations

from typing import Any

from amaranth.hdl import Module, Mux, Signal
from amaranth.lib import stream
from amaranth.lib.wiring import In, Out

from ....hw.logic.component import Component
from ..protocol import CRC_BYTES, ESCAPE, ESCAPE_BIT, FLAG
from .bytes import frame_bytes
from .checksum import Checksum

_HIGH_ESCAPE_BIT = ESCAPE_BIT >> 2


class Framer(Component):
    """Frames for the line.

    Members
    -------
    i: bytes of frames.
    o: what goes over the line.
    """

    i: Any
    o: Any

    def __init__(self) -> None:
        super().__init__({"i": In(frame_bytes()), "o": Out(stream.Signature(8))})

    def elaborate(self, platform: object) -> Module:
        m = Module()
        m.submodules.checksum = checksum = Checksum()
        escaping = Signal()  # the byte before was an escape
        place = Signal(range(CRC_BYTES))  # of the checksum's byte that is sent
        flag = Signal()  # a flag is sent, no byte
        byte, ready = Signal(8), Signal()  # what is to be sent, and whether it is there
        special = ready & ((byte == FLAG) | (byte == ESCAPE)) & ~escaping
        moved = self.o.valid & self.o.ready
        sent = moved & ~flag & ~special
        m.d.comb += [
            self.o.valid.eq(flag | ready),
            self.i.ready.eq(0),
            checksum.i.valid.eq(sent),
            checksum.i.payload.eq(byte),
            # Flag and escape differ in two bits only.
            self.o.payload[2:].eq(
                Mux(flag, FLAG >> 2, byte[2:] ^ Mux(escaping, _HIGH_ESCAPE_BIT, 0))
            ),
            self.o.payload[:2].eq(Mux(flag, FLAG, Mux(special, ESCAPE, byte[:2]))),
        ]
        with m.If(moved & ~flag):
            m.d.sync += escaping.eq(special)
        with m.FSM():
            with m.State("begin"):
                m.d.comb += [flag.eq(self.i.valid), checksum.start.eq(1)]
                with m.If(moved):
                    m.next = "frame"
            with m.State("frame"):
                m.d.comb += [
                    byte.eq(self.i.p.byte),
                    ready.eq(self.i.valid & checksum.i.ready),
                    self.i.ready.eq(sent),
                ]
                with m.If(sent & self.i.p.last):
                    m.next = "checksum"
            with m.State("checksum"):
                m.d.comb += [
                    byte.eq(checksum.crc),
                    ready.eq(checksum.i.ready),
                    checksum.drain.eq(1),
                ]
                with m.If(sent):
                    m.d.sync += place.eq(place + 1)
                    with m.If(place == CRC_BYTES - 1):
                        m.next = "end"
            with m.State("end"):
                m.d.comb += flag.eq(checksum.i.ready)  # a checksum may start anew from then on
                with m.If(moved):
                    m.next = "begin"
        return m


assert FLAG >> 2 == ESCAPE >> 2, "flag and escape differ in their two lowest bits only"
