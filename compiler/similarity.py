"""How alike two tensors are: what ranks layers in the TabConv paper (arXiv 2404.05872)."""

from __future__ import annotations

import math

import torch
from torch import Tensor


def cosine_similarity(expected: Tensor, reached: Tensor) -> float:
    """Of two float tensors of the same shape, all elements together; NaN where one is zero."""
    lengths = float(expected.norm(dtype=torch.float64) * reached.norm(dtype=torch.float64))
    product = float((expected * reached).sum(dtype=torch.float64))
    return product / lengths if lengths else math.nan
