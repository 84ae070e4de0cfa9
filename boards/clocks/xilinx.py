"""The clock manager of AMD's 7 series, MMCME2_BASE (AMD UG472, UG953)."""

from __future__ import annotations

from dataclasses import dataclass

from amaranth.hdl import Instance, Module, Signal

from .clock import NEAR, Clock, unreachable

_PFD = (10.0, 450.0)
_VCO = (600.0, 1200.0)
"""MHz that the phase detector and the oscillator run at in every speed grade."""


@dataclass(frozen=True)
class XilinxPll:
    """Settings: ``oscillator / input * feedback / output``."""

    input: int
    feedback: int
    output: int

    def mhz(self, oscillator_mhz: float) -> float:
        """The clock that comes out."""
        return oscillator_mhz / self.input * self.feedback / self.output


class XilinxClock(Clock):
    """A clock by MMCME2_BASE.

    Parameters
    ----------
    oscillator_mhz: what comes in.
    mhz: what is wanted.

    Raises
    ------
    ClockError: the clock manager does not make it.
    """

    def __init__(self, oscillator_mhz: float, mhz: float) -> None:
        self.oscillator_mhz = oscillator_mhz
        self.settings = xilinx_pll(oscillator_mhz, mhz)
        super().__init__(self.settings.mhz(oscillator_mhz))

    def elaborate(self, platform: object) -> Module:
        m = Module()
        s = self.settings
        feedback, out = Signal(), Signal()
        m.submodules.mmcm = Instance(
            "MMCME2_BASE",
            p_CLKIN1_PERIOD=1000 / self.oscillator_mhz,
            p_DIVCLK_DIVIDE=s.input,
            p_CLKFBOUT_MULT_F=float(s.feedback),
            p_CLKOUT0_DIVIDE_F=float(s.output),
            i_CLKIN1=self.pin,
            i_CLKFBIN=feedback,
            i_RST=0,
            i_PWRDWN=0,
            o_CLKFBOUT=feedback,
            o_CLKOUT0=out,
            o_LOCKED=self.locked,
        )
        m.submodules.buffer = Instance("BUFG", i_I=out, o_O=self.clk)
        return m


def xilinx_pll(oscillator_mhz: float, mhz: float) -> XilinxPll:
    """The settings that come nearest to `mhz`, the fastest oscillator of these.

    Raises
    ------
    ClockError: they are not near.
    """
    found: list[tuple[float, int, float, XilinxPll]] = []
    for divider in range(1, 11):
        pfd = oscillator_mhz / divider
        if not _PFD[0] <= pfd <= _PFD[1]:
            continue
        for feedback in range(2, 65):
            vco = pfd * feedback
            output = max(1, round(vco / mhz))
            if _VCO[0] <= vco <= _VCO[1] and output <= 128:
                pll = XilinxPll(divider, feedback, output)
                found.append((abs(pll.mhz(oscillator_mhz) - mhz), divider, -vco, pll))
    best = min(found, key=lambda candidate: candidate[:3], default=None)
    if best is None or best[0] > NEAR * mhz:
        raise unreachable(oscillator_mhz, mhz, best and best[3].mhz(oscillator_mhz))
    return best[3]
