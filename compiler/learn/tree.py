"""Learning comparator trees: greedy splits, each the best there is, then improved together.

The bucket splitting of Blalock and Guttag's Maddness (arXiv 2106.10860, section 4.1, algorithm
2), with two changes: every node has its own split dimension instead of one for its level, and
every threshold on the integer grid is tried through prefix sums over histograms, so the split of
a node is exactly the one that leaves the least squared error.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ..program import ActivationType, TreeEncoder
from .refine_tree import middle_of_gap, refine_tree

Points = NDArray[np.integer]
"""(points, subspaces, length)."""


def learn_tree_encoder(
    points: Points,
    kind: ActivationType,
    prototypes: int,
    metric: NDArray[np.float64] | None = None,
) -> TreeEncoder:
    """One tree per subspace.

    Parameters
    ----------
    points: (points, subspaces, length) integers of `kind`, at least one point.
    kind: the integers that may arrive.
    prototypes: leaves of each tree (K), a power of two.
    metric: (subspaces, length, features): squared errors are those of ``point @ metric``, so
        that an error counts as much as the layer's weights make of it; errors of the points
        themselves if it is not given.
    """
    _, subspaces, length = points.shape
    dimensions = np.zeros((subspaces, prototypes - 1), np.int16)
    thresholds = np.zeros((subspaces, prototypes - 1), np.int16)
    for subspace in range(subspaces):
        x = points[:, subspace].astype(np.int64)
        features = x.astype(np.float64) if metric is None else x @ metric[subspace]
        dimensions[subspace], thresholds[subspace] = _learn_tree(x, features, kind, prototypes)
    return TreeEncoder(dimensions, thresholds, length)


def _learn_tree(
    x: NDArray[np.int64],
    features: NDArray[np.float64],
    kind: ActivationType,
    prototypes: int,
) -> tuple[NDArray[np.int16], NDArray[np.int16]]:
    """Split dimensions and thresholds of one tree, (K - 1,) each in heap order."""
    dimensions = np.zeros(prototypes - 1, np.int64)
    thresholds = np.zeros(prototypes - 1, np.int64)
    # Sums of centered features lose no digits where all points are far from zero.
    features = features - features.mean(axis=0)
    node = np.zeros(len(x), np.int64)
    for level in range(prototypes.bit_length() - 1):
        nodes = 1 << level
        dimension, threshold = best_splits(x, features, node, nodes, kind)
        dimensions[nodes - 1 : 2 * nodes - 1] = dimension
        thresholds[nodes - 1 : 2 * nodes - 1] = threshold
        value = np.take_along_axis(x, dimension[node][:, None], axis=1)[:, 0]
        node = 2 * node + (value > threshold[node])
    refine_tree(x, features, dimensions, thresholds, kind)
    return dimensions.astype(np.int16), thresholds.astype(np.int16)


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
