"""Values chosen by what they do to the output."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tabfab.compiler.methods.dyadic.dyadic_set import dyadic_set
from tabfab.compiler.methods.dyadic.feedback import choose_by_output, output_error
from tabfab.compiler.methods.dyadic.scale import nearest_values


def correlated_inputs(random: np.random.Generator, rows: int, inputs: int) -> np.ndarray:
    """Neighbouring inputs are alike, as those of an image are."""
    return np.cumsum(random.normal(size=(rows, inputs)), axis=1) + random.normal(size=(rows, 1))


@given(seed=st.integers(0, 1 << 20), terms=st.integers(1, 2), inputs=st.integers(1, 200))
def test_the_output_is_nearer_than_with_the_nearest_values(
    seed: int, terms: int, inputs: int
) -> None:
    random = np.random.default_rng(seed)
    numbers = dyadic_set(terms, 3)
    weights = random.normal(size=(5, inputs)) / 2
    x = correlated_inputs(random, 300, inputs)
    products, scale = x.T @ x, random.uniform(0.3, 1.5, 5)
    values = choose_by_output(weights, products, numbers, scale)
    unit = (scale * numbers.unit)[:, None]
    near = nearest_values(weights, numbers, scale[:, None])
    assert np.isin(values, numbers.values).all()
    chosen = output_error(weights, products, unit * values).sum()
    assert chosen <= output_error(weights, products, unit * near).sum() * 1.02 + 1e-9


def test_correlated_inputs_gain_much() -> None:
    random = np.random.default_rng(0)
    numbers = dyadic_set(1, 4)
    weights = random.normal(size=(16, 150)) / 4
    x = correlated_inputs(random, 2000, 150)
    products, scale = x.T @ x, np.ones(16)
    values = choose_by_output(weights, products, numbers, scale)
    near = nearest_values(weights, numbers, 1.0)
    with_feedback = output_error(weights, products, numbers.unit * values).sum()
    alone = output_error(weights, products, numbers.unit * near).sum()
    assert with_feedback < alone / 20


def test_independent_inputs_get_the_nearest_values() -> None:
    weights = np.random.default_rng(1).normal(size=(3, 10))
    numbers = dyadic_set(2, 3)
    values = choose_by_output(weights, np.eye(10), numbers, np.ones(3))
    assert (values == nearest_values(weights, numbers, 1.0)).all()


@pytest.mark.parametrize("inputs", [1, 4])
def test_inputs_that_never_vary_from_zero_do_no_harm(inputs: int) -> None:
    values = choose_by_output(
        np.full((2, inputs), 0.3), np.zeros((inputs, inputs)), dyadic_set(1, 3), np.ones(2)
    )
    assert (values == 2).all()
