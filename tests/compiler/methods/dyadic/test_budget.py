"""The 0/1 program against brute force, and its relaxation against the program."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tabfab.compiler.methods.dyadic.budget import BudgetError, choose_values
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
