"""Trees against exhaustive search, and on data with nothing to split."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from tabfab.compiler.encoding import encode
from tabfab.compiler.learn.tree import best_splits, learn_tree_encoder
from tabfab.compiler.program import INT8, UINT8, ActivationType


def spread(points: NDArray[np.float64]) -> float:
    return float(((points - points.mean(axis=0)) ** 2).sum()) if len(points) else 0.0


def least_error(x: NDArray[np.int64], features: NDArray[np.float64]) -> float:
    """The least squared error that one split of the points leaves, by trying all."""
    errors = [spread(features)]
    for dimension in range(x.shape[1]):
        for threshold in np.unique(x[:, dimension]):
            right = x[:, dimension] > threshold
            errors.append(spread(features[right]) + spread(features[~right]))
    return min(errors)


@given(
    seed=st.integers(0, 2**32 - 1),
    count=st.integers(1, 40),
    length=st.integers(1, 4),
    kind=st.sampled_from([UINT8, INT8, ActivationType(3, signed=True)]),
)
@settings(max_examples=60, deadline=None)
def test_split_leaves_the_least_error(
    seed: int, count: int, length: int, kind: ActivationType
) -> None:
    generator = np.random.default_rng(seed)
    x = generator.integers(kind.low, kind.high + 1, (count, length))
    features = x @ generator.normal(size=(length, 3))
    features -= features.mean(axis=0)
    dimension, threshold = best_splits(x, features, np.zeros(count, np.int64), 1, kind)
    right = x[:, dimension[0]] > threshold[0]
    reached = spread(features[right]) + spread(features[~right])
    assert reached == pytest.approx(least_error(x, features), rel=1e-9, abs=1e-6)


def test_nodes_of_a_level_are_split_on_their_own() -> None:
    x = np.array([[0, 0], [0, 9], [7, 3], [7, 3], [5, 3]])
    node = np.array([0, 0, 1, 1, 1])
    dimension, threshold = best_splits(x, x.astype(float), node, 2, UINT8)
    assert dimension.tolist() == [1, 0]
    assert threshold.tolist() == [4, 5]  # in the middle of the gap, rounded down


def test_sixteen_clusters_get_sixteen_leaves() -> None:
    generator = np.random.default_rng(3)
    corners = np.array([[a, b, c, d] for a in (9, 200) for b in (30, 90) for c in (0, 8)
                        for d in (100, 255)])  # fmt: skip
    points = corners[generator.integers(16, size=500)][:, None]
    encoder = learn_tree_encoder(points, UINT8, 16)
    codes = encode(encoder, corners[:, None].astype(np.int16))
    assert sorted(codes[:, 0]) == list(range(16))


@pytest.mark.parametrize("value", [0, 5, 255])
def test_constant_points_never_go_right(value: int) -> None:
    points = np.full((50, 2, 3), value, np.int16)
    encoder = learn_tree_encoder(points, UINT8, 8)
    assert (encoder.thresholds == UINT8.high).all()
    assert (encoder.dimensions == 0).all()


def test_fewer_distinct_points_than_leaves() -> None:
    points = np.array([[[1, 2]], [[1, 2]], [[100, 7]]], np.int16)
    encoder = learn_tree_encoder(points, INT8, 16)
    assert (encoder.thresholds != INT8.high).sum() == 1
    assert len(np.unique(encode(encoder, points))) == 2


def test_metric_decides_what_is_worth_splitting() -> None:
    generator = np.random.default_rng(0)
    points = np.stack([generator.integers(0, 255, 300), generator.integers(0, 9, 300)], axis=1)
    ignore_first = np.array([[[0.0], [1.0]]])
    encoder = learn_tree_encoder(points[:, None], UINT8, 4, ignore_first)
    assert (encoder.dimensions == 1).all()
    assert learn_tree_encoder(points[:, None], UINT8, 4).dimensions[0, 0] == 0


def test_one_point() -> None:
    encoder = learn_tree_encoder(np.array([[[3]]], np.int16), UINT8, 2)
    assert encoder.thresholds.tolist() == [[255]]
