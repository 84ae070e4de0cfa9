"""Improving grown trees."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from tabfab.compiler.learn.refine_tree import descend, refine_tree
from tabfab.compiler.learn.tree import learn_tree_encoder
from tabfab.compiler.program import UINT8

Integers = NDArray[np.int64]


def error_of(x: Integers, features: NDArray[np.float64], tree: tuple[Integers, Integers]) -> float:
    depth = (len(tree[0]) + 1).bit_length() - 1
    leaf = descend(x, *tree, np.zeros(len(x), np.int64), depth)
    groups = [features[leaf == number] for number in np.unique(leaf)]
    return float(sum(((group - group.mean(axis=0)) ** 2).sum() for group in groups))


@given(seed=st.integers(0, 2**32 - 1), count=st.integers(1, 80), depth=st.integers(1, 4))
def test_the_error_never_rises(seed: int, count: int, depth: int) -> None:
    random = np.random.default_rng(seed)
    x = random.integers(0, 256, (count, 3))
    features = x @ random.normal(size=(3, 2))
    nodes = 2**depth - 1
    tree = (random.integers(0, 3, nodes), random.integers(0, 256, nodes))
    before = error_of(x, features, tree)
    refine_tree(x, features, *tree, UINT8)
    assert error_of(x, features, tree) <= before * (1 + 1e-9) + 1e-6
    assert tree[0].min() >= 0
    assert tree[0].max() < 3
    assert tree[1].min() >= 0
    assert tree[1].max() <= 255


def test_grown_trees_are_improved(monkeypatch: pytest.MonkeyPatch) -> None:
    random = np.random.default_rng(1)
    points = random.gamma(0.5, 60.0, (2000, 6, 4)).clip(0, 255).astype(np.int16)

    def total_error() -> float:
        encoder = learn_tree_encoder(points, UINT8, 16)
        trees = zip(encoder.dimensions, encoder.thresholds, strict=True)
        x = points.astype(np.int64)
        return sum(error_of(x[:, i], x[:, i].astype(float), tree) for i, tree in enumerate(trees))

    improved = total_error()
    monkeypatch.setattr("tabfab.compiler.learn.tree.refine_tree", lambda *tree: None)
    assert improved < 0.98 * total_error()


def test_a_perfect_tree_stays() -> None:
    x = np.array([[0, 0], [0, 9], [9, 0], [9, 9]])
    tree = (np.array([0, 1, 1]), np.array([4, 4, 4]))
    refine_tree(x, x.astype(float), *tree, UINT8)
    assert [side.tolist() for side in tree] == [[0, 1, 1], [4, 4, 4]]


def test_constant_points_change_nothing() -> None:
    tree = (np.zeros(3, np.int64), np.full(3, 255))
    refine_tree(np.full((9, 2), 77), np.zeros((9, 2)), *tree, UINT8)
    assert tree[1].tolist() == [255] * 3


@pytest.mark.parametrize("levels", [0, 1, 2])
def test_descend(levels: int) -> None:
    tree = (np.array([0, 1, 0]), np.array([5, 2, 9]))
    x = np.array([[5, 2], [5, 3], [9, 0], [10, 0]])
    expected = [[0, 0, 0, 0], [1, 1, 2, 2], [3, 4, 5, 6]][levels]
    assert descend(x, *tree, np.zeros(4, np.int64), levels).tolist() == expected


@given(seed=st.integers(0, 2**32 - 1), count=st.integers(1, 80), depth=st.integers(2, 5))
def test_the_error_of_merged_leaves_never_rises(seed: int, count: int, depth: int) -> None:
    random = np.random.default_rng(seed)
    x = random.integers(0, 256, (count, 3))
    features = x @ random.normal(size=(3, 2))
    features -= features.mean(axis=0)
    nodes, codes = 2**depth - 1, random.integers(0, 3, 2**depth)
    tree = (random.integers(0, 3, nodes), random.integers(0, 256, nodes))

    def error() -> float:
        leaf = descend(x, *tree, np.zeros(len(x), np.int64), depth) - nodes
        groups = [features[codes[leaf] == code] for code in np.unique(codes[leaf])]
        return float(sum(((group - group.mean(axis=0)) ** 2).sum() for group in groups))

    before = error()
    refine_tree(x, features, *tree, UINT8, codes)
    assert error() <= before * (1 + 1e-9) + 1e-6
    assert 0 <= codes.min() <= codes.max() <= 2
