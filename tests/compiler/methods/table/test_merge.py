"""Merging leaves, against merging the cheapest pair in plain Python."""

from __future__ import annotations

import itertools

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from tabfab.compiler.methods.table.merge import merge_leaves


def merged_error(means: np.ndarray, count: np.ndarray, codes: np.ndarray) -> float:
    """Squared error that merging adds."""
    error = 0.0
    for code in np.unique(codes):
        own = (codes == code) & (count > 0)
        if own.any():
            center = np.average(means[own], axis=0, weights=count[own])
            error += float((count[own] * np.square(means[own] - center).sum(axis=1)).sum())
    return error


def greedily(means: np.ndarray, count: np.ndarray, prototypes: int) -> float:
    """The error of always merging the two groups that cost least."""
    groups = [[leaf] for leaf in np.flatnonzero(count)]

    def error(groups: list[list[int]]) -> float:
        codes = np.zeros(len(count), np.int64)
        for code, group in enumerate(groups):
            codes[group] = code
        return merged_error(means, count, codes)

    while len(groups) > prototypes:
        tries = [
            [group for n, group in enumerate(groups) if n not in pair]
            + [groups[pair[0]] + groups[pair[1]]]
            for pair in itertools.combinations(range(len(groups)), 2)
        ]
        groups = min(tries, key=error)
    return error(groups)


@given(
    seed=st.integers(0, 2**32 - 1),
    trees=st.integers(1, 3),
    leaves=st.sampled_from([4, 8, 16]),
    prototypes=st.sampled_from([2, 4]),
)
def test_the_cheapest_pairs_are_merged(seed: int, trees: int, leaves: int, prototypes: int) -> None:
    random = np.random.default_rng(seed)
    means = random.normal(size=(trees, leaves, 2))
    count = random.integers(0, 5, (trees, leaves)).astype(float)
    codes = merge_leaves(means, count, prototypes)
    assert codes.min() >= 0
    for own, weight, code in zip(means, count, codes, strict=True):
        used = np.unique(code[weight > 0])
        assert used.tolist() == list(range(min(prototypes, int((weight > 0).sum()))))
        assert merged_error(own, weight, code) <= greedily(own, weight, prototypes) + 1e-9


def test_far_groups_stay_apart() -> None:
    means = np.array([[[0.0], [9.0], [0.1], [9.1], [50.0], [4.0], [9.2], [0.2]]])
    codes = merge_leaves(means, np.ones((1, 8)), 4)[0]
    assert codes[0] == codes[2] == codes[7]
    assert codes[1] == codes[3] == codes[6]
    assert len({codes[0], codes[1], codes[4], codes[5]}) == 4
