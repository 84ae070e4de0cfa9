"""Trees against exhaustive search, and on data with nothing to split."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from tabfab.compiler.methods.table.tree import best_splits, learn_tree_encoder
from tabfab.compiler.methods.table.tree_points import TreePoints
from tabfab.compiler.program import INT8, UINT8, ActivationType, TreeEncoder
from tabfab.compiler.program.encoding import encode

from support.profiles import examples


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
@examples(60)
def test_split_leaves_the_least_error(
    seed: int, count: int, length: int, kind: ActivationType
) -> None:
    generator = np.random.default_rng(seed)
    x = generator.integers(kind.low, kind.high + 1, (count, length))
    features = x @ generator.normal(size=(length, 3))
    features -= features.mean(axis=0)
    points = TreePoints(x, features, np.ones(count), np.zeros(count, np.int64), 1)
    dimension, threshold = best_splits(points, np.zeros(count, np.int64), 1, kind)
    right = x[:, dimension[0]] > threshold[0]
    reached = spread(features[right]) + spread(features[~right])
    assert reached == pytest.approx(least_error(x, features), rel=1e-9, abs=1e-6)


def test_nodes_of_a_level_are_split_on_their_own() -> None:
    x = np.array([[0, 0], [0, 9], [7, 3], [7, 3], [5, 3]])
    node = np.array([0, 0, 1, 1, 1])
    points = TreePoints(x, x - x.mean(axis=0), np.ones(5), np.zeros(5, np.int64), 1)
    dimension, threshold = best_splits(points, node, 2, UINT8)
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


def reconstruction_error(encoder: TreeEncoder, x: NDArray[np.int64]) -> float:
    code = encode(encoder, x[:, None].astype(np.int16))[:, 0]
    return sum(spread(x[code == number].astype(float)) for number in range(encoder.prototypes))


@pytest.fixture(scope="module")
def blobs() -> NDArray[np.int64]:
    """Points around twelve random centers, which no tree of four levels tells apart well."""
    generator = np.random.default_rng(7)
    centers = generator.integers(20, 236, (12, 4))
    points = centers[generator.integers(0, 12, 3000)] + generator.normal(0, 20, (3000, 4))
    return np.rint(points).clip(0, 255).astype(np.int64)


def test_merged_leaves_beat_a_tree_of_as_many_prototypes(blobs: NDArray[np.int64]) -> None:
    plain = learn_tree_encoder(blobs[:, None], UINT8, 8)
    deep = learn_tree_encoder(blobs[:, None], UINT8, 8, levels=6)
    assert (deep.leaves, deep.prototypes, deep.levels, deep.code_bits) == (64, 8, 6, 3)
    assert deep.leaf_codes is not None
    assert reconstruction_error(deep, blobs) < 0.9 * reconstruction_error(plain, blobs)


def test_many_levels_come_near_to_k_means(blobs: NDArray[np.int64]) -> None:
    from sklearn.cluster import KMeans

    best = KMeans(8, n_init=8, random_state=0).fit(blobs).inertia_
    deep = learn_tree_encoder(blobs[:, None], UINT8, 8, levels=8)
    assert reconstruction_error(deep, blobs) < 1.05 * best


def test_merging_is_repeatable(blobs: NDArray[np.int64]) -> None:
    first, second = (learn_tree_encoder(blobs[:, None], UINT8, 4, levels=5) for _ in range(2))
    assert first.leaf_codes is not None
    np.testing.assert_array_equal(first.leaf_codes, second.leaf_codes)
    np.testing.assert_array_equal(first.thresholds, second.thresholds)


def test_fewer_points_than_prototypes_keep_a_code_each() -> None:
    x = np.array([[0, 0], [5, 9], [200, 3]])
    deep = learn_tree_encoder(x[:, None], UINT8, 4, levels=4)
    assert len(set(encode(deep, x[:, None].astype(np.int16))[:, 0].tolist())) == 3


def test_fewer_levels_than_the_codes_need_are_made_up(blobs: NDArray[np.int64]) -> None:
    shallow = learn_tree_encoder(blobs[:, None], UINT8, 16, levels=2)
    assert (shallow.levels, shallow.leaf_codes) == (4, None)
