"""Estimates of plans, against the planner's own integer program."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from tabfab.hw.device.cells import RESOURCES, Cells
from tabfab.hw.device.devices import find_device
from tabfab.hw.engine.folding import Folding
from tabfab.hw.plan.estimate import Estimate, Ways, estimate
from tabfab.hw.plan.fit import Aim
from tabfab.hw.plan.search import (
    SCARCEST,
    WEIGHTS,
    Candidate,
    best_mix,
    cheapest,
    fastest,
    undominated,
)

DEVICE = find_device("ecp5-25k")
SHARES = st.integers(0, 40)


def candidate(clocks: int, shares: tuple[int, ...]) -> Candidate:
    """One that takes so many percent of each resource."""
    cells = [a * s / 100 for a, s in zip(DEVICE.cells.amounts, shares, strict=True)]
    return Candidate(Folding(1, 1), clocks, Cells(*cells))


CANDIDATES = st.builds(candidate, st.integers(1, 6), st.tuples(*[SHARES] * len(RESOURCES)))
LAYERS = st.lists(st.lists(CANDIDATES, min_size=1, max_size=5), min_size=1, max_size=4)


def estimated(layers: list[list[Candidate]], aim: Aim) -> Estimate:
    return estimate({f"layer{n}": Ways.of(each) for n, each in enumerate(layers)}, aim)


@given(LAYERS)
def test_what_it_finds_is_a_choice_that_the_planner_could_make(
    layers: list[list[Candidate]],
) -> None:
    layers = [undominated(each) for each in layers]
    aim = Aim(DEVICE)
    made = estimated(layers, aim)
    chosen = [each[n] for each, n in zip(layers, made.chosen.values(), strict=True)]
    assert made.clocks == max(each.clocks for each in chosen)
    total = sum((each.cells for each in chosen), Cells())
    assert made.cells == total.rounded()
    assert made.fits == (total <= aim.budget)
    best = fastest({f"layer{n}": each for n, each in enumerate(layers)}, aim.budget)
    if made.fits:
        assert best is not None
        assert made.clocks >= max(each.clocks for each in best.values())


def test_it_finds_what_the_planner_finds_where_layers_compete() -> None:
    ways = [candidate(64 // n, (0, 0, 6 * n, 0, 0)) for n in (1, 2, 4, 8)]
    layers = [ways] * 4
    aim = Aim(DEVICE)
    best = fastest({str(n): each for n, each in enumerate(layers)}, aim.budget)
    assert best is not None
    made = estimated(layers, aim)
    assert made.fits
    assert made.clocks == max(each.clocks for each in best.values())
    assert made.cells == sum((each.cells for each in best.values()), Cells()).rounded()


def test_a_rate_is_kept_with_the_least() -> None:
    ways = [candidate(64 // n, (4 * n, 0, 0, 0, 0)) for n in (1, 2, 4, 8)]
    aim = Aim(DEVICE, clocks=20)
    best = cheapest({"0": ways}, 20, aim.budget)
    assert best is not None
    made = estimated([ways], aim)
    assert made.clocks == 16
    assert made.cells == best["0"].cells.rounded()


def test_what_lies_between_layers_is_set_aside() -> None:
    ways = [candidate(64 // n, (0, 0, 30 * n, 0, 0)) for n in (1, 2, 3)]
    aim = Aim(DEVICE)
    unseen = Cells(block_rams=DEVICE.block_rams * 0.2)
    alone = estimate({"a": Ways.of(ways)}, aim)
    beside = estimate({"a": Ways.of(ways)}, aim, unseen, floor=40)
    assert (alone.clocks, beside.clocks) == (21, 40)
    assert beside.cells.block_rams <= DEVICE.block_rams


@given(st.lists(CANDIDATES, min_size=1, max_size=8), st.integers(1, 6))
def test_ways_that_only_waste_are_not_chosen_among(each: list[Candidate], clocks: int) -> None:
    ways = Ways.of(each)
    worth = set(ways.worth(clocks).tolist())
    assert all(ways.clocks[n] <= clocks for n in worth)
    for n in range(len(each)):
        if ways.clocks[n] <= clocks:  # it is there, or what takes no more of anything is
            assert n in worth or any((ways.cells[k] <= ways.cells[n]).all() for k in worth)
    for a in worth:
        assert not any((ways.cells[b] <= ways.cells[a]).all() for b in worth - {a})


@given(LAYERS, st.integers(1, 3))
def test_layers_of_a_kind_are_counted(layers: list[list[Candidate]], times: int) -> None:
    """The same array for several layers, and one for each: mixes that cost the same."""
    limits = np.array(Aim(DEVICE).budget.amounts)
    arrays = [np.array([each.cells.amounts for each in ways]) for ways in layers] * times
    together, apart = best_mix(arrays, limits), best_mix([each.copy() for each in arrays], limits)
    assert (together is None) == (apart is None)
    if together is not None and apart is not None:
        assert cost(arrays, together, limits) == pytest.approx(
            cost(arrays, apart, limits), rel=0.011
        )  # each may miss the optimum by half of that


def cost(arrays: list[NDArray[np.float64]], mix: list[int], limits: NDArray[np.float64]) -> float:
    used = sum(each[n] for each, n in zip(arrays, mix, strict=True)) / np.maximum(limits, 1)
    assert (used <= 1 + 1e-6).all()
    return float(used @ np.array(WEIGHTS.amounts) + SCARCEST * used.max())


def test_what_does_not_fit_is_told() -> None:
    made = estimated([[candidate(1, (0, 0, 40, 0, 0))]] * 3, Aim(DEVICE))
    assert not made.fits
    assert made.cells.block_rams > DEVICE.block_rams
