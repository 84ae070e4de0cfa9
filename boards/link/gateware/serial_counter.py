"""A counter that adds a bit a clock, for counts that are read byte by byte and in no hurry."""

from __future__ import annotations

from typing import Any

from amaranth.hdl import Cat, Const, Module, Mux, Signal
from amaranth.lib.wiring import In, Out
from amaranth.utils import bits_for

from ....hw.logic.component import Component

BITS = 32
"""Of a count, and clocks of a turn."""


class SerialCounter(Component):
    """Counts events modulo 2^`BITS`.

    The count turns through a register, its lowest bit first, and an adder of one bit adds the
    events of the turn before, which takes half the LUTs of a carry through all bits. An event is
    in the count two turns later.

    Members
    -------
    event: one to be counted.
    last: high on the last clock of each turn.
    byte: the bits that were added to last, the newest on top: byte n on clock 8 n + 8 of a turn,
        counted from 0; for the last byte that is the first clock of the next turn.
    """

    event: Any
    last: Any
    byte: Any

    def __init__(self) -> None:
        super().__init__({"event": In(1), "last": In(1), "byte": Out(8)})

    def elaborate(self, platform: object) -> Module:
        m = Module()
        count = Signal(BITS)
        arrived = Signal(bits_for(BITS))  # events of this turn
        added = Signal.like(arrived)  # those of the turn before, as far as they are not yet added
        carry = Signal()
        bits = count[0] + added[0] + carry
        m.d.sync += [
            count.eq(Cat(count[1:], bits[0])),
            carry.eq(bits[1] & ~self.last),
            added.eq(Mux(self.last, arrived, Cat(added[1:], Const(0, 1)))),
            arrived.eq(Mux(self.last, 0, arrived) + self.event),
        ]
        m.d.comb += self.byte.eq(count[-8:])
        return m
