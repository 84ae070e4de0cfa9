"""Improving a comparator tree after its greedy growth, one level at a time.

Tree alternating optimization (Carreira-Perpinan and Tavallali, NeurIPS 2018) for squared errors:
with all other nodes and the leaves' means held, the error as a function of one node's split is a
sum over its points of what the left or the right subtree makes of them, so the best split comes
from prefix sums over the integer grid, as in greedy growth. Nodes of one level share no points
and are improved together. The error never rises.

A tree with more leaves than prototypes sends several leaves to each of them. Then the prototypes
are improved in turn with the splits, as in k-means, except that the points of a leaf move together.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.spatial.distance import cdist

from ..program import ActivationType

Reals = NDArray[np.float64]
Integers = NDArray[np.int64]

_SWEEPS = 8
"""Most sweeps over the levels."""
_WORTHWHILE = 1e-3
"""Share of the error that a sweep must gain for another one."""


def refine_tree(
    x: Integers,
    features: Reals,
    dimensions: Integers,
    thresholds: Integers,
    kind: ActivationType,
    leaf_codes: Integers | None = None,
) -> None:
    """Improve the splits of one tree, and the prototypes of its leaves, in place.

    Parameters
    ----------
    x: (points, length) integers of `kind`.
    features: (points, features) what the squared error is taken of.
    dimensions, thresholds: (leaves - 1,), nodes in heap order.
    kind: the integers that may arrive.
    leaf_codes: (leaves,) the prototype of each leaf; its own by default.
    """
    leaves = len(dimensions) + 1
    depth = leaves.bit_length() - 1
    error = np.inf
    for _ in range(_SWEEPS):
        before = error
        for level in reversed(range(depth)):
            leaf = descend(x, dimensions, thresholds, np.zeros(len(x), np.int64), depth)
            means = _prototypes_of_leaves(features, leaf - (leaves - 1), leaves, leaf_codes)
            error = _squared_distance(features, means, leaf).sum()
            _refine_level(x, features, means, dimensions, thresholds, level, kind)
        if not error < before * (1 - _WORTHWHILE):
            break


def descend(
    x: Integers, dimensions: Integers, thresholds: Integers, node: Integers, levels: int
) -> Integers:
    """(points,) heap numbers of the nodes that `x` reaches, `levels` below `node`."""
    rows = np.arange(len(x))
    for _ in range(levels):
        node = 2 * node + 1 + (x[rows, dimensions[node]] > thresholds[node])
    return node


def _refine_level(
    x: Integers,
    features: Reals,
    means: Reals,
    dimensions: Integers,
    thresholds: Integers,
    level: int,
    kind: ActivationType,
) -> None:
    """Give every node of a level its best split, the rest of the tree as it is."""
    depth = (len(dimensions) + 1).bit_length() - 1
    node = descend(x, dimensions, thresholds, np.zeros(len(x), np.int64), level)
    left, right = (
        descend(x, dimensions, thresholds, 2 * node + side, depth - level - 1) for side in (1, 2)
    )
    # What going left saves; the best split saves the most.
    saved = _squared_distance(features, means, right) - _squared_distance(features, means, left)
    first, nodes, values = (1 << level) - 1, 1 << level, kind.high - kind.low + 1
    now = slice(first, first + nodes)
    goes_left = x[np.arange(len(x)), dimensions[node]] <= thresholds[node]
    best = np.bincount(node - first, weights=saved * goes_left, minlength=nodes)
    margin = 1e-9 * np.abs(saved).sum() / nodes
    for dimension in range(x.shape[1]):
        cell = (node - first) * values + (x[:, dimension] - kind.low)
        sums = np.bincount(cell, weights=saved, minlength=nodes * values).reshape(nodes, values)
        total = sums.cumsum(axis=1)
        cut = total.argmax(axis=1)
        most = total[np.arange(nodes), cut]
        better = most > best + margin
        best[better] = most[better]
        dimensions[now][better] = dimension
        count = np.bincount(cell, minlength=nodes * values).reshape(nodes, values)
        thresholds[now][better] = (middle_of_gap(count, cut) + kind.low)[better]


def middle_of_gap(count: Integers, cut: Integers) -> Integers:
    """The middle of the thresholds that part a node's points as `cut` does.

    Parameters
    ----------
    count: (nodes, values) points at each integer.
    cut: (nodes,) index of the largest integer that goes left.
    """
    values = count.shape[1]
    index = np.arange(values)
    above = np.where((count > 0) & (index > cut[:, None]), index, values).min(axis=1)
    middle: Integers = (cut + above - 1) // 2
    return middle


def _prototypes_of_leaves(
    features: Reals, leaf: Integers, leaves: int, leaf_codes: Integers | None
) -> Reals:
    """(2 leaves - 1, features) in heap order: the prototype that each leaf stands for.

    `leaf_codes` is improved in place: every leaf that points reach goes to the nearest prototype.
    """
    in_heap = np.zeros((2 * leaves - 1, features.shape[1]))
    if leaf_codes is None:
        in_heap[leaves - 1 :] = group_means(features, leaf, leaves)
        return in_heap
    prototypes = int(leaf_codes.max()) + 1
    centers = group_means(features, leaf_codes[leaf], prototypes)
    # The points of a leaf are as far from a prototype as their mean is, up to a constant.
    distance = cdist(group_means(features, leaf, leaves), centers, "sqeuclidean")
    reached = np.bincount(leaf, minlength=leaves) > 0
    leaf_codes[reached] = distance.argmin(axis=1)[reached]
    in_heap[leaves - 1 :] = group_means(features, leaf_codes[leaf], prototypes)[leaf_codes]
    return in_heap


def group_means(features: NDArray[np.number], group: NDArray[np.integer], groups: int) -> Reals:
    """(groups, features): the means of each group's points.

    A group without points gets the mean of all, so that it may find a use.

    Parameters
    ----------
    features: (points, features).
    group: (points,) in 0..groups-1.
    groups: how many there are.
    """
    count = np.bincount(group, minlength=groups)
    means = np.empty((groups, features.shape[1]))
    for column, feature in enumerate(features.T):
        sums = np.bincount(group, weights=feature, minlength=groups)
        means[:, column] = np.where(count, sums / np.maximum(count, 1), feature.mean())
    return means


def _squared_distance(features: Reals, means: Reals, leaf: Integers) -> Reals:
    difference = features - means[leaf]
    distance: Reals = np.einsum("pf,pf->p", difference, difference)
    return distance
