"""Coding activations fast enough to do it in every training step.

The comparisons of a tree of four levels fit one integer, a bit for each of its 15 nodes. What an
element of a vector contributes to it depends on that element's value alone, so it is looked up
(256 entries), the contributions are added, and the leaf that the sum leads to is looked up again
(32,768 entries, the same for all trees). Deeper trees go on from there, four levels at a time. That
takes a tenth of the time of walking down node by node.
"""

from __future__ import annotations

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from ....program import ActivationType, Encoder, NearestEncoder, TreeEncoder
from ..lookup import encode

_LEVELS = 4
"""Levels whose comparisons share an integer."""


class Coder(nn.Module):
    """Codes of integer activations by one layer's encoder.

    Parameters
    ----------
    encoder: of the layer.
    kind: the integers that may arrive.
    """

    _codes: Tensor | None

    def __init__(self, encoder: Encoder, kind: ActivationType) -> None:
        super().__init__()
        self.encoder = encoder
        self.kind = kind
        self._steps = nn.ModuleList()
        self.register_buffer("_codes", None, persistent=False)
        if not isinstance(encoder, TreeEncoder):
            return
        for level in range(0, encoder.levels, _LEVELS):
            last = min(level + _LEVELS, encoder.levels)
            self._steps.append(_Levels(encoder, kind, level, last))
        if encoder.leaf_codes is not None:
            self._codes = torch.from_numpy(encoder.leaf_codes.astype(np.int32).reshape(-1))

    def forward(self, vectors: Tensor) -> Tensor:
        """Codes (P, subspaces), int32, of whole `vectors` (P, subspaces, length) of any dtype."""
        if isinstance(self.encoder, NearestEncoder):
            codes = encode(self.encoder, vectors.to("cpu", torch.int16))
            return codes.to(vectors.device, torch.int32)
        values = vectors.to(torch.int32) - self.kind.low
        leaf = None
        for levels in self._steps:
            leaf = levels(values, leaf)
        assert leaf is not None  # a tree has a level
        if self._codes is None:
            return leaf
        subspaces = leaf.shape[1]
        leaves = len(self._codes) // subspaces
        first = torch.arange(0, subspaces * leaves, leaves, dtype=torch.int32, device=leaf.device)
        return self._codes.index_select(0, (leaf + first).view(-1)).view(leaf.shape)


class _Levels(nn.Module):
    """A few levels of all trees of a layer.

    Parameters
    ----------
    encoder: the trees.
    kind: the integers that may arrive.
    first, last: the levels are first..last - 1.
    """

    _bits: Tensor
    _leaf: Tensor
    _starts: Tensor

    def __init__(self, encoder: TreeEncoder, kind: ActivationType, first: int, last: int) -> None:
        super().__init__()
        self._subtrees = 1 << first
        self._leaves = 1 << (last - first)
        bits = _comparison_bits(encoder, kind, first, last)
        self._values = bits.shape[-1]
        tables = np.arange(encoder.subspaces * encoder.length, dtype=np.int32)
        starts = tables.reshape(encoder.subspaces, encoder.length) * self._values
        # A subspace's tables for its first subtree; those of the others follow.
        starts += (starts[:, :1] * (self._subtrees - 1)).astype(np.int32)
        leaf = _leaf_of_comparisons(last - first)
        for name, array in (("_bits", bits.reshape(-1)), ("_leaf", leaf), ("_starts", starts)):
            self.register_buffer(name, torch.from_numpy(array), persistent=False)

    def forward(self, values: Tensor, node: Tensor | None) -> Tensor:
        """(P, subspaces) int32 number of the node that each vector reaches, counted in its level.

        Parameters
        ----------
        values: (P, subspaces, length) int32, counted from the least value of the type.
        node: (P, subspaces) int32, likewise, that the vectors start from; None at the root.
        """
        at = values + self._starts
        if node is not None:
            at = at + (node * (values.shape[2] * self._values)).unsqueeze(2)
        bits = self._bits.index_select(0, at.view(-1)).view(at.shape)
        compared = bits[..., 0]
        for element in range(1, bits.shape[2]):
            compared = compared + bits[..., element]
        leaf = self._leaf.index_select(0, compared.reshape(-1)).view(compared.shape)
        return leaf if node is None else node * self._leaves + leaf


def _comparison_bits(
    encoder: TreeEncoder, kind: ActivationType, first: int, last: int
) -> NDArray[np.int32]:
    """(subspaces, subtrees, length, values): bit i is set where node i of the subtree splits on
    this element, and this value is greater than its threshold.
    """
    subtrees, nodes = 1 << first, (1 << (last - first)) - 1
    level = np.floor(np.log2(np.arange(nodes) + 1)).astype(np.int64)
    within = np.arange(nodes) - ((1 << level) - 1)
    node = (subtrees << level) - 1 + (np.arange(subtrees)[:, None] << level) + within
    element = encoder.dimensions[:, node][:, :, None] == np.arange(encoder.length)[:, None]
    values = np.arange(kind.low, kind.high + 1)
    bits = np.zeros((encoder.subspaces, subtrees, encoder.length, len(values)), np.int32)
    for bit in range(nodes):
        greater = values > encoder.thresholds[:, node[:, bit], None, None]
        bits |= (element[..., bit, None] & greater).astype(np.int32) << bit
    return bits


def _leaf_of_comparisons(levels: int) -> NDArray[np.int32]:
    """(2 ** nodes,): the leaf that each set of comparisons leads to in a tree of `levels`."""
    nodes = (1 << levels) - 1
    compared = np.arange(1 << nodes)
    node = np.zeros_like(compared)
    for _ in range(levels):
        node = 2 * node + 1 + ((compared >> node) & 1)
    return (node - nodes).astype(np.int32)
