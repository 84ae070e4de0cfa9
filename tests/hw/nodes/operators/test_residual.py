from __future__ import annotations

import numpy as np
import pytest
from tabfab.compiler.program import INT8, UINT8, ActivationType, Add, Pair
from tabfab.hw.nodes.operators.residual import ResidualAdder, ShiftedSum

from support.pairs import check_pair, extremes
from support.streams import Beats, Traffic, check_core

INT3 = ActivationType(3, signed=True)
UINT2 = ActivationType(2, signed=False)


@pytest.mark.parametrize(
    ("a", "b"), [(UINT8, UINT8), (INT8, UINT8), (UINT8, INT8), (INT3, UINT8), (UINT2, INT3)]
)
@pytest.mark.parametrize("left", [(0, 0), (3, 0), (1, 5)])
def test_shifted_sum(
    a: ActivationType, b: ActivationType, left: Pair, rng: np.random.Generator
) -> None:
    x, y = extremes(rng, a, b, 2)
    core = ShiftedSum(a, b, 2, left, half=4)
    beats = Beats.of(np.concatenate([x, y], axis=1), image=8)
    check_core(core, beats, (x << left[0]) + (y << left[1]) + 4)


@pytest.mark.parametrize(
    ("a", "b", "type_", "left", "shift", "clamp"),
    [
        (UINT8, UINT8, UINT8, (0, 0), 0, (0, 255)),
        (INT8, UINT8, INT8, (0, 1), 2, (-128, 127)),
        (INT3, UINT2, INT8, (4, 0), 1, (0, 127)),
        (INT8, INT8, UINT2, (3, 2), 9, (1, 2)),
    ],
)
@pytest.mark.parametrize("lanes", [1, 3])
def test_adds_two_streams(
    a: ActivationType,
    b: ActivationType,
    type_: ActivationType,
    left: Pair,
    shift: int,
    clamp: Pair,
    lanes: int,
    traffic: Traffic,
    rng: np.random.Generator,
) -> None:
    x, y = extremes(rng, a, b, lanes)
    node = Add(
        name="add", inputs=("a", "b"), shape=(lanes, 2, 3), type=type_, low=clamp[0],
        high=clamp[1], left=left, shift=shift,
    )  # fmt: skip
    half = (1 << shift) // 2
    total = ((x << left[0]) + (y << left[1]) + half) // (1 << shift)
    check_pair(ResidualAdder(a, b, lanes, node), x, y, np.clip(total, *clamp), traffic)
