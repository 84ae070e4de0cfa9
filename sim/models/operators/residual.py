"""Sums and products of two nodes, and the parameter-free shortcut."""

from __future__ import annotations

import numpy as np

from ....compiler.program import Add, Multiply, SlicePad, kept_slices
from ..parts import Activations, Source, requantize


def add(node: Add, a: Source, b: Source) -> Activations:
    """The residual sum, or difference."""
    result = np.empty_like(a.values)
    for image, (first, second) in enumerate(zip(a.values, b.values, strict=True)):
        total = first.astype(np.int64) << node.left[0]
        other = second.astype(np.int64) << node.left[1]
        total += -other if node.subtracts else other
        result[image] = requantize(total, node.shift, node.low, node.high)
    return result


def multiply(node: Multiply, a: Source, b: Source) -> Activations:
    """The product, times the node's factor."""
    result = np.empty_like(a.values)
    for image, (first, second) in enumerate(zip(a.values, b.values, strict=True)):
        product = first.astype(np.int64) * second * node.factor
        result[image] = requantize(product, node.shift, node.low, node.high)
    return result


def slice_pad(node: SlicePad, source: Source) -> Activations:
    """Some pixels, with channels of zeros around them."""
    rows, columns = kept_slices(source.values.shape[1:3], node.cut, node.step)
    return np.pad(source.values[:, rows, columns], ((0, 0), (0, 0), (0, 0), node.channels))
