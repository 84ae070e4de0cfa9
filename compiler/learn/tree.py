"""Learning comparator trees: greedy splits, each the best there is, then improved together.

The bucket splitting of Blalock and Guttag's Maddness (arXiv 2106.10860, section 4.1, algorithm
2), with two changes: every node has its own split dimension instead of one for its level, and
every threshold on the integer grid is tried through prefix sums over histograms, so the split of
a node is exactly the one that leaves the least squared error. A tree may also have more levels
than its codes have bits: its leaves are then merged onto the prototypes.
"""

from __future__ import annotations

import warnings

import numpy as np
from numpy.typing import NDArray
from sklearn.cluster import KMeans
from sklearn.exceptions import ConvergenceWarning
from threadpoolctl import threadpool_limits

from ..program import ActivationType, TreeEncoder
from .refine_tree import group_means, middle_of_gap, refine_tree

Points = NDArray[np.integer]
"""(points, subspaces, length)."""

_STARTS = 4
"""Random starts of the k-means that merges leaves; the best is taken."""


def learn_tree_encoder(
    points: Points,
    kind: ActivationType,
    prototypes: int,
    metric: NDArray[np.float64] | None = None,
    levels: int | None = None,
    seed: int = 0,
) -> TreeEncoder:
    """One tree per subspace.

    Parameters
    ----------
    points: (points, subspaces, length) integers of `kind`, at least one point.
    kind: the integers that may arrive.
    prototypes: codes of each tree (K), a power of two.
    metric: (subspaces, length, features): squared errors are those of ``point @ metric``, so
        that an error counts as much as the layer's weights make of it; errors of the points
        themselves if it is not given.
    levels: of each tree, at least log2 of `prototypes`, which is the default; with more the
        leaves are merged.
    seed: of the start of merging.
    """
    _, subspaces, length = points.shape
    least = prototypes.bit_length() - 1
    leaves = 1 << (least if levels is None else max(levels, least))
    dimensions = np.zeros((subspaces, leaves - 1), np.int16)
    thresholds = np.zeros((subspaces, leaves - 1), np.int16)
    codes = np.zeros((subspaces, leaves), np.uint8)
    for subspace in range(subspaces):
        x = points[:, subspace].astype(np.int64)
        features = x.astype(np.float64) if metric is None else x @ metric[subspace]
        # Sums of centered features lose no digits where all points are far from zero.
        features = features - features.mean(axis=0)
        tree, leaf = _grow(x, features, kind, leaves)
        merged = None if leaves == prototypes else _merge(features, leaf, leaves, prototypes, seed)
        refine_tree(x, features, *tree, kind, merged)
        dimensions[subspace], thresholds[subspace] = tree
        if merged is not None:
            codes[subspace] = merged
    return TreeEncoder(
        dimensions, thresholds, length, leaf_codes=None if leaves == prototypes else codes
    )


def _grow(
    x: NDArray[np.int64], features: NDArray[np.float64], kind: ActivationType, leaves: int
) -> tuple[tuple[NDArray[np.int64], NDArray[np.int64]], NDArray[np.int64]]:
    """Split dimensions and thresholds, (leaves - 1,) each in heap order; the leaf of each point."""
    dimensions = np.zeros(leaves - 1, np.int64)
    thresholds = np.zeros(leaves - 1, np.int64)
    node = np.zeros(len(x), np.int64)
    for level in range(leaves.bit_length() - 1):
        nodes = 1 << level
        dimension, threshold = best_splits(x, features, node, nodes, kind)
        dimensions[nodes - 1 : 2 * nodes - 1] = dimension
        thresholds[nodes - 1 : 2 * nodes - 1] = threshold
        value = np.take_along_axis(x, dimension[node][:, None], axis=1)[:, 0]
        node = 2 * node + (value > threshold[node])
    return (dimensions, thresholds), node


def _merge(
    features: NDArray[np.float64], leaf: NDArray[np.int64], leaves: int, prototypes: int, seed: int
) -> NDArray[np.int64]:
    """(leaves,) a code for each leaf: k-means of the leaves' means, weighted by their points."""
    count = np.bincount(leaf, minlength=leaves)
    reached = np.flatnonzero(count)
    codes = np.zeros(leaves, np.int64)
    if len(reached) <= prototypes:
        codes[reached] = np.arange(len(reached))
        return codes
    means = group_means(features, leaf, leaves)[reached]
    clusters = KMeans(prototypes, n_init=_STARTS, random_state=seed)
    with threadpool_limits(limits=1), warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)  # fewer distinct means than clusters
        codes[reached] = clusters.fit(means, sample_weight=count[reached]).labels_
    return codes


def best_splits(
    x: NDArray[np.int64],
    features: NDArray[np.float64],
    node: NDArray[np.int64],
    nodes: int,
    kind: ActivationType,
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """The split of every node that leaves the least squared error.

    Among the thresholds that part the points alike, the one in the middle of the gap is taken. A
    node whose points cannot be parted gets dimension 0 and the largest threshold, so that its
    right branch is never taken.

    Parameters
    ----------
    x: (points, length) integers of `kind`.
    features: (points, features) what the squared error is taken of.
    node: (points,) the node that each point has reached, in 0..nodes-1.
    nodes: how many there are.
    kind: the integers that may arrive.

    Returns
    -------
    dimensions and thresholds, (nodes,) int64 each.
    """
    values = kind.high - kind.low + 1
    best_gain = np.zeros(nodes)
    dimension = np.zeros(nodes, np.int64)
    threshold = np.full(nodes, kind.high, np.int64)
    every = np.arange(nodes)
    for candidate in range(x.shape[1]):
        cell = node * values + (x[:, candidate] - kind.low)
        count = np.bincount(cell, minlength=nodes * values).reshape(nodes, values)
        gain = np.zeros((nodes, values))
        left = count.cumsum(axis=1)
        right = left[:, -1:] - left
        for feature in features.T:
            sums = np.bincount(cell, weights=feature, minlength=nodes * values)
            sum_left = sums.reshape(nodes, values).cumsum(axis=1)
            total = sum_left[:, -1:]
            gain += sum_left**2 / np.maximum(left, 1)
            gain += (total - sum_left) ** 2 / np.maximum(right, 1)
            gain -= total**2 / np.maximum(left[:, -1:], 1)
        gain[(left == 0) | (right == 0)] = 0.0
        cut = gain.argmax(axis=1)
        better = gain[every, cut] > best_gain * (1 + 1e-12) + 1e-9
        best_gain[better] = gain[every, cut][better]
        dimension[better] = candidate
        threshold[better] = (middle_of_gap(count, cut) + kind.low)[better]
    return dimension, threshold
