"""Merging the leaves of trees onto fewer prototypes, always the two that cost least.

Ward's method (Journal of the American Statistical Association 58, 1963): merging two groups of
points adds ``n m / (n + m) |mean - mean|^2`` to the squared error.
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
    while True:
        busy = np.flatnonzero((count > 0).sum(axis=1) > prototypes)
        if not len(busy):
            return _numbered(group, count)
        pair = cost[busy].reshape(len(busy), -1).argmin(axis=1)
        kept, gone = np.divmod(pair, leaves)
        _join(means, count, busy, kept, gone)
        group[busy] = np.where(group[busy] == gone[:, None], kept[:, None], group[busy])
        cost[busy, gone] = cost[busy, :, gone] = np.inf
        cost[busy, kept] = cost[busy, :, kept] = _cost(means[busy], count[busy], kept)


def _cost(means: Reals, count: Reals, leaf: Integers) -> Reals:
    """(trees, leaves): the error added by merging one `leaf` (trees,) of each tree with another."""
    every = np.arange(len(leaf))
    distance = np.square(means - means[every, leaf][:, None]).sum(axis=-1)
    own = count[every, leaf][:, None]
    both = np.maximum(own + count, 1)
    cost: Reals = np.where((own > 0) & (count > 0), own * count / both * distance, np.inf)
    cost[every, leaf] = np.inf
    return cost


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
