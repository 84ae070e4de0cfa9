"""What every clock generator has, and the one that passes the oscillator's clock on."""

from __future__ import annotations

from typing import Any

from amaranth.hdl import Module
from amaranth.lib.wiring import In, Out

from ...compiler.store.errors import TabfabError
from ...hw.logic.component import Component

NEAR = 1e-3
"""How far, as a share, a clock may be from the one that was asked for."""


class ClockError(TabfabError):
    """A frequency that a board cannot make."""


class Clock(Component):
    """Makes the build's clock.

    Parameters
    ----------
    mhz: its frequency.

    Members
    -------
    pin: the oscillator's clock, from the pad.
    clk: the build's clock.
    locked: `clk` runs at its frequency.
    """

    pin: Any
    clk: Any
    locked: Any

    def __init__(self, mhz: float) -> None:
        self.mhz = mhz
        super().__init__({"pin": In(1), "clk": Out(1), "locked": Out(1)})


class Oscillator(Clock):
    """The oscillator's clock as it is."""

    def elaborate(self, platform: object) -> Module:
        m = Module()
        m.d.comb += [self.clk.eq(self.pin), self.locked.eq(1)]
        return m


def unreachable(oscillator_mhz: float, mhz: float, nearest: float | None) -> ClockError:
    """The refusal of a frequency that a PLL does not make.

    Parameters
    ----------
    oscillator_mhz, mhz: what is there and what was asked for.
    nearest: the nearest that there is; None without any.
    """
    advice = "" if nearest is None else f"; the nearest is --mhz {nearest:.6g}"
    return ClockError(
        f"no PLL setting makes {mhz:g} MHz of the board's {oscillator_mhz:g} MHz{advice}"
    )
