"""Improving grown trees."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from tabfab.compiler.methods.table.refine_tree import descend, refine_trees, split_level
from tabfab.compiler.methods.table.tree import learn_tree_encoder
from tabfab.compiler.methods.table.tree_points import TreePoints, distinct_points
from tabfab.compiler.program import UINT8

Integers = NDArray[np.int64]
Metric = NDArray[np.float64]


def leaf_of(point: Integers, dimensions: Integers, thresholds: Integers) -> int:
    """Down one tree, in plain Python."""
    node = 0
    while node < len(dimensions):
        node = 2 * node + 1 + int(point[dimensions[node]] > thresholds[node])
    return node - len(dimensions)


def error_of(
    x: Integers,
    features: NDArray[np.float64],
    tree: tuple[Integers, Integers],
    codes: Integers | None = None,
) -> float:
    leaf = np.array([leaf_of(point, *tree) for point in x])
    code = leaf if codes is None else codes[leaf]
    groups = [features[code == number] for number in np.unique(code)]
    return float(sum(((group - group.mean(axis=0)) ** 2).sum() for group in groups))


def draw(random: np.random.Generator, count: int, trees: int) -> tuple[Integers, Metric]:
    """(points, trees, 3) integers, many of them equal, and what their features are."""
    points = random.integers(0, 256, (count, trees, 3)) // random.integers(1, 100)
    return points, random.normal(size=(trees, 3, 2))


@given(
    seed=st.integers(0, 2**32 - 1),
    count=st.integers(1, 80),
    depth=st.integers(1, 4),
    trees=st.integers(1, 3),
)
def test_the_error_never_rises(seed: int, count: int, depth: int, trees: int) -> None:
    random = np.random.default_rng(seed)
    points, metric = draw(random, count, trees)
    shape = (trees, 2**depth - 1)
    splits = random.integers(0, 3, shape), random.integers(0, 256, shape)

    def errors() -> list[float]:
        return [
            error_of(x, x @ own, (splits[0][number], splits[1][number]))
            for number, (x, own) in enumerate(zip(points.swapaxes(0, 1), metric, strict=True))
        ]

    before = errors()
    refine_trees(distinct_points(points, metric), *splits, UINT8)
    for now, then in zip(errors(), before, strict=True):
        assert now <= then * (1 + 1e-9) + 1e-6
    assert splits[0].min() >= 0
    assert splits[0].max() < 3
    assert splits[1].min() >= 0
    assert splits[1].max() <= 255


def test_trees_are_improved_each_on_its_own() -> None:
    random = np.random.default_rng(5)
    points, metric = draw(random, 200, 4)
    splits = random.integers(0, 3, (4, 7)), random.integers(0, 256, (4, 7))
    alone = []
    for tree in range(4):
        one = slice(tree, tree + 1)
        own = splits[0][one].copy(), splits[1][one].copy()
        refine_trees(distinct_points(points[:, one], metric[one]), *own, UINT8)
        alone.append(own)
    refine_trees(distinct_points(points, metric), *splits, UINT8)
    for side in (0, 1):
        assert np.concatenate([own[side] for own in alone]).tolist() == splits[side].tolist()


def test_grown_trees_are_improved(monkeypatch: pytest.MonkeyPatch) -> None:
    random = np.random.default_rng(1)
    points = random.gamma(0.5, 60.0, (2000, 6, 4)).clip(0, 255).astype(np.int16)

    def total_error() -> float:
        encoder = learn_tree_encoder(points, UINT8, 16)
        trees = zip(encoder.dimensions, encoder.thresholds, strict=True)
        x = points.astype(np.int64)
        return sum(error_of(x[:, i], x[:, i].astype(float), tree) for i, tree in enumerate(trees))

    improved = total_error()
    monkeypatch.setattr("tabfab.compiler.methods.table.tree.refine_trees", lambda *trees: None)
    assert improved < 0.98 * total_error()


def test_a_perfect_tree_stays() -> None:
    x = np.array([[0, 0], [0, 9], [9, 0], [9, 9]])
    tree = (np.array([[0, 1, 1]]), np.array([[4, 4, 4]]))
    refine_trees(distinct_points(x[:, None]), *tree, UINT8)
    assert [side.tolist() for side in tree] == [[[0, 1, 1]], [[4, 4, 4]]]


def test_constant_points_change_nothing() -> None:
    tree = (np.zeros((1, 3), np.int64), np.full((1, 3), 255))
    refine_trees(distinct_points(np.full((9, 1, 2), 77)), *tree, UINT8)
    assert tree[1].tolist() == [[255] * 3]


@pytest.mark.parametrize("levels", [0, 1, 2])
def test_descend(levels: int) -> None:
    trees = (np.array([[0, 1, 0], [1, 1, 1]]), np.array([[5, 2, 9], [0, 0, 0]]))
    x = np.array([[5, 2], [5, 3], [9, 0], [10, 0], [9, 1]])
    points = TreePoints(x, x.astype(float), np.ones(5), np.array([0, 0, 0, 0, 1]), 2)
    expected = [[0, 0, 0, 0, 0], [1, 1, 2, 2, 2], [3, 4, 5, 6, 6]][levels]
    assert descend(points, *trees, np.zeros(5, np.int64), levels).tolist() == expected


@given(
    seed=st.integers(0, 2**32 - 1),
    count=st.integers(1, 80),
    depth=st.integers(2, 5),
    trees=st.integers(1, 3),
)
def test_the_error_of_merged_leaves_never_rises(
    seed: int, count: int, depth: int, trees: int
) -> None:
    random = np.random.default_rng(seed)
    points, metric = draw(random, count, trees)
    shape = (trees, 2**depth - 1)
    splits = random.integers(0, 3, shape), random.integers(0, 256, shape)
    codes = random.integers(0, 3, (trees, 2**depth))

    def errors() -> list[float]:
        return [
            error_of(x, x @ own, (splits[0][number], splits[1][number]), codes[number])
            for number, (x, own) in enumerate(zip(points.swapaxes(0, 1), metric, strict=True))
        ]

    before = errors()
    refine_trees(distinct_points(points, metric), *splits, UINT8, codes)
    for now, then in zip(errors(), before, strict=True):
        assert now <= then * (1 + 1e-9) + 1e-6
    assert 0 <= codes.min() <= codes.max() <= 2


@given(seed=st.integers(0, 2**32 - 1), trees=st.integers(1, 2))
def test_a_level_gets_its_best_splits(seed: int, trees: int) -> None:
    """Against trying every split of every node."""
    random = np.random.default_rng(seed)
    points, metric = draw(random, 20, trees)
    own = distinct_points(points, metric)
    splits = random.integers(0, 3, (trees, 3)), random.integers(0, 256, (trees, 3))
    root = splits[0][:, 0].copy(), splits[1][:, 0].copy()
    saved = random.normal(size=len(own.x))
    node = descend(own, *splits, np.zeros(len(own.x), np.int64), 1)
    split_level(own, saved, *splits, node, 1, UINT8)
    for tree in range(trees):
        for number in (1, 2):
            here = (own.tree == tree) & (node == number)
            x, gain = own.x[here], saved[here]
            sums = np.array([[gain[x[:, d] <= t].sum() for t in range(256)] for d in range(3)])
            found = sums[splits[0][tree, number], splits[1][tree, number]]
            assert found >= sums.max() - 1e-6
    assert (splits[0][:, 0] == root[0]).all()
    assert (splits[1][:, 0] == root[1]).all()
