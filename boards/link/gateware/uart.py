"""The UART: bytes to and from a serial line, eight data bits, no parity, one stop bit."""

from __future__ import annotations

from typing import Any

from amaranth.hdl import Cat, Const, Module, Mux, Signal
from amaranth.lib import stream
from amaranth.lib.cdc import FFSynchronizer
from amaranth.lib.wiring import In, Out

from ....hw.logic.component import Component
from ....hw.logic.counters import loop

LEAST_DIVISOR = 4
"""Clocks of a bit, so that its middle can be told."""
_BITS = 10
"""Of a byte on the line: start bit, eight data bits, stop bit."""


def _check_divisor(divisor: int) -> None:
    if divisor < LEAST_DIVISOR:
        raise ValueError(f"a bit of a UART takes at least {LEAST_DIVISOR} clocks, not {divisor!r}")


class UartReceiver(Component):
    """Bytes from a serial line, each read in the middle of its bits.

    Parameters
    ----------
    divisor: clocks of a bit.

    Members
    -------
    rx: the line, high when idle; synchronized here.
    o: the bytes, whether anybody takes them or not.
    error: high for one clock where a byte would come, but has no stop bit; it is left out.
    """

    rx: Any
    o: Any
    error: Any

    def __init__(self, divisor: int) -> None:
        _check_divisor(divisor)
        self.divisor = divisor
        super().__init__(
            {
                "rx": In(1, init=1),
                "o": Out(stream.Signature(8, always_ready=True)),
                "error": Out(1),
            }
        )

    def elaborate(self, platform: object) -> Module:
        m = Module()
        line, before = Signal(init=1), Signal(init=1)
        m.submodules.synchronizer = FFSynchronizer(self.rx, line, init=1)
        m.d.sync += before.eq(line)

        wait = Signal(range(self.divisor))  # clocks until the line is read
        bits = Signal(range(_BITS + 1))  # still to be read of this byte
        held = Signal(8)
        m.d.sync += [self.o.valid.eq(0), self.error.eq(0)]
        with m.If(bits == 0):
            m.d.sync += wait.eq(self.divisor // 2 - 1)
            with m.If(before & ~line):
                m.d.sync += bits.eq(_BITS)
        with m.Elif(wait != 0):
            m.d.sync += wait.eq(wait - 1)
        with m.Else():
            m.d.sync += [wait.eq(self.divisor - 1), bits.eq(bits - 1)]
            with m.If((bits == _BITS) & line):  # a glitch, no start bit
                m.d.sync += bits.eq(0)
            with m.Elif(bits == 1):
                m.d.sync += [self.o.valid.eq(line), self.error.eq(~line)]
            with m.Else():
                m.d.sync += held.eq(Cat(held[1:], line))
        m.d.comb += self.o.payload.eq(held)
        return m


class UartTransmitter(Component):
    """Bytes onto a serial line.

    Parameters
    ----------
    divisor: clocks of a bit.

    Members
    -------
    i: the bytes.
    tx: the line, from a flip-flop.
    """

    i: Any
    tx: Any

    def __init__(self, divisor: int) -> None:
        _check_divisor(divisor)
        self.divisor = divisor
        super().__init__({"i": In(stream.Signature(8)), "tx": Out(1, init=1)})

    def elaborate(self, platform: object) -> Module:
        m = Module()
        _, tick = loop(m, "wait", self.divisor, Const(1))
        busy = Signal()
        held = Signal(_BITS - 1)  # the bits still to be sent, the next one lowest
        left = Signal(range(_BITS))  # how many they are
        m.d.comb += self.i.ready.eq(tick & ~busy)
        with m.If(tick & (busy | self.i.valid)):
            m.d.sync += [
                self.tx.eq(busy & held[0]),
                held.eq(Mux(busy, held[1:], Cat(self.i.payload, 1))),
                left.eq(Mux(busy, left - 1, _BITS - 1)),
                busy.eq(~busy | (left != 1)),
            ]
        return m
