"""Sums of few signed powers of two."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tabfab.compiler.methods.dyadic.dyadic_set import DyadicSet, dyadic_set, nearest

sets = st.builds(dyadic_set, st.integers(1, 3), st.integers(0, 6))


def sums(terms: int, finest: int) -> dict[int, int]:
    """By brute force: every sum with the fewest powers that it takes."""
    powers = [0, *(sign << shift for shift in range(finest + 1) for sign in (1,))]
    signed = [0, *powers[1:], *(-power for power in powers[1:])]
    found: dict[int, int] = {}
    for chosen in product(signed, repeat=terms):
        count = sum(power != 0 for power in chosen)
        found[sum(chosen)] = min(count, found.get(sum(chosen), terms))
    return found


@given(numbers=st.builds(dyadic_set, st.integers(1, 3), st.integers(0, 4)))
def test_holds_every_sum_with_its_fewest_additions(numbers) -> None:
    expected = sums(numbers.terms, numbers.finest_shift)
    assert dict(zip(numbers.values.tolist(), numbers.additions.tolist(), strict=True)) == expected


@given(numbers=sets)
def test_values_decompose_into_their_terms(numbers) -> None:
    terms = numbers.decompose(numbers.values).astype(np.int64)
    powers = np.sign(terms) << np.maximum(np.abs(terms) - 1, 0)
    assert (powers.sum(axis=0) == numbers.values).all()
    assert ((terms != 0).sum(axis=0) == numbers.additions).all()
    assert (np.abs(terms) <= numbers.finest_shift + 1).all()
    magnitudes = np.abs(terms)
    assert (magnitudes[:-1] >= magnitudes[1:]).all()  # the largest power first


@given(numbers=sets, x=st.lists(st.floats(-5, 5), min_size=1, max_size=20))
def test_nearest_is_nearest(numbers, x) -> None:
    points = np.array(x) * (1 << numbers.finest_shift)
    found = nearest(numbers.values, points)
    distances = np.abs(points[:, None] - numbers.values)
    assert np.isin(found, numbers.values).all()
    assert (np.abs(points - found) == distances.min(axis=1)).all()


def test_a_value_outside_the_set_is_refused() -> None:
    numbers = dyadic_set(1, 3)
    with pytest.raises(ValueError, match=r"0\.375 is no sum of 1 signed powers"):
        numbers.decompose(np.array([8, 3]))


@pytest.mark.parametrize(("terms", "finest"), [(0, 3), (5, 3), (1, -1), (1, 13)])
def test_impossible_sets_are_refused(terms: int, finest: int) -> None:
    with pytest.raises(ValueError, match="dyadic weight"):
        dyadic_set(terms, finest)


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ([-2, -1, 1, 2], "lacks zero"),
        ([-1, 0, 2], "symmetric"),
        ([1, 0, -1], "ascending"),
    ],
)
def test_sets_that_no_weight_could_be_taken_to_are_refused(values, words: str) -> None:
    integers = np.array(values, np.int32)
    with pytest.raises(ValueError, match=words):
        DyadicSet(1, 1, integers, np.abs(np.sign(integers)).astype(np.int8))
