from __future__ import annotations

import numpy as np
import pytest
from amaranth.hdl import Shape, signed, unsigned
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from tabfab.compiler.program import INT8, UINT8, ActivationType
from tabfab.hw.engine.requantizer import Requantizer

from support.programs import types
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
    edges = _around_the_clamp(np.roll(shifts, -len(x), axis=0), low, high)
    x = np.concatenate([x, edges.clip(x.min(), x.max())])
    expected = [
        [
            min(max(value // (1 << shifts[beat % len(shifts), n]), low), high)
            for n, value in enumerate(row)
        ]
        for beat, row in enumerate(x.tolist())
    ]
    requantizer = Requantizer(shape, type_, shifts, low, high)
    check_core(requantizer, Beats.of(x, image=4), expected)


@given(st.data())
def test_clamps_at_any_ends(data: st.DataObject) -> None:
    """Every type, every clamp: the values next to its ends, with and without a shift."""
    type_ = data.draw(types())
    low, high = sorted(data.draw(st.tuples(*[st.integers(type_.low, type_.high)] * 2)))
    if data.draw(st.booleans()):
        low, high = data.draw(st.sampled_from([(type_.low, high), (low, type_.high)]))
    shape = Shape(data.draw(st.integers(2, 12)), data.draw(st.booleans()))
    shifts = np.array([[data.draw(st.integers(0, 3))]])
    least = -(1 << (shape.width - 1)) if shape.signed else 0
    x = _around_the_clamp(shifts, low, high).clip(least, least + (1 << shape.width) - 1)
    expected = (x >> shifts).clip(low, high).tolist()
    requantizer = Requantizer(shape, type_, shifts, low, high)
    check_core(requantizer, Beats.of(x, image=4), expected)


def _around_the_clamp(shifts: NDArray[np.integer], low: int, high: int) -> NDArray[np.int64]:
    """The first and the last value that each shift takes to the clamp's ends and past them."""
    ends = np.array([low - 1, low, high, high + 1])[:, None, None] << shifts
    return np.concatenate([ends, ends + (1 << shifts) - 1]).reshape(-1, shifts.shape[1])


@pytest.mark.parametrize(("low", "high"), [(-1, 5), (0, 256), (6, 5)])
def test_refuses_a_clamp_outside_the_type(low: int, high: int) -> None:
    with pytest.raises(ValueError, match="must lie within uint8"):
        Requantizer(signed(9), UINT8, np.zeros((1, 1), np.int8), low, high)
