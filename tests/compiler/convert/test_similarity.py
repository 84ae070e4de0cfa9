"""Cosine similarity, batch by batch."""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch
from scipy.spatial.distance import cosine
from tabfab.compiler.convert.similarity import cosine_similarity


@pytest.mark.parametrize("batch", [1, 3, 7, 100])
def test_batches_make_no_difference(batch: int) -> None:
    generator = np.random.default_rng(0)
    expected, reached = (torch.from_numpy(generator.normal(size=(7, 4, 5))) for _ in range(2))
    batches = zip(expected.split(batch), reached.split(batch), strict=True)
    of_scipy = 1 - cosine(expected.flatten(), reached.flatten())
    assert cosine_similarity(batches) == pytest.approx(of_scipy, rel=1e-12)


def test_nothing_resembles_zeros() -> None:
    assert math.isnan(cosine_similarity([(torch.ones(3), torch.zeros(3))]))
