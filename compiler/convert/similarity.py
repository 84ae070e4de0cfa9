"""How alike two tensors are: what ranks layers in the TabConv paper (arXiv 2404.05872)."""

from __future__ import annotations

import math
from collections.abc import Iterable

import torch
from torch import Tensor


def cosine_similarity(batches: Iterable[tuple[Tensor, Tensor]]) -> float:
    """Of two float tensors, all elements together; NaN where one is zero.

    Parameters
    ----------
    batches: parts of both, of the same shape, in any order.
    """
    product = expected_square = reached_square = 0.0
    for expected, reached in batches:
        product += float((expected * reached).sum(dtype=torch.float64))
        expected_square += float(expected.norm(dtype=torch.float64) ** 2)
        reached_square += float(reached.norm(dtype=torch.float64) ** 2)
    lengths = math.sqrt(expected_square) * math.sqrt(reached_square)
    return product / lengths if lengths else math.nan
