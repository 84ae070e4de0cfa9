"""Reset of a board: after configuration, while the clock is not there, and by a button."""

from __future__ import annotations

from typing import Any

from amaranth.hdl import Module, Signal
from amaranth.lib.cdc import FFSynchronizer
from amaranth.lib.wiring import In, Out
from amaranth.utils import bits_for

from ..hw.logic.component import Component

_MICROSECONDS = 20
"""Block RAM of an iCE40 answers wrongly for about 10 us after configuration."""


class PowerOnReset(Component):
    """Holds a reset for some microseconds after the clock is there and the button is let go.

    Parameters
    ----------
    mhz: of its clock, which must be a domain without a reset.

    Members
    -------
    locked: the clock is there.
    button: the button is pressed.
    reset: to be held; the inverse of a flip-flop.
    """

    locked: Any
    button: Any
    reset: Any

    def __init__(self, mhz: float) -> None:
        self.clocks = round(_MICROSECONDS * mhz)
        super().__init__({"locked": In(1), "button": In(1), "reset": Out(1, init=1)})

    def elaborate(self, platform: object) -> Module:
        m = Module()
        again = Signal(init=1)
        m.submodules.synchronizer = FFSynchronizer(~self.locked | self.button, again, init=1)
        passed = Signal(bits_for(self.clocks) + 1)
        with m.If(again):
            m.d.sync += passed.eq(0)
        with m.Elif(self.reset):
            m.d.sync += passed.eq(passed + 1)
        m.d.comb += self.reset.eq(~passed[-1])
        return m
