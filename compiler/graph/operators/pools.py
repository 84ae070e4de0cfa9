"""Pools in float."""

from __future__ import annotations

import math
from collections.abc import Sequence

import torch
from torch import Tensor
from torch.nn import functional

from ...program import Pair
from ..layers.pools import AveragePool, MaxPool


def max_pool(layer: MaxPool, sources: Sequence[Tensor]) -> Tensor:
    """The largest value under the window."""
    (x,) = sources
    x, padding = _padded(layer, x, -math.inf)
    return functional.max_pool2d(x, layer.kernel, layer.stride, padding, layer.dilation)


def average_pool(layer: AveragePool, sources: Sequence[Tensor]) -> Tensor:
    """The average under the window, padding counted or not."""
    (x,) = sources
    counted = layer.counted((x.shape[1], x.shape[2], x.shape[3]))
    x, padding = _padded(layer, x, 0.0)
    average = functional.avg_pool2d(x, layer.kernel, layer.stride, padding)
    taps = layer.kernel[0] * layer.kernel[1]
    if (counted == taps).all():
        return average
    return average * torch.from_numpy(taps / counted).to(average)


def _padded(layer: MaxPool | AveragePool, x: Tensor, value: float) -> tuple[Tensor, Pair]:
    """Torch's own pools pad by half a kernel at most."""
    (above, below), (left, right) = layer.edges
    halves = all(2 * p <= k for p, k in zip(layer.padding, layer.kernel, strict=True))
    if layer.overhang == (0, 0) and halves:
        return x, layer.padding
    return functional.pad(x, (left, right, above, below), value=value), (0, 0)
