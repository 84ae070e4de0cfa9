"""Scales of dyadic filters against a fine grid."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tabfab.compiler.methods.dyadic.dyadic_set import dyadic_set
from tabfab.compiler.methods.dyadic.scale import best_of_scales, best_scale, nearest_values

sets = st.builds(dyadic_set, st.integers(1, 2), st.integers(0, 5))


def distances(weights, numbers, scales, importance) -> np.ndarray:
    """Of each scale's nearest values from the weights."""
    chosen = nearest_values(weights, numbers, scales[:, None]) * scales[:, None] * numbers.unit
    return (importance * (weights - chosen) ** 2).sum(axis=1)


@given(numbers=sets, seed=st.integers(0, 1 << 20), count=st.integers(1, 30))
def test_no_scale_of_a_fine_grid_is_better(numbers, seed: int, count: int) -> None:
    random = np.random.default_rng(seed)
    weights, importance = random.normal(size=count), random.uniform(0, 2, count)
    best = best_scale(weights, numbers, importance)
    grid = np.geomspace(1e-3, 10, 4000)
    found = distances(weights, numbers, np.array([best]), importance)[0]
    assert found <= distances(weights, numbers, grid, importance).min() * (1 + 1e-9) + 1e-12


@pytest.mark.parametrize("weights", [np.zeros(3), np.zeros(0)])
def test_zero_filters_have_scale_one(weights) -> None:
    assert best_scale(weights, dyadic_set(1, 3)) == 1.0


def test_weights_that_are_dyadic_are_met_exactly() -> None:
    numbers = dyadic_set(2, 4)
    weights = 0.37 * numbers.values * numbers.unit
    scale = best_scale(weights, numbers)
    values = nearest_values(weights, numbers, scale)
    assert scale * values * numbers.unit == pytest.approx(weights)


def test_the_best_of_some_scales_is_taken() -> None:
    numbers = dyadic_set(1, 3)
    weights = np.array([[0.5, 0.25, 1.0], [0.3, 0.6, 0.15]])
    scales = np.array([[0.7, 1.0], [1.2, 0.9]])
    assert best_of_scales(weights, numbers, scales).tolist() == [1, 0]
