"""The checksum of a frame, a bit a clock: a serial line leaves the time.

Amaranth has a processor for it, which takes five times the LUTs: it may start and go on at once.
"""

from __future__ import annotations

from typing import Any

from amaranth.hdl import Cat, Const, Module, Mux, Signal
from amaranth.lib import stream
from amaranth.lib.wiring import In, Out

from ....hw.logic.component import Component
from ..protocol import CRC

CLOCKS = 8
"""From one byte to the next."""

_BITS = CRC.crc_width
_POLYNOMIAL = int(f"{CRC.polynomial:0{_BITS}b}"[::-1], 2)
"""As it is where the lowest bit comes first."""
_RESIDUE = CRC().residue()
"""What is in the register when the checksum itself has been counted in."""


class Checksum(Component):
    """The CRC of the bytes since `start`.

    Members
    -------
    start: forget what came before; not while a byte is taken.
    i: the bytes; the next is taken when this one's bits are counted in.
    drain: with a byte: instead of counting it in, go on to the next byte of the checksum.
    crc: the checksum's lowest byte, and after each `drain` the next one, while `i.ready`.
    good: whether the last four bytes were the CRC of those before them, while `i.ready`.
    """

    start: Any
    i: Any
    drain: Any
    crc: Any
    good: Any

    def __init__(self) -> None:
        super().__init__(
            {
                "start": In(1),
                "i": In(stream.Signature(8)),
                "drain": In(1),
                "crc": Out(8),
                "good": Out(1),
            }
        )

    def elaborate(self, platform: object) -> Module:
        m = Module()
        held, draining = Signal(8), Signal()
        left = Signal(range(CLOCKS))  # bits of this byte after the next one
        busy = Signal()
        register = Signal(_BITS, init=CRC.initial_crc)
        feedback = (register[0] ^ held[0]) & ~draining
        m.d.comb += [
            self.i.ready.eq(~busy),
            self.crc.eq(~register[:8]),
            self.good.eq(register == _RESIDUE),
        ]
        with m.If(self.start):
            m.d.sync += register.eq(CRC.initial_crc)
        with m.Elif(busy):
            m.d.sync += register.eq(Cat(register[1:], 0) ^ Mux(feedback, _POLYNOMIAL, 0))
        with m.If(busy):
            m.d.sync += [left.eq(left - 1), held.eq(Cat(held[1:], Const(0, 1)))]
            with m.If(left == 0):
                m.d.sync += busy.eq(0)
        with m.Elif(self.i.valid):
            m.d.sync += [
                left.eq(CLOCKS - 1),
                held.eq(self.i.payload),
                draining.eq(self.drain),
                busy.eq(1),
            ]
        return m


assert CRC.reflect_input, "the lowest bit comes first"
assert CRC.reflect_output, "the lowest bit comes first"
assert CRC.xor_output == CRC.initial_crc == (1 << _BITS) - 1
