from __future__ import annotations

import numpy as np
import pytest
from amaranth.hdl import Shape, signed, unsigned
from tabfab.hw.engine.accumulator import Accumulator, accumulator_shape

from support.streams import Beats, check_core


@pytest.mark.parametrize("term", [signed(8), unsigned(8)])
@pytest.mark.parametrize(
    ("group", "blocks", "outputs"), [(1, 1, 1), (1, 3, 2), (9, 1, 2), (4, 2, 1), (2, 5, 3)]
)
def test_adds_each_group_to_its_bias(
    group: int, blocks: int, outputs: int, term: Shape, rng: np.random.Generator
) -> None:
    bias = rng.integers(-3000, 3000, (blocks, outputs))
    low = -128 if term.signed else 0
    terms = rng.integers(low, low + 256, (12, group, outputs))
    terms[0], terms[1] = low, low + 255
    expected = terms.sum(axis=1) + np.resize(bias, (12, outputs))
    accumulator = Accumulator(term, signed(14), bias, group)
    beats = Beats.of(terms.reshape(-1, outputs), image=3 * group)
    check_core(accumulator, beats, expected, first=1 if blocks > 1 else 0)


def test_intermediate_sums_may_leave_the_final_range() -> None:
    terms = [[100], [100], [-100], [-100], [-90], [-90], [90], [87]]
    accumulator = Accumulator(signed(8), signed(8), np.array([[3]]), 4)
    check_core(accumulator, Beats.of(terms, image=4), [[3], [0]])


def test_a_bias_outside_the_final_range_comes_back_into_it() -> None:
    # The proven bounds of one channel may all lie below zero, its bias even lower.
    accumulator = Accumulator(signed(8), signed(6), np.array([[-100]]), 2)
    check_core(accumulator, Beats.of([[60], [30], [40], [50]], image=2), [[-10], [-10]])


def test_refuses_an_unsigned_sum() -> None:
    with pytest.raises(ValueError, match="signed"):
        Accumulator(unsigned(8), unsigned(8), np.zeros((1, 1), np.int64), 2)


def test_refuses_an_empty_group() -> None:
    with pytest.raises(ValueError, match="must be positive"):
        Accumulator(unsigned(8), signed(9), np.zeros((1, 1), np.int64), 0)


@pytest.mark.parametrize(
    ("bounds", "reach", "width"),
    [
        ((0, 255), None, 9),  # a sign that no value needs
        ((-128, 127), None, 8),
        ((-129, 3), None, 9),
        ((-5, 9), 1 << 10, 14),  # whatever is loaded, and a bias as large
        ((-(1 << 13), 9), 1 << 10, 14),
        ((0, 1 << 13), 1 << 10, 32),  # what is there needs more than that
    ],
)
def test_shapes_hold_all_final_sums(bounds: tuple[int, int], reach: int | None, width: int) -> None:
    assert accumulator_shape(bounds, reach) == signed(width)
