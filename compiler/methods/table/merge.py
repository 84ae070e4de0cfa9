"""Merging the leaves of trees onto fewer prototypes, always the two that cost least.

Ward's method (Journal of the American Statistical Association 58, 1963): merging two groups of
points adds ``n m / (n + m) |mean - mean|^2`` to the squared error. Each leaf's nearest one is
remembered (Anderberg, Cluster Analysis for Applications, 1973), so that a merge looks at a few
rows of the costs instead of at all.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Reals = NDArray[np.float64]
Integers = NDArray[np.int64]


def merge_leaves(means: Reals, count: Reals, prototypes: int) -> Integers:
    """A code for each leaf, (trees, leaves) in 0..prototypes-1.

    Leaves that no points reach get code 0.

    Parameters
    ----------
    means: (trees, leaves, features) of each leaf's points.
    count: (trees, leaves) points of each leaf.
    prototypes: most codes of a tree.
    """
    trees, leaves = count.shape
    means, count = means.copy(), count.copy()
    group = np.broadcast_to(np.arange(leaves), (trees, leaves)).copy()
    cost = np.stack([_cost(means, count, np.full(trees, leaf)) for leaf in range(leaves)], axis=1)
    nearest, least = cost.argmin(axis=2), cost.min(axis=2)
    while True:
        busy = np.flatnonzero((count > 0).sum(axis=1) > prototypes)
        if not len(busy):
            return _numbered(group, count)
        kept = least[busy].argmin(axis=1)
        gone = nearest[busy, kept]
        _join(means, count, busy, kept, gone)
        group[busy] = np.where(group[busy] == gone[:, None], kept[:, None], group[busy])
        changed = _cost(means[busy], count[busy], kept)
        cost[busy, gone] = cost[busy, :, gone] = np.inf
        cost[busy, kept] = cost[busy, :, kept] = changed
        _update_nearest(nearest, least, cost, busy, kept, gone, changed)


def _cost(means: Reals, count: Reals, leaf: Integers) -> Reals:
    """(trees, leaves): the error added by merging one `leaf` (trees,) of each tree with another."""
    every = np.arange(len(leaf))
    apart = means - means[every, leaf][:, None]
    distance = np.einsum("tlf,tlf->tl", apart, apart)
    own = count[every, leaf][:, None]
    both = np.maximum(own + count, 1)
    cost: Reals = np.where((own > 0) & (count > 0), own * count / both * distance, np.inf)
    cost[every, leaf] = np.inf
    return cost


def _update_nearest(
    nearest: Integers,
    least: Reals,
    cost: Reals,
    tree: Integers,
    kept: Integers,
    gone: Integers,
    changed: Reals,
) -> None:
    """Find the nearest leaves again after the leaf `gone` of each `tree` was put into `kept`.

    Parameters
    ----------
    nearest, least: (trees, leaves) the first of those that cost least to merge with, and the cost.
    cost: (trees, leaves, leaves) of all pairs, as it is now.
    tree, kept, gone: what was merged, one pair for each `tree`.
    changed: (len(tree), leaves) cost of merging with `kept`.
    """
    own, kept, gone = nearest[tree], kept[:, None], gone[:, None]
    closer = (changed < least[tree]) | ((changed == least[tree]) & (kept < own))
    nearest[tree] = np.where(closer, kept, own)
    least[tree] = np.where(closer, changed, least[tree])
    leaf = np.arange(own.shape[1])
    among, stale = np.nonzero((own == kept) | (own == gone) | (leaf == kept) | (leaf == gone))
    rows = cost[tree[among], stale]
    nearest[tree[among], stale] = rows.argmin(axis=1)
    least[tree[among], stale] = rows.min(axis=1)


def _join(means: Reals, count: Reals, tree: Integers, kept: Integers, gone: Integers) -> None:
    """Put the points of the leaf `gone` of each `tree` into the leaf `kept`."""
    own, others = count[tree, kept][:, None], count[tree, gone][:, None]
    means[tree, kept] = (own * means[tree, kept] + others * means[tree, gone]) / (own + others)
    count[tree, kept] += count[tree, gone]
    count[tree, gone] = 0


def _numbered(group: Integers, count: Reals) -> Integers:
    """The groups that hold points numbered from 0 in every tree."""
    number = np.where(count > 0, (count > 0).cumsum(axis=1) - 1, 0)
    codes: Integers = np.take_along_axis(number, group, axis=1)
    return codes
