"""The PLL of the ECP5, EHXPLLL (Lattice FPGA-TN-02200)."""

from __future__ import annotations

from dataclasses import dataclass

from amaranth.hdl import Instance, Module

from .clock import NEAR, Clock, unreachable

_PFD = (3.125, 400.0)
_VCO = (400.0, 800.0)
_DIVIDERS = range(1, 129)
"""MHz that the phase detector and the oscillator run at, and what the dividers divide by."""


@dataclass(frozen=True)
class Ecp5Pll:
    """Settings: ``oscillator / input * feedback``, by an oscillator `output` times as fast."""

    input: int
    feedback: int
    output: int

    def mhz(self, oscillator_mhz: float) -> float:
        """The clock that comes out."""
        return oscillator_mhz / self.input * self.feedback


class Ecp5Clock(Clock):
    """A clock by EHXPLLL, fed back from its first output.

    Parameters
    ----------
    oscillator_mhz: what comes in.
    mhz: what is wanted.

    Raises
    ------
    ClockError: the PLL does not make it.
    """

    def __init__(self, oscillator_mhz: float, mhz: float) -> None:
        self.oscillator_mhz = oscillator_mhz
        self.settings = ecp5_pll(oscillator_mhz, mhz)
        super().__init__(self.settings.mhz(oscillator_mhz))

    def elaborate(self, platform: object) -> Module:
        m = Module()
        s = self.settings
        m.submodules.pll = Instance(
            "EHXPLLL",
            a_FREQUENCY_PIN_CLKI=f"{self.oscillator_mhz:.6g}",
            a_FREQUENCY_PIN_CLKOP=f"{self.mhz:.6g}",
            a_ICP_CURRENT="12",
            a_LPF_RESISTOR="8",
            a_MFG_ENABLE_FILTEROPAMP="1",
            a_MFG_GMCREF_SEL="2",
            p_PLLRST_ENA="DISABLED",
            p_INTFB_WAKE="DISABLED",
            p_STDBY_ENABLE="DISABLED",
            p_DPHASE_SOURCE="DISABLED",
            p_OUTDIVIDER_MUXA="DIVA",
            p_CLKI_DIV=s.input,
            p_CLKOP_ENABLE="ENABLED",
            p_CLKOP_DIV=s.output,
            p_CLKOP_CPHASE=s.output // 2 - 1 if s.output > 1 else 0,
            p_CLKOP_FPHASE=0,
            p_FEEDBK_PATH="CLKOP",
            p_CLKFB_DIV=s.feedback,
            i_CLKI=self.pin,
            i_CLKFB=self.clk,
            i_RST=0,
            i_STDBY=0,
            i_PHASESEL0=0,
            i_PHASESEL1=0,
            i_PHASEDIR=1,
            i_PHASESTEP=1,
            i_PHASELOADREG=1,
            i_PLLWAKESYNC=0,
            i_ENCLKOP=0,
            o_CLKOP=self.clk,
            o_LOCK=self.locked,
        )
        return m


def ecp5_pll(oscillator_mhz: float, mhz: float) -> Ecp5Pll:
    """The settings that come nearest to `mhz`, the slowest oscillator of these.

    Raises
    ------
    ClockError: they are not near.
    """
    found: list[tuple[float, float, Ecp5Pll]] = []
    for divider in _DIVIDERS:
        pfd = oscillator_mhz / divider
        if not _PFD[0] <= pfd <= _PFD[1]:
            continue
        feedback = max(1, round(mhz / pfd))
        reached = pfd * feedback
        fitting = [n for n in _DIVIDERS if _VCO[0] <= reached * n <= _VCO[1]]
        if feedback in _DIVIDERS and fitting:
            pll = Ecp5Pll(divider, feedback, fitting[len(fitting) // 2])
            found.append((abs(reached - mhz), divider, pll))
    best = min(found, key=lambda candidate: candidate[:2], default=None)
    if best is None or best[0] > NEAR * mhz:
        raise unreachable(oscillator_mhz, mhz, best and best[2].mhz(oscillator_mhz))
    return best[2]
