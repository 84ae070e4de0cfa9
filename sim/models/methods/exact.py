"""Exact layers: convolutions by multiplication.

Matrix products run in floating point because that is where NumPy calls BLAS; every operand,
product and partial sum is an integer that the chosen float type represents exactly.
"""

from __future__ import annotations

import numpy as np

from ....compiler.program import ExactConv
from ..parts import Activations, Source, windows
from .layer import finish


def exact_conv(node: ExactConv, source: Source) -> Activations:
    """A convolution by multiplication."""
    view = windows(source.values, node, source.zero)
    images, rows, columns = view.shape[:3]
    per_group = node.weight[0].size
    float_type = _exact_float(node)
    patches = view.reshape(images * rows * columns, node.groups, per_group).astype(float_type)
    weights = node.weight.reshape(node.groups, -1, per_group).astype(float_type)
    sums = np.matmul(patches.transpose(1, 0, 2), weights.transpose(0, 2, 1))
    total = sums.transpose(1, 0, 2).reshape(images, rows, columns, -1)
    # By way of int64, which wraps: only with the bias do all sums fit 32 bits.
    return finish(node, total.astype(np.int64).astype(np.int32))


def _exact_float(node: ExactConv) -> type[np.float32] | type[np.float64]:
    """The smaller float type in which no partial sum of the layer can be rounded."""
    largest = int(np.abs(node.weight.astype(np.int64)).sum(axis=(1, 2, 3)).max()) * 256
    return np.float32 if largest < 1 << 24 else np.float64
