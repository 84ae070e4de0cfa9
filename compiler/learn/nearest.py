"""Learning prototypes by k-means (TabConv, arXiv 2404.05872, section 3.1)."""

from __future__ import annotations

import warnings

import numpy as np
from numpy.typing import NDArray
from sklearn.cluster import KMeans, MiniBatchKMeans
from sklearn.exceptions import ConvergenceWarning
from threadpoolctl import threadpool_limits

from ..program import ActivationType, NearestEncoder

_MANY = 256
"""Prototypes beyond which drawing good starting points costs more than it gains."""
_ITERATIONS = 3
"""Of k-means with many prototypes: a few points to each, so there is little left to move."""


def learn_nearest_encoder(
    points: NDArray[np.integer], kind: ActivationType, prototypes: int, seed: int
) -> NearestEncoder:
    """K prototypes per subspace, rounded to the grid of the activations.

    Where there are fewer distinct points than prototypes, the first prototype is repeated; the
    encoder prefers the lowest number on a tie, so the repetitions are never taken.

    Parameters
    ----------
    points: (points, subspaces, length) integers of `kind`, at least one point.
    kind: the integers that may arrive.
    prototypes: rows of each codebook (K).
    seed: of the k-means start.
    """
    _, subspaces, length = points.shape
    centers = np.empty((subspaces, prototypes, length), np.int16)
    for subspace in range(subspaces):
        x = points[:, subspace]
        distinct = np.unique(x, axis=0)
        if len(distinct) > prototypes:
            means = _many_means if prototypes > _MANY else _k_means
            found = means(x.astype(np.float32), prototypes, seed)
            distinct = np.unique(np.rint(found).clip(kind.low, kind.high), axis=0)
        centers[subspace] = distinct[0]
        centers[subspace, : len(distinct)] = distinct
    return NearestEncoder(centers)


def _k_means(x: NDArray[np.float32], clusters: int, seed: int) -> NDArray[np.float32]:
    means = MiniBatchKMeans(
        clusters, random_state=seed, batch_size=4096, n_init=3, max_iter=50, init_size=8192
    )
    # One mini-batch is too little work to share: its threads would mostly wait for each other.
    with threadpool_limits(limits=1), warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        means.fit(x)
    centers: NDArray[np.float32] = means.cluster_centers_
    return centers


def _many_means(x: NDArray[np.float32], clusters: int, seed: int) -> NDArray[np.float32]:
    means = KMeans(clusters, init="random", n_init=1, max_iter=_ITERATIONS, random_state=seed)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        means.fit(x)
    centers: NDArray[np.float32] = means.cluster_centers_
    return centers
