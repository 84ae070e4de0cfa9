"""The points that trees are learned from, put in the order in which splits are tried.

Activations are small integers and many of them are zero, so that the same vector comes often:
equal ones are kept once, with their number as a weight. The points of several subspaces stand one
after another, so that one pass learns as many trees.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Reals = NDArray[np.float64]
Integers = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class TreePoints:
    """Distinct points of several trees.

    Parameters
    ----------
    x: (P, length) integers.
    features: (P, features) what the squared error is taken of, each tree's mean being zero.
    weight: (P,) how often each point comes.
    tree: (P,) the tree that learns from each point, in 0..trees-1, ascending.
    trees: how many there are.
    """

    x: Integers
    features: Reals
    weight: Reals
    tree: Integers
    trees: int

    def of(self, trees: Integers) -> TreePoints:
        """The points of some `trees`, given in ascending order, numbered anew."""
        number = np.full(self.trees, -1)
        number[trees] = np.arange(len(trees))
        own = number[self.tree] >= 0
        return TreePoints(
            self.x[own], self.features[own], self.weight[own], number[self.tree[own]], len(trees)
        )

    def means(self, group: Integers, groups: int) -> Reals:
        """(groups, features): the mean of each group's points, zero where there are none.

        Parameters
        ----------
        group: (P,) in 0..groups-1.
        groups: how many there are.
        """
        count = np.bincount(group, weights=self.weight, minlength=groups)
        sums = [
            np.bincount(group, weights=feature * self.weight, minlength=groups)
            for feature in self.features.T
        ]
        return np.stack(sums, axis=1) / np.maximum(count, 1)[:, None]


def distinct_points(points: NDArray[np.integer], metric: Reals | None = None) -> TreePoints:
    """Equal points taken together.

    Parameters
    ----------
    points: (points, subspaces, length) integers, at least one point.
    metric: (subspaces, length, features): features are ``point @ metric``; the points themselves
        if it is not given.
    """
    x, features, weight, tree = [], [], [], []
    for subspace in range(points.shape[1]):
        own, count = _distinct(points[:, subspace].astype(np.int64))
        real = own.astype(np.float64) if metric is None else own @ metric[subspace]
        x.append(own)
        # Sums of centered features lose no digits where all points are far from zero.
        features.append(real - count @ real / count.sum())
        weight.append(count)
        tree.append(np.full(len(own), subspace))
    return TreePoints(
        np.concatenate(x),
        np.concatenate(features),
        np.concatenate(weight),
        np.concatenate(tree),
        points.shape[1],
    )


def _distinct(x: Integers) -> tuple[Integers, Reals]:
    """The points (points, length) without repetitions, and how often each comes."""
    low = int(x.min())
    values = int(x.max()) - low + 1
    length = x.shape[1]
    if values**length > np.iinfo(np.int64).max:  # vectors so long are seldom equal
        return x, np.ones(len(x))
    places = values ** np.arange(length)
    keys, count = np.unique((x - low) @ places, return_counts=True)
    return keys[:, None] // places % values + low, count.astype(np.float64)


class NodeOrder:
    """Points by the node that they have reached and then by the value of one dimension.

    Wherever the value changes, and behind each node's last point, a split may cut: what comes
    before goes left.

    Parameters
    ----------
    x: (P,) each point's value.
    node: (P,) its node.
    high: the largest value that may arrive.

    Attributes
    ----------
    nodes: (N,) the nodes that points have reached, ascending.
    lowest: (N,) the least value of each.
    last: (C,) whether a cut is behind a node's last point.
    thresholds: (C,) in the middle of each gap, rounded down.
    """

    def __init__(self, x: Integers, node: Integers, high: int) -> None:
        low = int(x.min())
        values = high - low + 1
        order = np.argsort(_narrow(node * values + (x - low)), kind="stable")
        node, x = node[order], x[order]
        new_node = np.append(node[1:] != node[:-1], True)
        cuts = np.flatnonzero(new_node | np.append(x[1:] != x[:-1], True))
        self.last = new_node[cuts]
        above = np.where(self.last, high + 1, x[np.minimum(cuts + 1, len(x) - 1)])
        self.thresholds: Integers = (x[cuts] + above - 1) // 2
        self.nodes = node[cuts[self.last]]
        self._starts = np.append(0, np.flatnonzero(self.last)[:-1] + 1)
        self.lowest = x[np.append(0, np.flatnonzero(new_node)[:-1] + 1)]
        # Each point's cut. Sums by it leave the points in their order, which memory likes best.
        self._cut = np.empty(len(x), np.intp)
        self._cut[order] = np.repeat(np.arange(len(cuts)), np.diff(cuts, prepend=-1))
        self._node_of_cut = np.repeat(np.arange(len(self.nodes)), self._counts())

    def _counts(self) -> Integers:
        return np.diff(np.append(self._starts, len(self.last)))

    def up_to(self, values: Reals) -> Reals:
        """(C,): the sum of the node's `values` (P,) before each cut."""
        sums = np.bincount(self._cut, weights=values).cumsum()
        before = np.append(0.0, sums)[self._starts]
        return sums - before[self._node_of_cut]

    def whole(self, values: Reals) -> Reals:
        """(C,): of `values` (C,), what is behind the last point of each cut's node."""
        return values[self.last][self._node_of_cut]

    def best(self, score: Reals) -> Integers:
        """(N,) the first cut of each node with the highest `score` (C,)."""
        highest = np.maximum.reduceat(score, self._starts)
        at = np.where(score == highest[self._node_of_cut], np.arange(len(score)), len(score))
        first: Integers = np.minimum.reduceat(at, self._starts)
        return first


def _narrow(keys: Integers) -> NDArray[np.integer]:
    """`keys`, none negative, in the smallest type: 16 bits sort fastest."""
    return keys.astype(np.min_scalar_type(int(keys.max())))
