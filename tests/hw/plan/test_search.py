"""The integer program behind the planner, against trying everything."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tabfab.hw.device.cells import RESOURCES, Cells
from tabfab.hw.engine.folding import Folding
from tabfab.hw.plan.search import Candidate, cheapest, fastest, least_overload, undominated

AMOUNTS = st.integers(0, 9)
CANDIDATES = st.builds(
    Candidate,
    st.just(Folding(1, 1)),
    st.integers(1, 6),
    st.builds(Cells, *[AMOUNTS] * len(RESOURCES)),
)
LAYERS = st.lists(st.lists(CANDIDATES, min_size=1, max_size=4), min_size=1, max_size=4)
BUDGETS = st.builds(Cells, *[st.integers(1, 25)] * len(RESOURCES))


def named(layers: list[list[Candidate]]) -> dict[str, list[Candidate]]:
    return {f"layer{n}": candidates for n, candidates in enumerate(layers)}


def total(candidates: list[Candidate] | tuple[Candidate, ...]) -> Cells:
    return sum((candidate.cells for candidate in candidates), Cells())


def cost(candidates: list[Candidate] | tuple[Candidate, ...], budget: Cells) -> float:
    shares = [a / b for a, b in zip(total(candidates).amounts, budget.amounts, strict=True)]
    return sum(shares) + 0.5 * max(shares)


@given(LAYERS, st.integers(1, 6), BUDGETS)
def test_finds_the_cheapest(layers: list[list[Candidate]], clocks: int, budget: Cells) -> None:
    fitting = [
        candidates
        for candidates in product(*layers)
        if max(c.clocks for c in candidates) <= clocks and total(candidates) <= budget
    ]
    found = cheapest(named(layers), clocks, budget)
    if not fitting:
        assert found is None
        return
    assert found is not None
    chosen = list(found.values())
    assert total(chosen) <= budget
    best = min(cost(candidates, budget) for candidates in fitting)
    assert cost(chosen, budget) <= 1.01 * best + 1e-9


@given(LAYERS, BUDGETS)
def test_finds_the_fastest(layers: list[list[Candidate]], budget: Cells) -> None:
    rates = [
        max(candidate.clocks for candidate in candidates)
        for candidates in product(*layers)
        if total(candidates) <= budget
    ]
    found = fastest(named(layers), budget)
    if not rates:
        assert found is None
    else:
        assert found is not None
        assert max(candidate.clocks for candidate in found.values()) == min(rates)


@pytest.mark.parametrize("luts", range(1, 14))
def test_finds_the_fastest_of_many_rates(luts: int) -> None:
    """Wherever among them the first that fits is."""
    ways = [Candidate(Folding(1, 1), clocks, Cells(2 * (7 - clocks))) for clocks in range(1, 7)]
    found = fastest({"layer": ways}, Cells(luts, 1, 1, 1))
    fitting = [way.clocks for way in ways if way.cells.luts <= luts]
    assert (None if found is None else found["layer"].clocks) == min(fitting, default=None)


def test_spares_what_is_scarce() -> None:
    """Less in all, but of one resource, costs more than a little of two."""
    one, two = (Candidate(Folding(1, 1), 1, cells) for cells in (Cells(60), Cells(35, 35)))
    assert cheapest({"layer": [one, two]}, 1, Cells(100, 100, 100, 100, 100)) == {"layer": two}
    assert cheapest({"layer": [one, two]}, 1, Cells(1000, 100, 100, 100)) == {"layer": one}


@given(LAYERS, BUDGETS)
def test_finds_the_least_overload(layers: list[list[Candidate]], budget: Cells) -> None:
    def overload(candidates: list[Candidate] | tuple[Candidate, ...]) -> float:
        return max(a / b for a, b in zip(total(candidates).amounts, budget.amounts, strict=True))

    found = least_overload(named(layers), None, budget)
    best = min(overload(candidates) for candidates in product(*layers))
    assert overload(list(found.values())) <= max(1.02 * best, 0.02)


@given(st.lists(CANDIDATES, min_size=1, max_size=12))
def test_leaves_out_what_another_one_beats(candidates: list[Candidate]) -> None:
    def row(candidate: Candidate) -> np.ndarray:
        return np.array([candidate.clocks, *candidate.cells.amounts])

    kept = undominated(candidates)
    assert all(any((row(k) <= row(c)).all() for k in kept) for c in candidates)
    for a, b in product(kept, kept):
        assert a is b or not (row(a) <= row(b)).all()


def test_no_layer_is_fast_enough() -> None:
    slow = Candidate(Folding(1, 1), 7, Cells())
    assert cheapest({"a": [slow]}, 6, Cells(1, 1, 1, 1)) is None


@pytest.mark.parametrize("budget", [Cells(-1, 5, 5, 5), Cells(5, 5, 5, -1)])
def test_nothing_fits_a_negative_budget(budget: Cells) -> None:
    free = Candidate(Folding(1, 1), 1, Cells())
    assert cheapest({"a": [free]}, 6, budget) is None
