"""Residual blocks: the sum, and the parameter-free shortcut."""

from __future__ import annotations

import numpy as np

from ....compiler.program import Add, SlicePad
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


def slice_pad(node: SlicePad, source: Source) -> Activations:
    """The parameter-free shortcut."""
    sliced = source.values[:, :: node.step[0], :: node.step[1]]
    return np.pad(sliced, ((0, 0), (0, 0), (0, 0), node.channels))
