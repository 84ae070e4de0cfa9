from __future__ import annotations

import numpy as np
import pytest
from amaranth.hdl import Shape, signed, unsigned
from tabfab.compiler.program import INT8, UINT8, ActivationType
from tabfab.hw.engine.requantizer import Requantizer

from support.streams import Beats, check_core


@pytest.mark.parametrize("shape", [signed(12), unsigned(10), signed(3)])
@pytest.mark.parametrize(
    ("type_", "low", "high"),
    [
        (UINT8, 0, 255),
        (INT8, -128, 127),
        (INT8, 0, 127),
        (INT8, -100, -3),
        (UINT8, 7, 7),
        (ActivationType(2, signed=True), -2, 1),
        (ActivationType(3, signed=False), 1, 6),
    ],
)
@pytest.mark.parametrize(
    "shift", [[[0]], [[2, 2]], [[0, 24], [3, 3], [1, 0]], [[1], [0], [5], [1], [24]]]
)
def test_shifts_and_clamps(
    shape: Shape,
    type_: ActivationType,
    low: int,
    high: int,
    shift: list[list[int]],
    rng: np.random.Generator,
) -> None:
    shifts = np.array(shift)
    least = -(1 << (shape.width - 1)) if shape.signed else 0
    x = rng.integers(least, least + (1 << shape.width), (20, shifts.shape[1]))
    x[0], x[1] = least, least + (1 << shape.width) - 1
    x[2:6] = np.clip(np.array([[-1], [0], [1], [3]]), least, None)
    expected = [
        [
            min(max(value // (1 << shifts[beat % len(shifts), n]), low), high)
            for n, value in enumerate(row)
        ]
        for beat, row in enumerate(x.tolist())
    ]
    requantizer = Requantizer(shape, type_, shifts, low, high)
    check_core(requantizer, Beats.of(x, image=4), expected)


@pytest.mark.parametrize(("low", "high"), [(-1, 5), (0, 256), (6, 5)])
def test_refuses_a_clamp_outside_the_type(low: int, high: int) -> None:
    with pytest.raises(ValueError, match="must lie within uint8"):
        Requantizer(signed(9), UINT8, np.zeros((1, 1), np.int8), low, high)
