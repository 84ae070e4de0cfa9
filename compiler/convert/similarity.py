"""How alike two tensors are: what ranks layers in the TabConv paper (arXiv 2404.05872)."""

from __future__ import annotations

import math
from collections.abc import Iterable

import torch
from torch import Tensor

_USUAL = (2.0**-32, 2.0**32)
"""Sizes of the largest value between which products are neither too small nor too large."""


def cosine_similarity(batches: Iterable[tuple[Tensor, Tensor]]) -> float:
    """Of two float tensors, all elements together; NaN where one is zero.

    Parameters
    ----------
    batches: parts of both, of the same shape, in any order.
    """
    product = expected_square = reached_square = 0.0
    for expected, reached in batches:
        if not (_is_usual(expected) and _is_usual(reached)):
            expected, reached = expected.double(), reached.double()
        product += float((expected * reached).sum(dtype=torch.float64))
        expected_square += float(expected.norm(dtype=torch.float64) ** 2)
        reached_square += float(reached.norm(dtype=torch.float64) ** 2)
    lengths = math.sqrt(expected_square) * math.sqrt(reached_square)
    return product / lengths if lengths else math.nan


def _is_usual(values: Tensor) -> bool:
    """Whether single precision holds the products of two such tensors."""
    least, most = _USUAL
    return least < float(values.abs().max()) < most
