"""Estimates of plans, against the planner's own integer program."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from tabfab.hw.device.cells import RESOURCES, Cells
from tabfab.hw.device.devices import find_device
from tabfab.hw.engine.folding import Folding
from tabfab.hw.plan.estimate import Estimate, Ways, estimate
from tabfab.hw.plan.fit import Aim
from tabfab.hw.plan.search import Candidate, cheapest, fastest, undominated

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


def test_what_does_not_fit_is_told() -> None:
    made = estimated([[candidate(1, (0, 0, 40, 0, 0))]] * 3, Aim(DEVICE))
    assert not made.fits
    assert made.cells.block_rams > DEVICE.block_rams
