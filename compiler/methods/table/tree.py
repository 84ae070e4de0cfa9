"""Learning comparator trees: greedy splits, each the best there is, then improved together.

The bucket splitting of Blalock and Guttag's Maddness (arXiv 2106.10860, section 4.1, algorithm
2), with two changes: every node has its own split dimension instead of one for its level, and
every threshold on the integer grid is tried through prefix sums over the points in their order,
so the split of a node is exactly the one that leaves the least squared error. A tree may also have
more levels than its codes have bits: its leaves are then merged onto the prototypes.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ...program import ActivationType, TreeEncoder
from .merge import merge_leaves
from .refine_tree import refine_trees
from .tree_points import Integers, NodeOrder, Reals, TreePoints, distinct_points

Points = NDArray[np.integer]
"""(points, subspaces, length)."""

_TOGETHER = 32
"""Trees learned at a time, at most."""
_PAIRS = 1 << 25
"""Pairs of leaves of all trees learned at a time (256 MiB where leaves are merged)."""


def learn_tree_encoder(
    points: Points,
    kind: ActivationType,
    prototypes: int,
    metric: Reals | None = None,
    levels: int | None = None,
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
    """
    _, subspaces, length = points.shape
    leaves = tree_leaves(prototypes, levels)
    dimensions = np.zeros((subspaces, leaves - 1), np.int16)
    thresholds = np.zeros((subspaces, leaves - 1), np.int16)
    codes = np.zeros((subspaces, leaves), np.uint16) if leaves > prototypes else None
    together = max(1, min(_TOGETHER, _PAIRS // leaves**2))
    for start in range(0, subspaces, together):
        some = slice(start, start + together)
        own = distinct_points(points[:, some], None if metric is None else metric[some])
        trees, leaf = _grow(own, kind, leaves)
        merged = None if codes is None else _merge(own, leaf, leaves, prototypes)
        refine_trees(own, *trees, kind, merged)
        dimensions[some], thresholds[some] = trees
        if codes is not None and merged is not None:
            codes[some] = merged
    return TreeEncoder(dimensions, thresholds, length, leaf_codes=codes)


def tree_leaves(prototypes: int, levels: int | None) -> int:
    """Leaves of a tree for so many prototypes (a power of two) that has `levels`, or the least."""
    least = prototypes.bit_length() - 1
    return 1 << (least if levels is None else max(levels, least))


def _grow(
    points: TreePoints, kind: ActivationType, leaves: int
) -> tuple[tuple[Integers, Integers], Integers]:
    """Split dimensions and thresholds, (trees, leaves - 1) in heap order; the points' leaves."""
    dimensions = np.zeros((points.trees, leaves - 1), np.int64)
    thresholds = np.zeros((points.trees, leaves - 1), np.int64)
    rows = np.arange(len(points.x))
    node = np.zeros(len(points.x), np.int64)
    for level in range(leaves.bit_length() - 1):
        nodes = 1 << level
        at = points.tree * nodes + node
        dimension, threshold = best_splits(points, at, points.trees * nodes, kind)
        now = slice(nodes - 1, 2 * nodes - 1)
        dimensions[:, now] = dimension.reshape(-1, nodes)
        thresholds[:, now] = threshold.reshape(-1, nodes)
        node = 2 * node + (points.x[rows, dimension[at]] > threshold[at])
    return (dimensions, thresholds), node


def _merge(points: TreePoints, leaf: Integers, leaves: int, prototypes: int) -> Integers:
    """(trees, leaves) a code for each leaf."""
    at = points.tree * leaves + leaf
    means = points.means(at, points.trees * leaves).reshape(points.trees, leaves, -1)
    count: Reals = np.zeros(points.trees * leaves)
    count += np.bincount(at, weights=points.weight, minlength=len(count))
    return merge_leaves(means, count.reshape(points.trees, leaves), prototypes)


def best_splits(
    points: TreePoints, node: Integers, nodes: int, kind: ActivationType
) -> tuple[Integers, Integers]:
    """The split of every node that leaves the least squared error.

    Among the thresholds that part the points alike, the one in the middle of the gap is taken. A
    node whose points cannot be parted gets dimension 0 and the largest threshold, so that its
    right branch is never taken.

    Parameters
    ----------
    points: of all trees.
    node: (points,) the node that each point has reached, in 0..nodes-1.
    nodes: how many there are.
    kind: the integers that may arrive.

    Returns
    -------
    dimensions and thresholds, (nodes,) int64 each.
    """
    best_gain = np.zeros(nodes)
    dimension = np.zeros(nodes, np.int64)
    threshold = np.full(nodes, kind.high, np.int64)
    weighted = (points.features * points.weight[:, None]).T
    for candidate in range(points.x.shape[1]):
        order = NodeOrder(points.x[:, candidate], node, kind.high)
        left = order.up_to(points.weight)
        total = order.whole(left)
        right = np.where(order.last, 1.0, total - left)
        gain = np.zeros(len(left))
        for feature in weighted:
            sum_left = order.up_to(feature)
            sum_total = order.whole(sum_left)
            gain += sum_left**2 / left + (sum_total - sum_left) ** 2 / right - sum_total**2 / total
        gain[order.last] = 0.0
        cut = order.best(gain)
        better = gain[cut] > best_gain[order.nodes] * (1 + 1e-12) + 1e-9
        at = order.nodes[better]
        best_gain[at] = gain[cut[better]]
        dimension[at] = candidate
        threshold[at] = order.thresholds[cut[better]]
    return dimension, threshold
