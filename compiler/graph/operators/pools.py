"""Pools in float."""

from __future__ import annotations

import math
from collections.abc import Sequence

import torch
from torch import Tensor
from torch.nn import functional

from ...program import NO_EDGES, Pair
from ..layers.pools import AveragePool, MaxPool
from .padding import padded


def max_pool(layer: MaxPool, sources: Sequence[Tensor]) -> Tensor:
    """The largest value under the window."""
    (x,) = sources
    x, padding = padded(layer, x, -math.inf, most=_halves(layer))
    return functional.max_pool2d(x, layer.kernel, layer.stride, padding, layer.dilation)


def average_pool(layer: AveragePool, sources: Sequence[Tensor]) -> Tensor:
    """The average under the window, padding counted or not."""
    (x,) = sources
    image, padding = padded(layer, x, most=_halves(layer))
    average = functional.avg_pool2d(image, layer.kernel, layer.stride, padding)
    if layer.uncounted == NO_EDGES:
        return average
    counted = layer.counted((x.shape[1], x.shape[2], x.shape[3]))
    taps = layer.kernel[0] * layer.kernel[1]
    return average * torch.from_numpy(taps / counted).to(average)


def _halves(layer: MaxPool | AveragePool) -> Pair:
    """What torch's own pools pad by at most."""
    return layer.kernel[0] // 2, layer.kernel[1] // 2
