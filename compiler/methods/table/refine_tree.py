"""Improving comparator trees after their greedy growth, one level at a time.

Tree alternating optimization (Carreira-Perpinan and Tavallali, NeurIPS 2018) for squared errors:
with all other nodes and the leaves' means held, the error as a function of one node's split is a
sum over its points of what the left or the right subtree makes of them, so the best split comes
from prefix sums over the points in their order, as in greedy growth. Nodes of one level share no
points and are improved together, those of several trees too. The error never rises.

A tree with more leaves than prototypes sends several leaves to each of them. Then the prototypes
are improved in turn with the splits, as in k-means, except that the points of a leaf move together.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ...program import ActivationType
from .tree_points import Integers, NodeOrder, Reals, TreePoints

_SWEEPS = 8
"""Most sweeps over the levels."""
_WORTHWHILE = 1e-3
"""Share of the error that a sweep must gain for another one."""


def refine_trees(
    points: TreePoints,
    dimensions: Integers,
    thresholds: Integers,
    kind: ActivationType,
    leaf_codes: Integers | None = None,
) -> None:
    """Improve the splits of trees, and the prototypes of their leaves, in place.

    Parameters
    ----------
    points: of all trees.
    dimensions, thresholds: (trees, leaves - 1), nodes in heap order.
    kind: the integers that may arrive.
    leaf_codes: (trees, leaves) the prototype of each leaf; its own by default.
    """
    active = np.arange(points.trees)
    before = np.full(points.trees, np.inf)
    for _ in range(_SWEEPS):
        own = points.of(active)
        trees = dimensions[active], thresholds[active]
        if leaf_codes is None:
            error = _sweep(own, *trees, kind, None)
        else:
            codes = leaf_codes[active]
            error = _sweep(own, *trees, kind, codes)
            leaf_codes[active] = codes
        dimensions[active], thresholds[active] = trees
        gained = error < before * (1 - _WORTHWHILE)
        active, before = active[gained], error[gained]
        if not len(active):
            break


def _sweep(
    points: TreePoints,
    dimensions: Integers,
    thresholds: Integers,
    kind: ActivationType,
    leaf_codes: Integers | None,
) -> Reals:
    """Improve every level once, from the lowest up.

    Returns
    -------
    (trees,) the error before the root was improved.
    """
    leaves = dimensions.shape[1] + 1
    depth = leaves.bit_length() - 1
    path = [np.zeros(len(points.x), np.int64)]
    for _ in range(depth):
        path.append(descend(points, dimensions, thresholds, path[-1], 1))
    error: Reals = np.zeros(points.trees)
    for level in reversed(range(depth)):
        node = path[level]
        left, right = (
            descend(points, dimensions, thresholds, 2 * node + side, depth - level - 1)
            for side in (1, 2)
        )
        leaf = np.where(_goes_left(points, dimensions, thresholds, node), left, right)
        prototypes = _prototypes_of_leaves(points, leaf - (leaves - 1), leaves, leaf_codes)
        first = points.tree * leaves - (leaves - 1)
        far, near = (_squared_distance(points, prototypes[first + side]) for side in (right, left))
        if level == 0:
            now = np.where(leaf == left, near, far)
            error[:] = np.bincount(points.tree, weights=now, minlength=points.trees)
        # What going left saves; the best split saves the most.
        split_level(points, far - near, dimensions, thresholds, node, level, kind)
    return error


def descend(
    points: TreePoints, dimensions: Integers, thresholds: Integers, node: Integers, levels: int
) -> Integers:
    """(P,) heap numbers of the nodes that `points` reach, `levels` below `node`."""
    for _ in range(levels):
        node = 2 * node + 2 - _goes_left(points, dimensions, thresholds, node)
    return node


def _goes_left(
    points: TreePoints, dimensions: Integers, thresholds: Integers, node: Integers
) -> NDArray[np.bool_]:
    at = points.tree * dimensions.shape[1] + node
    length = points.x.shape[1]
    value = points.x.take(np.arange(len(node)) * length + dimensions.take(at))
    left: NDArray[np.bool_] = value <= thresholds.take(at)
    return left


def split_level(
    points: TreePoints,
    saved: Reals,
    dimensions: Integers,
    thresholds: Integers,
    node: Integers,
    level: int,
    kind: ActivationType,
) -> None:
    """Give every node of a level the split whose left side saves most.

    Parameters
    ----------
    points: of all trees.
    saved: (P,) what going left saves.
    dimensions, thresholds: (trees, leaves - 1), changed in place.
    node: (P,) heap number of each point's node of the level.
    level: from 0, the root's.
    kind: the integers that may arrive.
    """
    nodes = 1 << level
    at = points.tree * nodes + node - (nodes - 1)
    goes_left = _goes_left(points, dimensions, thresholds, node)
    best = np.bincount(at, weights=saved * goes_left, minlength=points.trees * nodes)
    sizes = np.bincount(points.tree, weights=np.abs(saved), minlength=points.trees)
    margin = np.repeat(1e-9 * sizes / nodes, nodes)
    for dimension in range(points.x.shape[1]):
        order = NodeOrder(points.x[:, dimension], at, kind.high)
        total = order.up_to(saved)
        cut = order.best(total)
        most, threshold = total[cut], order.thresholds[cut]
        # Sending every point right saves nothing, which may be best.
        lowest = order.lowest
        none = (most < 0) & (lowest > kind.low)
        most, threshold = (
            np.where(none, 0.0, most),
            np.where(none, (kind.low + lowest - 1) // 2, threshold),
        )
        better = most > (best + margin)[order.nodes]
        changed = order.nodes[better]
        best[changed] = most[better]
        tree, in_level = np.divmod(changed, nodes)
        dimensions[tree, nodes - 1 + in_level] = dimension
        thresholds[tree, nodes - 1 + in_level] = threshold[better]


def _prototypes_of_leaves(
    points: TreePoints, leaf: Integers, leaves: int, leaf_codes: Integers | None
) -> Reals:
    """(trees * leaves, features): the prototype that each leaf stands for.

    `leaf_codes` is improved in place: every leaf that points reach goes to the nearest prototype.
    """
    at = points.tree * leaves + leaf
    means = points.means(at, points.trees * leaves)
    if leaf_codes is None:
        return means
    codes = int(leaf_codes.max()) + 1
    first = np.arange(points.trees)[:, None] * codes
    of_leaf = (first + leaf_codes).reshape(-1)
    centers = points.means(of_leaf[at], points.trees * codes)
    # The points of a leaf are as far from a prototype as their mean is, up to a constant.
    of_tree = (each.reshape(points.trees, -1, means.shape[1]) for each in (means, centers))
    nearest = np.stack([_nearest(*each) for each in zip(*of_tree, strict=True)])
    reached = np.bincount(at, minlength=points.trees * leaves).reshape(leaf_codes.shape) > 0
    leaf_codes[reached] = nearest[reached]
    of_leaf = (first + leaf_codes).reshape(-1)
    improved: Reals = points.means(of_leaf[at], points.trees * codes)[of_leaf]
    return improved


def _nearest(vectors: Reals, prototypes: Reals) -> Integers:
    """(V,) the nearest of (K, features) `prototypes` to each of (V, features) `vectors`."""
    # |v - p|^2 = |v|^2 - 2 v.p + |p|^2, and |v|^2 is the same for every prototype.
    distance = np.square(prototypes).sum(axis=1) - 2 * vectors @ prototypes.T
    nearest: Integers = distance.argmin(axis=1)
    return nearest


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


def _squared_distance(points: TreePoints, prototypes: Reals) -> Reals:
    """(P,) the weight of each point times its squared distance to its prototype (P, features)."""
    difference = points.features - prototypes
    distance: Reals = np.einsum("pf,pf->p", difference, difference) * points.weight
    return distance
