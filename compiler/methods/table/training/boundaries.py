"""What happens where a vector crosses a threshold of a comparator tree.

The loss is constant in a vector's elements but for the places where a comparison changes: there
the vector gets another row of the tables, and to first order the loss changes by the gradient
times the difference of the two rows. Spread over some steps of the activation grid around the
threshold, that is a gradient for the elements: the one of the loss averaged over small shifts of
each element (a soft tree, without computing more than one path). A straight-through gradient
instead, which takes prototypes for the vectors themselves, made the loss rise in our trials.

The same changes tell which way to move a threshold: thresholds stay whole numbers, and those
whose move by a few steps surely lessens the loss are moved (tree alternating optimization,
Carreira-Perpinan and Tavallali, NeurIPS 2018, as in
`tabfab.compiler.methods.table.refine_tree`, with the training loss in the
place of a squared error).
"""

from __future__ import annotations

import dataclasses
import math
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from ....program import ActivationType, TreeEncoder

WIDTH = 16
"""Steps of the grid on either side of a threshold that a crossing is spread over."""
REACH = 2
"""Steps of the grid that a threshold moves by at most, at a time."""
_SURE = 2.0
"""Standard errors by which a move must lessen the loss."""
_AT_ONCE = 0.1
"""Share of the thresholds that want to move that may, those that gain most: what each would gain
holds while the others stay. All at once, ResNet-8's loss rose from 0.36 to 0.44 in two moves."""


@dataclass(frozen=True, eq=False)
class _Crossings:
    """Vectors near a threshold on their way down, at one level.

    Parameters
    ----------
    item: (n,) number of the vector, subspaces fastest.
    at: (n,) number of the node, over all subspaces.
    offset: (n,) element less threshold: greater than 0 where the vector goes right.
    code: (n,) what it would get on the other side.
    """

    item: Tensor
    at: Tensor
    offset: Tensor
    code: Tensor


class Boundaries(nn.Module):
    """The thresholds of a layer's trees, and what vectors have shown of them.

    Parameters
    ----------
    encoder: the layer's trees.

    Attributes
    ----------
    sums, squares: (subspaces, nodes, 2 * REACH) changes of the loss, and their squares, if the
        vectors seen at a value of the grid went to the other side; values count from REACH - 1
        below the threshold.
    """

    sums: Tensor
    squares: Tensor
    _dimensions: Tensor
    _thresholds: Tensor
    _codes: Tensor

    def __init__(self, encoder: TreeEncoder) -> None:
        super().__init__()
        self.encoder = encoder
        subspaces, self._nodes = encoder.thresholds.shape
        for name in ("sums", "squares"):
            self.register_buffer(name, torch.zeros(subspaces, self._nodes, 2 * REACH))
        codes = encoder.leaf_codes
        if codes is None:
            codes = np.tile(np.arange(encoder.leaves), (subspaces, 1))
        arrays: dict[str, NDArray[np.integer]] = {
            "_dimensions": encoder.dimensions,
            "_thresholds": encoder.thresholds,
            "_codes": codes,
        }
        for name, array in arrays.items():
            flat = torch.from_numpy(array.astype(np.int32).reshape(-1))
            self.register_buffer(name, flat, persistent=False)

    # ------------------------------------------------------------------ gradients

    def gradient(self, vectors: Tensor, gains: Tensor) -> Tensor:
        """The gradient of the loss with respect to vectors; thresholds count it too.

        Parameters
        ----------
        vectors: (P, subspaces, length) whole numbers.
        gains: (P, subspaces, K) float32, the loss to first order if a vector had a code; what is
            added to all codes of a vector changes nothing.

        Returns
        -------
        (P, subspaces, length) float32.
        """
        length = vectors.shape[2]
        values = vectors.reshape(-1).to(torch.int32)
        codes, crossings = self._descend(values, length)
        codes_of = torch.arange(len(codes), device=codes.device) * gains.shape[2]
        flat = gains.reshape(-1)
        now = flat[codes_of + codes]
        result = torch.zeros(len(values), device=vectors.device)
        for near in crossings:
            change = flat[codes_of[near.item] + near.code] - now[near.item]
            rising = torch.where(near.offset > 0, -change, change) / (2 * WIDTH)
            result.index_add_(0, near.item * length + self._dimensions[near.at], rising)
            self._count(near, change)
        return result.view(vectors.shape)

    def _descend(self, values: Tensor, length: int) -> tuple[Tensor, list[_Crossings]]:
        """Codes (P * subspaces,) of all vectors, and where they are near thresholds."""
        items = len(values) // length
        item = torch.arange(items, dtype=torch.int32, device=values.device)
        tree = item % len(self.sums)
        node = torch.zeros_like(item)
        crossings = []
        for level in range(self.encoder.levels):
            at = tree * self._nodes + node
            offset = self._offset(values, item * length, at)
            near = ((offset > -WIDTH) & (offset <= WIDTH)).nonzero().squeeze(1)
            code = self._other_code(values, length, near, node[near], offset[near], level)
            crossings.append(_Crossings(near, at[near], offset[near], code))
            node = 2 * node + 1 + (offset > 0)
        return self._code(tree, node), crossings

    def _other_code(
        self, values: Tensor, length: int, item: Tensor, node: Tensor, offset: Tensor, level: int
    ) -> Tensor:
        """(n,) codes of vectors that go to the other side at a node of `level`."""
        tree = item % len(self.sums)
        node = 2 * node + 1 + (offset <= 0)
        for _ in range(self.encoder.levels - level - 1):
            node = (
                2 * node + 1 + (self._offset(values, item * length, tree * self._nodes + node) > 0)
            )
        return self._code(tree, node)

    def _offset(self, values: Tensor, start: Tensor, at: Tensor) -> Tensor:
        """(n,) what a node compares less its threshold; `start` is a vector's first value."""
        element = start + self._dimensions.index_select(0, at)
        return values.index_select(0, element) - self._thresholds.index_select(0, at)

    def _code(self, tree: Tensor, leaf: Tensor) -> Tensor:
        """(n,) codes of leaves, which are numbered with the nodes."""
        return self._codes.index_select(0, tree * (self._nodes + 1) + leaf - self._nodes)

    # ------------------------------------------------------------------ thresholds

    def _count(self, near: _Crossings, change: Tensor) -> None:
        close = (near.offset > -REACH) & (near.offset <= REACH)
        cell = (near.at * 2 * REACH + near.offset + (REACH - 1))[close]
        self.sums.view(-1).index_add_(0, cell, change[close])
        self.squares.view(-1).index_add_(0, cell, change[close] ** 2)

    def moved(self, kind: ActivationType) -> TreeEncoder:
        """The encoder with those thresholds moved, within reach, that lessen the loss most.

        Parameters
        ----------
        kind: the integers that arrive; thresholds stay within them.
        """
        cost, move = self._best_moves()
        count = math.ceil(_AT_ONCE * np.count_nonzero(cost))
        moving = np.argsort(cost, axis=None, kind="stable")[:count]
        thresholds = self.encoder.thresholds.copy()
        thresholds.flat[moving] += move.flat[moving].astype(thresholds.dtype)
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
