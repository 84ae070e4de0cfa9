"""Pools: the largest value, or the sum, under a window."""

from __future__ import annotations

import numpy as np

from ....compiler.program import AveragePool, MaxPool
from ..parts import Activations, Source, requantize, windows


def max_pool(node: MaxPool, source: Source) -> Activations:
    """The largest value under each window."""
    lowest = np.full(node.shape[0], node.type.low, np.int16)
    result: Activations = windows(source.values, node, lowest).max(axis=(-2, -1))
    return result


def average_pool(node: AveragePool, source: Source) -> Activations:
    """The shifted sum under each window; padding adds the integer 0, and counts or does not."""
    zero = np.zeros(node.shape[0], np.int16)
    total = windows(source.values, node, zero).sum(axis=(-2, -1), dtype=np.int32)
    _, height, width, channels = source.values.shape
    factor = node.factor_of((channels, height, width)).astype(np.int32)
    return requantize(total * factor[..., None], node.shift, node.low, node.high)
