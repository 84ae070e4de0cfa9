"""Values chosen by what they do to the output."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tabfab.compiler.methods.dyadic.budget import choose_within
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


@given(
    seed=st.integers(0, 1 << 20),
    share=st.floats(0.2, 1.9),
    groups=st.sampled_from([1, 2]),
    over=st.sampled_from(["layer", "filter"]),
)
def test_a_budget_is_spent_for_the_output(seed: int, share: float, groups: int, over: str) -> None:
    random = np.random.default_rng(seed)
    numbers, inputs, filters = dyadic_set(2, 4), 40, 6
    weights = random.normal(size=(filters, inputs)) / 2
    x = [correlated_inputs(random, 300, inputs) for _ in range(groups)]
    products, scale = np.stack([each.T @ each for each in x]), random.uniform(0.5, 1.5, filters)
    budget = int(share * inputs)
    allowed = budget * filters if over == "layer" else np.full(filters, budget)
    values = choose_by_output(weights, products, numbers, scale, allowed)
    spent = numbers.additions_of(values).sum(axis=1, dtype=int)
    assert (spent.sum() if over == "layer" else spent.max()) <= np.max(allowed)
    curvatures = np.repeat([np.diagonal(each) for each in products], filters // groups, axis=0)
    alone = choose_within(weights, numbers, scale, allowed, curvatures)
    errors = [
        sum(
            output_error(weights[rows], inputs_of, unit * chosen[rows]).sum()
            for rows, inputs_of, unit in zip(
                np.split(np.arange(filters), groups),
                products,
                np.split((scale * numbers.unit)[:, None], groups),
                strict=True,
            )
        )
        for chosen in (values, alone)
    ]
    assert errors[0] <= errors[1] * 1.02 + 1e-9  # inputs are damped a little


def test_a_budget_of_nothing_leaves_nothing() -> None:
    x = correlated_inputs(np.random.default_rng(0), 100, 8)
    weights = np.ones((2, 8))
    values = choose_by_output(weights, x.T @ x, dyadic_set(1, 3), np.ones(2), 0)
    assert (values == 0).all()
