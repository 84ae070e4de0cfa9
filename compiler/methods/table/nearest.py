"""Learning prototypes by k-means (TabConv, arXiv 2404.05872, section 3.1), or by k-medians."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import torch
from numpy.typing import NDArray
from sklearn.cluster import KMeans, MiniBatchKMeans
from sklearn.exceptions import ConvergenceWarning
from threadpoolctl import threadpool_limits

from ...program import ActivationType, NearestEncoder, NearestL1Encoder
from .lookup import encode

_MANY = 256
"""Prototypes beyond which drawing good starting points costs more than it gains."""
_ITERATIONS = 3
"""Of k-means with many prototypes: a few points to each, so there is little left to move."""
_MEDIANS = 10
"""Rounds of k-medians, at most."""


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

    def learn(x: NDArray[np.integer]) -> NDArray[np.int16]:
        return _codebook(x, kind, prototypes, seed)

    return NearestEncoder(_by_subspace(learn, points))


def learn_nearest_l1_encoder(
    points: NDArray[np.integer], kind: ActivationType, prototypes: int, seed: int
) -> NearestL1Encoder:
    """K prototypes per subspace for L1 distances: k-medians, from the prototypes of k-means.

    In turn each point goes to the nearest prototype, and each prototype to the median of its
    points, element by element, which no other place has less L1 distance to. Those without points
    stay where they are.

    Parameters
    ----------
    points, kind, prototypes, seed: see `learn_nearest_encoder`.
    """

    def learn(x: NDArray[np.integer]) -> NDArray[np.int16]:
        centers = _codebook(x, kind, prototypes, seed)
        integers = torch.from_numpy(x.astype(np.int16))[:, None]
        for _ in range(_MEDIANS):
            codes = encode(NearestL1Encoder(centers[None]), integers)[:, 0].numpy()
            moved = _medians(x, codes, centers)
            if (moved == centers).all():
                break
            centers = moved
        return centers

    return NearestL1Encoder(_by_subspace(learn, points))


def _by_subspace(
    learn: Callable[[NDArray[np.integer]], NDArray[np.int16]], points: NDArray[np.integer]
) -> NDArray[np.int16]:
    """(subspaces, K, length): what `learn` makes of the points of each subspace."""

    def alone(subspace: int) -> NDArray[np.int16]:
        # OpenMP's limit is each thread's own.
        with threadpool_limits(limits=1):
            return learn(points[:, subspace])

    # One subspace a thread: k-means that share theirs add up in another order every time.
    workers = torch.get_num_threads()
    with (
        threadpool_limits(limits=1),
        warnings.catch_warnings(),
        ThreadPoolExecutor(workers) as pool,
    ):
        warnings.simplefilter("ignore", ConvergenceWarning)
        return np.stack(list(pool.map(alone, range(points.shape[1]))))


def _medians(
    x: NDArray[np.integer], codes: NDArray[np.int64], centers: NDArray[np.int16]
) -> NDArray[np.int16]:
    """(K, length): the median of each code's points, `centers` where there are none."""
    found = centers.copy()
    order = np.argsort(codes, kind="stable")
    used, first = np.unique(codes[order], return_index=True)
    for code, members in zip(used, np.split(x[order], first[1:]), strict=True):
        middle = (len(members) - 1) // 2  # the lower one of two: a median that is an integer
        found[code] = np.partition(members, middle, axis=0)[middle]
    return found


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
