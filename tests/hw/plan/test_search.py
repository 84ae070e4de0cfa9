"""The integer program behind the planner, against trying everything."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tabfab.hw.device.cells import Cells
from tabfab.hw.engine.folding import Folding
from tabfab.hw.plan.search import Choice, cheapest, fastest, least_overload, undominated

AMOUNTS = st.integers(0, 9)
CHOICES = st.builds(
    Choice,
    st.just(Folding(1, 1)),
    st.integers(1, 6),
    st.builds(Cells, AMOUNTS, AMOUNTS, AMOUNTS, AMOUNTS),
)
LAYERS = st.lists(st.lists(CHOICES, min_size=1, max_size=4), min_size=1, max_size=4)
BUDGETS = st.builds(Cells, *[st.integers(1, 25)] * 4)


def named(layers: list[list[Choice]]) -> dict[str, list[Choice]]:
    return {f"layer{n}": choices for n, choices in enumerate(layers)}


def total(choices: list[Choice] | tuple[Choice, ...]) -> Cells:
    return sum((choice.cells for choice in choices), Cells())


def cost(choices: list[Choice] | tuple[Choice, ...], budget: Cells) -> float:
    shares = [a / b for a, b in zip(total(choices).amounts, budget.amounts, strict=True)]
    return sum(shares) + 0.5 * max(shares)


@settings(max_examples=40)
@given(LAYERS, st.integers(1, 6), BUDGETS)
def test_finds_the_cheapest(layers: list[list[Choice]], clocks: int, budget: Cells) -> None:
    fitting = [
        choices
        for choices in product(*layers)
        if max(choice.clocks for choice in choices) <= clocks and total(choices) <= budget
    ]
    found = cheapest(named(layers), clocks, budget)
    if not fitting:
        assert found is None
        return
    assert found is not None
    chosen = list(found.values())
    assert total(chosen) <= budget
    best = min(cost(choices, budget) for choices in fitting)
    assert cost(chosen, budget) <= 1.01 * best + 1e-9


@settings(max_examples=40)
@given(LAYERS, BUDGETS)
def test_finds_the_fastest(layers: list[list[Choice]], budget: Cells) -> None:
    rates = [
        max(choice.clocks for choice in choices)
        for choices in product(*layers)
        if total(choices) <= budget
    ]
    found = fastest(named(layers), budget)
    if not rates:
        assert found is None
    else:
        assert found is not None
        assert max(choice.clocks for choice in found.values()) == min(rates)


@settings(max_examples=40)
@given(LAYERS, BUDGETS)
def test_finds_the_least_overload(layers: list[list[Choice]], budget: Cells) -> None:
    def overload(choices: list[Choice] | tuple[Choice, ...]) -> float:
        return max(a / b for a, b in zip(total(choices).amounts, budget.amounts, strict=True))

    found = least_overload(named(layers), None, budget)
    best = min(overload(choices) for choices in product(*layers))
    assert overload(list(found.values())) <= max(1.02 * best, 0.02)


@given(st.lists(CHOICES, min_size=1, max_size=12))
def test_leaves_out_what_another_choice_beats(choices: list[Choice]) -> None:
    def row(choice: Choice) -> np.ndarray:
        return np.array([choice.clocks, *choice.cells.amounts])

    kept = undominated(choices)
    assert all(any((row(k) <= row(c)).all() for k in kept) for c in choices)
    for a, b in product(kept, kept):
        assert a is b or not (row(a) <= row(b)).all()


def test_no_layer_is_fast_enough() -> None:
    slow = Choice(Folding(1, 1), 7, Cells())
    assert cheapest({"a": [slow]}, 6, Cells(1, 1, 1, 1)) is None


@pytest.mark.parametrize("budget", [Cells(-1, 5, 5, 5), Cells(5, 5, 5, -1)])
def test_nothing_fits_a_negative_budget(budget: Cells) -> None:
    free = Choice(Folding(1, 1), 1, Cells())
    assert cheapest({"a": [free]}, 6, budget) is None
