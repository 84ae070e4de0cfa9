"""Rates and clocks at the ends of what a number can be."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tabfab.compiler import program as ir
from tabfab.compiler.store.errors import TabfabError
from tabfab.hw.plan import Misfit, Plan, PlanOptions, make_plan
from tabfab.hw.plan.file import plan_document, plan_from
from tabfab.hw.pnr.place_and_route import PnrOptions

from support.programs import ConvOptions, image_input, table_conv

RNG = np.random.default_rng(3)
IMAGE = image_input(RNG, 1, 3, 3)
CONV = table_conv(RNG, "conv", IMAGE, ConvOptions(2), length=1)
PROGRAM = ir.Program((IMAGE, CONV))
DEVICE = "ice40-up5k"
FASTEST = make_plan(PROGRAM, PlanOptions(DEVICE))

clocks = st.floats(1e-3, 1e5)
rates = st.floats(0, exclude_min=True, allow_infinity=False)


def test_the_slowest_rate_is_met_with_the_least() -> None:
    least, slow = (make_plan(PROGRAM, PlanOptions(DEVICE, fps=fps)) for fps in (5e-324, 1.0))
    assert least == slow


@given(fps=rates, clock=clocks)
def test_any_rate_is_met_or_refused(fps: float, clock: float) -> None:
    options = PlanOptions(DEVICE, fps=fps, clock_mhz=clock)
    if 1e6 * clock / fps < FASTEST.clocks_per_image:
        with pytest.raises(Misfit, match="fewer images per second"):
            make_plan(PROGRAM, options)
        return
    plan = make_plan(PROGRAM, options)
    assert plan.images_per_second >= fps * (1 - 1e-9)
    assert math.isfinite(plan.images_per_second)
    assert 0 < plan.latency_ms < math.inf


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf, 0.0, -0.0, -1.0])
def test_no_rate_and_no_clock(value: float) -> None:
    with pytest.raises(TabfabError, match="--fps must be above 0"):
        PlanOptions(DEVICE, fps=value)
    for clock in (value, 5e-324, 1e300):
        with pytest.raises(TabfabError, match="--clock must be above 0 MHz"):
            PlanOptions(clock_mhz=clock)
        with pytest.raises(TabfabError, match="--mhz must be above 0 MHz"):
            PnrOptions(mhz=clock)
        with pytest.raises(ValueError, match="its clock must be above 0 MHz"):
            plan_from(plan_document(Plan(None, {}, {}, 1, 1, clock_mhz=clock)))


def test_a_rate_without_a_device_says_what_is_missing() -> None:
    with pytest.raises(TabfabError, match="--fps needs a --device"):
        PlanOptions(fps=100.0)
    with pytest.raises(TabfabError, match="--fps chooses foldings"):
        PlanOptions(DEVICE, fps=100.0, outputs=2)
