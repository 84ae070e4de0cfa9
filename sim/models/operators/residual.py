"""Residual blocks: the sum, and the parameter-free shortcut."""

from __future__ import annotations

import numpy as np

from ....compiler.program import Add, SlicePad
from ..parts import Activations, Source, requantize


def add(node: Add, a: Source, b: Source) -> Activations:
    """The residual sum."""
    first, second = a.values.astype(np.int64), b.values.astype(np.int64)
    total = (first << node.left[0]) + (second << node.left[1])
    return requantize(total, node.shift, node.low, node.high)


def slice_pad(node: SlicePad, source: Source) -> Activations:
    """The parameter-free shortcut."""
    sliced = source.values[:, :: node.step[0], :: node.step[1]]
    return np.pad(sliced, ((0, 0), (0, 0), (0, 0), node.channels))
