"""The PLL of Gowin's GW1N and GW2A, rPLL (Gowin UG286, DS117, DS226)."""

from __future__ import annotations

from dataclasses import dataclass

from amaranth.hdl import Instance, Module

from .clock import NEAR, Clock, unreachable

_PFD = (3.0, 400.0)
_VCO = (500.0, 1200.0)
_OUTPUTS = (2, 4, 8, 16, 32, 48, 64, 80, 96, 112, 128)
"""MHz that the phase detector and the oscillator run at in both series, and output dividers."""


@dataclass(frozen=True)
class GowinPll:
    """Settings: ``oscillator / input * feedback``, by an oscillator `output` times as fast."""

    input: int
    feedback: int
    output: int

    def mhz(self, oscillator_mhz: float) -> float:
        """The clock that comes out."""
        return oscillator_mhz / self.input * self.feedback


class GowinClock(Clock):
    """A clock by rPLL.

    Parameters
    ----------
    oscillator_mhz: what comes in.
    mhz: what is wanted.
    device: as the PLL is told, ``GW1NR-9C``.

    Raises
    ------
    ClockError: the PLL does not make it.
    """

    def __init__(self, oscillator_mhz: float, mhz: float, device: str) -> None:
        self.oscillator_mhz = oscillator_mhz
        self.device = device
        self.settings = gowin_pll(oscillator_mhz, mhz)
        super().__init__(self.settings.mhz(oscillator_mhz))

    def elaborate(self, platform: object) -> Module:
        m = Module()
        s = self.settings
        m.submodules.pll = Instance(
            "rPLL",
            p_DEVICE=self.device,
            p_FCLKIN=f"{self.oscillator_mhz:g}",
            p_IDIV_SEL=s.input - 1,
            p_FBDIV_SEL=s.feedback - 1,
            p_ODIV_SEL=s.output,
            p_CLKFB_SEL="internal",
            p_DYN_IDIV_SEL="false",
            p_DYN_FBDIV_SEL="false",
            p_DYN_ODIV_SEL="false",
            p_DYN_DA_EN="false",
            i_CLKIN=self.pin,
            i_CLKFB=0,
            i_RESET=0,
            i_RESET_P=0,
            i_FBDSEL=0,
            i_IDSEL=0,
            i_ODSEL=0,
            i_PSDA=0,
            i_DUTYDA=0,
            i_FDLY=0,
            o_CLKOUT=self.clk,
            o_LOCK=self.locked,
        )
        return m


def gowin_pll(oscillator_mhz: float, mhz: float) -> GowinPll:
    """The settings that come nearest to `mhz`, the slowest oscillator of these.

    Raises
    ------
    ClockError: they are not near.
    """
    found: list[tuple[float, int, GowinPll]] = []
    for divider in range(1, 65):
        pfd = oscillator_mhz / divider
        if not _PFD[0] <= pfd <= _PFD[1]:
            continue
        feedback = max(1, round(mhz / pfd))
        reached = pfd * feedback
        fitting = [n for n in _OUTPUTS if _VCO[0] <= reached * n <= _VCO[1]]
        if feedback <= 64 and fitting:
            found.append((abs(reached - mhz), divider, GowinPll(divider, feedback, fitting[0])))
    best = min(found, key=lambda candidate: candidate[:2], default=None)
    if best is None or best[0] > NEAR * mhz:
        raise unreachable(oscillator_mhz, mhz, best and best[2].mhz(oscillator_mhz))
    return best[2]
