"""Pools of a program in torch."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch
from torch import Tensor

from ...methods.windows import pad, windows
from ...program import AveragePool, MaxPool
from .requantize import requantize


def max_pool(node: MaxPool, inputs: Sequence[Tensor]) -> Tensor:
    """The largest value under each window."""
    (x,) = inputs
    padded = pad(x, node.edges, torch.full((x.shape[3],), node.type.low))
    return windows(padded, node.kernel, node.stride, node.dilation).amax((-2, -1))


def average_pool(node: AveragePool, inputs: Sequence[Tensor]) -> Tensor:
    """The sum under each window, requantized."""
    (x,) = inputs
    padded = pad(x, node.edges, torch.zeros(x.shape[3]))
    sums = windows(padded, node.kernel, node.stride, node.dilation).sum((-2, -1), dtype=torch.int32)
    factor = node.factor_of((x.shape[3], x.shape[1], x.shape[2]))
    return requantize(node, sums * torch.from_numpy(factor).int()[..., None], np.int8(node.shift))
