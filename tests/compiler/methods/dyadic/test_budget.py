"""The 0/1 program against brute force, and its relaxation against the program."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import optimize
from tabfab.compiler.methods.dyadic.budget import (
    BudgetError,
    choose_values,
    offer,
    price_of_additions,
    values_at,
)
from tabfab.compiler.methods.dyadic.dyadic_set import dyadic_set
from tabfab.compiler.methods.dyadic.scale import nearest_values

small_sets = st.builds(dyadic_set, st.integers(1, 2), st.integers(0, 2))
seeds = st.integers(0, 1 << 20)


def distance(weights, values, numbers, scale, importance) -> float:
    return float((importance * (weights - scale * numbers.unit * values) ** 2).sum())


def brute_force(weights, numbers, scale, budget, importance) -> float:
    """The least distance over all choices of values within the budget."""
    best = np.inf
    for values in product(numbers.values.tolist(), repeat=len(weights)):
        if numbers.additions_of(np.array(values)).sum() <= budget:
            best = min(best, distance(weights, np.array(values), numbers, scale, importance))
    return best


@given(numbers=small_sets, budget=st.integers(0, 6), seed=seeds)
def test_a_small_program_is_solved_exactly(numbers, budget: int, seed: int) -> None:
    random = np.random.default_rng(seed)
    weights, scale = random.normal(size=3), random.uniform(0.3, 2)
    importance = random.uniform(0.1, 2, 3)
    choice = choose_values(weights, numbers, scale, budget, importance)
    least = brute_force(weights, numbers, scale, budget, importance)
    assert choice.additions <= budget
    assert choice.additions == numbers.additions_of(choice.values).sum()
    assert choice.distance == pytest.approx(
        distance(weights, choice.values, numbers, scale, importance)
    )
    assert choice.distance == pytest.approx(least, abs=1e-6)
    assert choice.gap == 0


@given(seed=seeds, share=st.floats(0, 1.2), terms=st.integers(1, 3))
def test_the_relaxation_is_within_its_gap_of_the_program(
    seed: int, share: float, terms: int
) -> None:
    numbers = dyadic_set(terms, 5)
    weights = np.random.default_rng(seed).normal(size=40)
    budget = int(share * 40 * terms)
    exact = choose_values(weights, numbers, 1.0, budget)
    relaxed = choose_values(weights, numbers, 1.0, budget, exact_weights=0)
    assert relaxed.additions <= budget
    assert relaxed.distance >= exact.distance - 1e-6
    assert relaxed.distance - relaxed.gap <= exact.distance + 1e-6


@given(seed=seeds, terms=st.integers(1, 3))
def test_without_a_budget_the_values_are_the_nearest(seed: int, terms: int) -> None:
    numbers = dyadic_set(terms, 4)
    weights = np.random.default_rng(seed).normal(size=(4, 3, 2))
    choice = choose_values(weights, numbers, 0.7)
    assert (choice.values == nearest_values(weights, numbers, 0.7)).all()
    assert choice.gap == 0


def test_no_additions_leave_zeros() -> None:
    choice = choose_values(np.array([0.5, -3.0]), dyadic_set(1, 3), 1.0, additions=0)
    assert choice.values.tolist() == [0, 0]
    assert choice.additions == 0


def test_a_budget_that_no_choice_meets_is_refused() -> None:
    with pytest.raises(BudgetError, match="-1 additions cannot be met"):
        choose_values(np.ones(2), dyadic_set(1, 3), 1.0, additions=-1)


# ------------------------------------------------------------------- one budget for many layers


@given(seed=seeds, share=st.floats(0, 1.1), terms=st.integers(1, 3))
def test_a_shared_budget_is_the_program_of_all_weights(seed: int, share: float, terms: int) -> None:
    random = np.random.default_rng(seed)
    numbers = dyadic_set(terms, 5)
    layers = [random.normal(size=count) for count in (7, 20, 13)]
    importance = [random.uniform(0.01, 3) for _ in layers]
    budget = int(share * 40 * terms)
    offers = [
        offer(weights, numbers, 0.8, factor)
        for weights, factor in zip(layers, importance, strict=True)
    ]
    found = price_of_additions(offers, budget)
    choices = [
        values_at(found.price, weights, numbers, 0.8, factor)
        for weights, factor in zip(layers, importance, strict=True)
    ]
    exact = choose_values(
        np.concatenate(layers), numbers, 0.8, budget, np.repeat(importance, (7, 20, 13))
    )
    assert found.additions == sum(choice.additions for choice in choices) <= budget
    assert [choice.additions for choice in choices] == [
        each.taken_at(found.price) for each in offers
    ]
    distance = sum(choice.distance for choice in choices)
    assert distance == pytest.approx(sum(o.distance_at(found.price) for o in offers), abs=1e-4)
    assert exact.distance - 1e-4 <= distance <= exact.distance + found.gap + 1e-4


@given(seed=seeds, budget=st.integers(0, 25))
def test_the_relaxation_is_milps_optimum(seed: int, budget: int) -> None:
    """SciPy's solver, given every value of the set as a variable of its own."""
    numbers, weights = dyadic_set(2, 3), np.random.default_rng(seed).normal(size=12)
    values = numbers.values
    distances = (weights[:, None] - numbers.unit * values) ** 2
    one_each = np.kron(np.eye(12), np.ones(len(values)))
    spent = np.tile(numbers.additions, 12)[None].astype(float)
    solved = optimize.milp(
        distances.ravel(),
        integrality=np.ones(distances.size),
        bounds=optimize.Bounds(0, 1),
        constraints=[
            optimize.LinearConstraint(one_each, 1, 1),
            optimize.LinearConstraint(spent, 0, budget),
        ],
        options={"mip_rel_gap": 0.0},
    )
    assert choose_values(weights, numbers, 1.0, budget).distance == pytest.approx(
        solved.fun, abs=1e-6
    )


def test_a_shared_budget_that_no_choice_meets_is_refused() -> None:
    with pytest.raises(BudgetError, match="-3 additions cannot be met"):
        price_of_additions([offer(np.ones(2), dyadic_set(1, 3), 1.0)], -3)
