"""Prototypes of k-means."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from tabfab.compiler.methods.table.nearest import learn_nearest_encoder
from tabfab.compiler.program import UINT8
from tabfab.compiler.program.encoding import encode


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


@pytest.mark.parametrize("prototypes", [16, 512])
def test_threads_change_nothing(monkeypatch: pytest.MonkeyPatch, prototypes: int) -> None:
    points = np.random.default_rng(2).integers(0, 256, (4000, 3, 5)).astype(np.int16)
    found = []
    for threads in (1, 3):
        monkeypatch.setattr(torch, "get_num_threads", lambda threads=threads: threads)
        found.append(learn_nearest_encoder(points, UINT8, prototypes, seed=1).points)
    assert (found[0] == found[1]).all()


def test_many_prototypes_leave_less_error_than_drawing_points() -> None:
    generator = np.random.default_rng(3)
    points = generator.normal(128, 30, (4000, 1, 3)).clip(0, 255).astype(np.int16)
    encoder = learn_nearest_encoder(points, UINT8, 512, seed=0)

    def error(prototypes: np.ndarray) -> float:
        distances = ((points[:, 0, None] - prototypes[None]).astype(float) ** 2).sum(axis=-1)
        return float(distances.min(axis=1).mean())

    drawn = points[generator.choice(len(points), 512, replace=False), 0]
    assert error(encoder.points[0]) < 0.9 * error(drawn)
