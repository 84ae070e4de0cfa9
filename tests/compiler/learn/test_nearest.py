"""Prototypes of k-means."""

from __future__ import annotations

import numpy as np
from tabfab.compiler.encoding import encode
from tabfab.compiler.learn.nearest import learn_nearest_encoder
from tabfab.compiler.program import UINT8


def test_separate_clusters_are_found() -> None:
    generator = np.random.default_rng(0)
    centers = np.array([[10, 10], [10, 240], [240, 10], [240, 240]])
    points = centers[generator.integers(4, size=2000)] + generator.integers(-5, 6, (2000, 2))
    encoder = learn_nearest_encoder(points[:, None].astype(np.int16), UINT8, 4, seed=0)
    found = encoder.points[0][np.lexsort(encoder.points[0].T[::-1])]
    assert np.abs(found - centers).max() <= 2


def test_fewer_distinct_points_than_prototypes_are_kept_exactly() -> None:
    points = np.array([[[7, 1]], [[7, 1]], [[2, 9]]], np.int16)
    encoder = learn_nearest_encoder(points, UINT8, 8, seed=0)
    assert encoder.points.shape == (1, 8, 2)
    reached = np.take_along_axis(encoder.points[0], encode(encoder, points).astype(int), axis=0)
    assert (reached == points[:, 0]).all()


def test_constant_points() -> None:
    encoder = learn_nearest_encoder(np.zeros((10, 3, 4), np.int16), UINT8, 16, seed=0)
    assert not encoder.points.any()


def test_same_seed_gives_the_same_prototypes() -> None:
    points = np.random.default_rng(1).integers(0, 256, (3000, 2, 4)).astype(np.int16)
    first, again = (learn_nearest_encoder(points, UINT8, 16, seed=5).points for _ in range(2))
    assert (first == again).all()
