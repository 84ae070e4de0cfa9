"""Learning prototypes by k-means (TabConv, arXiv 2404.05872, section 3.1)."""

from __future__ import annotations

import warnings
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import torch
from numpy.typing import NDArray
from sklearn.cluster import KMeans, MiniBatchKMeans
from sklearn.exceptions import ConvergenceWarning
from threadpoolctl import threadpool_limits

from ...program import ActivationType, NearestEncoder

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

    def learn(subspace: int) -> NDArray[np.int16]:
        # OpenMP's limit is each thread's own.
        with threadpool_limits(limits=1):
            return _codebook(points[:, subspace], kind, prototypes, seed)

    # One subspace a thread: k-means that share theirs add up in another order every time.
    workers = torch.get_num_threads()
    with (
        threadpool_limits(limits=1),
        warnings.catch_warnings(),
        ThreadPoolExecutor(workers) as pool,
    ):
        warnings.simplefilter("ignore", ConvergenceWarning)
        return NearestEncoder(np.stack(list(pool.map(learn, range(points.shape[1])))))


def _codebook(
    x: NDArray[np.integer], kind: ActivationType, prototypes: int, seed: int
) -> NDArray[np.int16]:
    """(K, length) prototypes of the points (points, length) of one subspace."""
    distinct = np.unique(x, axis=0)
    if len(distinct) > prototypes:
        found = _means(prototypes, seed).fit(x.astype(np.float32)).cluster_centers_
        distinct = np.unique(np.rint(found).clip(kind.low, kind.high), axis=0)
    centers = np.empty((prototypes, x.shape[1]), np.int16)
    centers[:] = distinct[0]
    centers[: len(distinct)] = distinct
    return centers


def _means(clusters: int, seed: int) -> KMeans | MiniBatchKMeans:
    if clusters > _MANY:
        return KMeans(clusters, init="random", n_init=1, max_iter=_ITERATIONS, random_state=seed)
    return MiniBatchKMeans(
        clusters, random_state=seed, batch_size=4096, n_init=3, max_iter=50, init_size=8192
    )
