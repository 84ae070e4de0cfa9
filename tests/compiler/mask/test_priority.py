"""Priority masks: orders, and where they are cut."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tabfab.compiler.mask.budget import Candidate, choose_candidates
from tabfab.compiler.mask.priority import by_loss, by_similarity, fewest_exact, most_exact


def test_least_similar_first_and_unknown_last() -> None:
    similarities = {"a": 0.9, "b": 0.7, "c": math.nan, "d": 0.8}
    assert by_similarity(similarities) == ["b", "d", "a", "c"]


def test_most_loss_for_each_operation_first() -> None:
    losses = {"cheap": 0.1, "dear": 0.1, "useless": 0.0, "free": 0.0}
    saved = {"cheap": 100, "dear": 10, "useless": -5, "free": 3}
    assert by_loss(losses, saved) == ["useless", "dear", "cheap", "free"]


@pytest.mark.parametrize(
    ("least", "kept"), [(0, 3), (20, 2), (21, 1), (60, 1), (61, 0), (100, 0), (100.5, None)]
)
def test_keeps_as_many_exact_as_the_operations_allow(least: float, kept: int | None) -> None:
    assert most_exact(["a", "b", "c"], {"a": 40, "b": 40, "c": 20}, least) == kept


@pytest.mark.parametrize("threshold", [*range(8), None])
def test_bisection_finds_the_least(threshold: int | None) -> None:
    asked: list[int] = []

    def reached(kept: int) -> bool:
        asked.append(kept)
        return threshold is not None and kept >= threshold

    assert fewest_exact(7, reached) == threshold
    assert len(asked) <= 4


def best_by_trying(
    layers: list[list[Candidate]], operations: float | None, stored: float | None
) -> float | None:
    losses = [
        sum(candidate.loss for candidate in choice)
        for choice in itertools.product(*layers)
        if (operations is None or sum(each.operations for each in choice) <= operations)
        and (stored is None or sum(each.stored for each in choice) <= stored)
    ]
    return min(losses) if losses else None


@given(seed=st.integers(0, 2**32 - 1))
def test_budget_is_met_as_well_as_trying_everything_can(seed: int) -> None:
    random = np.random.default_rng(seed)
    layers = [
        [
            Candidate(
                float(random.choice([0.0, random.random(), random.random() ** 8])),
                int(random.integers(0, 10**6)),
                int(random.integers(1, 10**5)),
            )
            for _ in range(random.integers(1, 4))
        ]
        for _ in range(random.integers(1, 6))
    ]
    operations = None if random.random() < 0.3 else float(random.random() * 5e5 * len(layers))
    stored = None if random.random() < 0.3 else float(random.random() * 1e5 * len(layers))
    best = best_by_trying(layers, operations, stored)
    chosen = choose_candidates(layers, operations, stored)
    if best is None:
        assert chosen is None
        return
    assert chosen is not None
    picked = [layer[number] for layer, number in zip(layers, chosen, strict=True)]
    assert operations is None or sum(each.operations for each in picked) <= operations
    assert stored is None or sum(each.stored for each in picked) <= stored
    assert sum(each.loss for each in picked) == pytest.approx(best, rel=1e-6, abs=1e-9)
