"""Pools in float."""

from __future__ import annotations

from collections.abc import Sequence

from torch import Tensor
from torch.nn import functional

from ..layers.pools import AveragePool, MaxPool


def max_pool(layer: MaxPool, sources: Sequence[Tensor]) -> Tensor:
    """The largest value under the window."""
    (x,) = sources
    return functional.max_pool2d(x, layer.kernel, layer.stride, layer.padding)


def average_pool(layer: AveragePool, sources: Sequence[Tensor]) -> Tensor:
    """The average under the window, padding counted."""
    (x,) = sources
    return functional.avg_pool2d(x, layer.kernel, layer.stride, layer.padding)
