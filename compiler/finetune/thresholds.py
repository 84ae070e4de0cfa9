"""Training the thresholds of comparator trees, which stay on the integer grid.

Where a threshold moves past a vector, the vector gets another prototype, and to first order the
loss changes by the gradient times the difference of the two. Summed over the vectors near a
threshold and over some batches, that tells what each small move would be worth. It is the rule of
tree alternating optimization (Carreira-Perpinan and Tavallali, NeurIPS 2018), as in
`tabfab.compiler.learn.refine_tree`, with the training loss in the place of a squared error.
"""

from __future__ import annotations

import dataclasses

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from ..program import ActivationType, TreeEncoder

REACH = 2
"""Steps of the grid that a threshold moves by at most, at a time."""
_SURE = 2.0
"""Standard errors by which a move must lessen the loss."""


class ThresholdVotes(nn.Module):
    """What the vectors seen so far say of every threshold of a layer.

    Parameters
    ----------
    encoder: the layer's trees.

    Attributes
    ----------
    sums, squares: (subspaces, nodes, 2 * REACH) changes of the loss, and their squares, if the
        vectors at a value of the grid went to the other side; values count from REACH - 1 below
        the threshold.
    """

    sums: Tensor
    squares: Tensor
    _dimensions: Tensor
    _thresholds: Tensor
    _codes: Tensor
    _first: Tensor

    def __init__(self, encoder: TreeEncoder) -> None:
        super().__init__()
        self.encoder = encoder
        subspaces, nodes = encoder.thresholds.shape
        for name in ("sums", "squares"):
            self.register_buffer(name, torch.zeros(subspaces, nodes, 2 * REACH))
        codes = encoder.leaf_codes
        if codes is None:
            codes = np.tile(np.arange(nodes + 1, dtype=np.uint8), (subspaces, 1))
        arrays: dict[str, NDArray[np.integer]] = {
            "_dimensions": encoder.dimensions,
            "_thresholds": encoder.thresholds,
            "_codes": codes,
            "_first": np.arange(subspaces),
        }
        for name, array in arrays.items():
            flat = torch.from_numpy(array.astype(np.int64).reshape(-1))
            self.register_buffer(name, flat, persistent=False)

    def add(self, vectors: Tensor, gradient: Tensor, rows: Tensor) -> None:
        """Count some vectors.

        Parameters
        ----------
        vectors: (P, subspaces, length) whole numbers.
        gradient: (P, subspaces, features) of the loss with respect to their prototypes.
        rows: (subspaces, K, features) the prototypes.
        """
        levels, nodes = self.encoder.levels, self.sums.shape[1]
        node = torch.zeros(vectors.shape[:2], dtype=torch.int64, device=vectors.device)
        path = []
        for _ in range(levels):
            path.append(node)
            node = self._descend(vectors, node)
        now = self._rows_of(node, rows)
        for level, node in enumerate(path):
            at = node + self._first * nodes
            offset = self._value(vectors, at) - self._thresholds[at]
            other = 2 * node + 1 + (offset <= 0)  # the child that the vector does not go to
            for _ in range(levels - level - 1):
                other = self._descend(vectors, other)
            change = ((self._rows_of(other, rows) - now) * gradient).sum(-1)
            near = (offset > -REACH) & (offset <= REACH)
            cell = (at * 2 * REACH + offset + (REACH - 1))[near]
            self.sums.view(-1).index_add_(0, cell, change[near])
            self.squares.view(-1).index_add_(0, cell, change[near] ** 2)

    def moved(self, kind: ActivationType) -> TreeEncoder:
        """The encoder with every threshold where the loss is least, within reach.

        Parameters
        ----------
        kind: the integers that arrive; thresholds stay within them.
        """
        cost, move = self._best_moves()
        thresholds = self.encoder.thresholds + np.where(cost < 0, move, 0)
        limited = thresholds.clip(kind.low, kind.high).astype(np.int16)
        return dataclasses.replace(self.encoder, thresholds=limited)

    def _best_moves(self) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
        """(subspaces, nodes) change of the loss by the best sure move, and the move."""
        sums, squares = (v.double().cpu().numpy() for v in (self.sums, self.squares))

        def by_move(values: NDArray[np.float64]) -> NDArray[np.float64]:
            down = values[..., REACH - 1 :: -1].cumsum(axis=-1)  # -1, -2, ...
            up = values[..., REACH:].cumsum(axis=-1)  # 1, 2, ...
            return np.concatenate([down, up], axis=-1)

        cost, error = by_move(sums), np.sqrt(by_move(squares))
        cost = np.where(cost < -_SURE * error, cost, 0.0)
        best = cost.argmin(axis=-1)
        moves = np.concatenate([-np.arange(1, REACH + 1), np.arange(1, REACH + 1)])
        return np.take_along_axis(cost, best[..., None], axis=-1)[..., 0], moves[best]

    def _value(self, vectors: Tensor, at: Tensor) -> Tensor:
        return vectors.gather(2, self._dimensions[at].unsqueeze(2)).squeeze(2).long()

    def _descend(self, vectors: Tensor, node: Tensor) -> Tensor:
        at = node + self._first * self.sums.shape[1]
        return 2 * node + 1 + (self._value(vectors, at) > self._thresholds[at])

    def _rows_of(self, leaf: Tensor, rows: Tensor) -> Tensor:
        """(P, subspaces, features) prototypes of leaves, counted with the nodes."""
        nodes = self.sums.shape[1]
        code = self._codes[leaf - nodes + self._first * (nodes + 1)]
        return rows.flatten(0, 1)[code + self._first * rows.shape[1]]
