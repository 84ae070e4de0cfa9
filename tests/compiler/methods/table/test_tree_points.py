"""Points taken together, and their order."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tabfab.compiler.methods.table.tree_points import NodeOrder, distinct_points


@pytest.mark.parametrize("length", [1, 2, 9])
@given(seed=st.integers(0, 2**32 - 1))
def test_no_point_is_lost(length: int, seed: int) -> None:
    random = np.random.default_rng(seed)
    points = random.integers(-128, 128, (50, 2, length)) // random.integers(1, 90)
    metric = random.normal(size=(2, length, 3))
    own = distinct_points(points, metric)
    for tree in range(2):
        here = own.tree == tree
        again = np.repeat(own.x[here], own.weight[here].astype(int), axis=0)
        assert sorted(again.tolist()) == sorted(points[:, tree].tolist())
        features = points[:, tree] @ metric[tree]
        expected = own.x[here] @ metric[tree] - features.mean(axis=0)
        assert own.features[here] == pytest.approx(expected, abs=1e-9)


def test_equal_points_are_taken_together() -> None:
    own = distinct_points(np.array([[[0, 7]], [[0, 7]], [[3, 1]]]))
    assert sorted(zip(own.x.tolist(), own.weight, strict=True)) == [([0, 7], 2.0), ([3, 1], 1.0)]


def test_vectors_too_long_to_compare_stay_as_they_are() -> None:
    points = np.random.default_rng(0).integers(0, 256, (5, 1, 9))
    points[0] = points[1]
    assert len(distinct_points(points).x) == 5


@given(seed=st.integers(0, 2**32 - 1))
def test_sums_up_to_every_cut(seed: int) -> None:
    random = np.random.default_rng(seed)
    x, node = random.integers(-5, 5, 30), random.integers(0, 4, 30)
    values = random.normal(size=30)
    order = NodeOrder(x, node, 7)
    sums = order.up_to(values)
    cuts = [(n, v) for n in range(4) for v in sorted(set(x[node == n].tolist()))]
    assert len(cuts) == len(sums) == len(order.thresholds)
    for (number, value), found, threshold in zip(cuts, sums, order.thresholds, strict=True):
        own = node == number
        assert found == pytest.approx(values[own & (x <= value)].sum())
        above = x[own & (x > value)]
        assert threshold == (value + (above.min() if len(above) else 8) - 1) // 2
    assert order.nodes.tolist() == sorted(set(node.tolist()))
    assert order.lowest.tolist() == [x[node == number].min() for number in order.nodes]
    best = order.best(sums)
    for number, at in zip(order.nodes, best, strict=True):
        own = [n for n, _ in cuts].index(number), sum(n <= number for n, _ in cuts)
        assert at == own[0] + int(np.argmax(sums[own[0] : own[1]]))
