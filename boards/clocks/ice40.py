"""The PLL of the iCE40, SB_PLL40_PAD (Lattice FPGA-TN-02052)."""

from __future__ import annotations

from dataclasses import dataclass

from amaranth.hdl import Const, Instance, Module

from .clock import NEAR, Clock, unreachable

_PFD = (10.0, 133.0)
_VCO = (533.0, 1066.0)
_OUTPUT = (16.0, 275.0)
"""MHz that the phase detector, the oscillator and the output run at."""
_FILTER = (17, 26, 44, 66, 101)
"""MHz of the phase detector up to which FILTER_RANGE is 1, 2 and so on."""


@dataclass(frozen=True)
class Ice40Pll:
    """Settings: ``oscillator * (divf + 1) / (divr + 1) / 2**divq``."""

    divr: int
    divf: int
    divq: int

    def mhz(self, oscillator_mhz: float) -> float:
        """The clock that comes out."""
        return oscillator_mhz * (self.divf + 1) / (self.divr + 1) / (1 << self.divq)


class Ice40Clock(Clock):
    """A clock by the PLL at the oscillator's pad.

    Parameters
    ----------
    oscillator_mhz: what comes in.
    mhz: what is wanted.

    Raises
    ------
    ClockError: the PLL does not make it.
    """

    def __init__(self, oscillator_mhz: float, mhz: float) -> None:
        self.settings = ice40_pll(oscillator_mhz, mhz)
        self.pfd = oscillator_mhz / (self.settings.divr + 1)
        super().__init__(self.settings.mhz(oscillator_mhz))

    def elaborate(self, platform: object) -> Module:
        m = Module()
        s = self.settings
        m.submodules.pll = Instance(
            "SB_PLL40_PAD",
            p_FEEDBACK_PATH="SIMPLE",
            p_DIVR=Const(s.divr, 4),
            p_DIVF=Const(s.divf, 7),
            p_DIVQ=Const(s.divq, 3),
            p_FILTER_RANGE=Const(1 + sum(self.pfd >= limit for limit in _FILTER), 3),
            i_PACKAGEPIN=self.pin,
            i_RESETB=1,
            i_BYPASS=0,
            o_PLLOUTGLOBAL=self.clk,
            o_LOCK=self.locked,
        )
        return m


def ice40_pll(oscillator_mhz: float, mhz: float) -> Ice40Pll:
    """The settings that come nearest to `mhz`.

    Raises
    ------
    ClockError: they are not near.
    """
    found: list[tuple[float, Ice40Pll]] = []
    for divr in range(16):
        pfd = oscillator_mhz / (divr + 1)
        if not _PFD[0] <= pfd <= _PFD[1]:
            continue
        for divq in range(1, 7):
            divf = round(mhz * (1 << divq) / pfd) - 1
            pll = Ice40Pll(divr, divf, divq)
            reached = pll.mhz(oscillator_mhz)
            vco = reached * (1 << divq)
            if 0 <= divf < 128 and _within(vco, _VCO) and _within(reached, _OUTPUT):
                found.append((abs(reached - mhz), pll))
    best = min(found, key=lambda candidate: candidate[0], default=None)
    if best is None or best[0] > NEAR * mhz:
        raise unreachable(oscillator_mhz, mhz, best and best[1].mhz(oscillator_mhz))
    return best[1]


def _within(value: float, limits: tuple[float, float]) -> bool:
    return limits[0] <= value <= limits[1]
