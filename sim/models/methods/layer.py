"""What layers share: products of weights with activations, and how a sum becomes an activation.

Matrix products run in floating point because that is where NumPy calls BLAS; every operand,
product and partial sum is an integer that the chosen float type represents exactly.
"""

from __future__ import annotations

import itertools

import numpy as np
from numpy.typing import NDArray

from ....compiler.program import Conv
from ..parts import Activations, Source, windows

_BLOCK = 1 << 16
"""Sums that become activations at a time, so that a processor's cache holds them."""

_LARGEST = 256
"""No activation's magnitude is above it."""
_SINGLE = 24
"""Bits of an integer that single precision holds."""
_MOST_PARTS = 6
"""Products in single precision that take less time than one in double precision."""


def finish(node: Conv, total: NDArray[np.int32]) -> Activations:
    """The activations of a layer whose terms add up to `total` (images, rows, columns, channels).

    Raises
    ------
    AssertionError: a sum leaves the bounds that the program proves.
    """
    offset = (node.bias + node.half).astype(np.int32)  # sums wrap until it is added
    shift = node.shift.astype(np.int32)
    if (shift == shift[0]).all():
        shift = shift[:1]
    sums = total.reshape(-1, total.shape[-1])
    result = np.empty(sums.shape, np.int16)
    for start in range(0, len(sums), size := max(1, _BLOCK // sums.shape[1])):
        block = slice(start, start + size)
        reached = sums[block] + offset
        if not (node.accumulator[0] <= reached.min() and reached.max() <= node.accumulator[1]):
            raise AssertionError(f"node {node.name!r}: accumulator left its proven bounds")
        if node.factor is None:
            reached >>= shift
        else:
            reached = (reached.astype(np.int64) * node.factor) >> (
                node.shift.astype(np.int64) + node.factor_bits
            )
        result[block] = np.clip(reached, node.low, node.high, out=reached)
    return result.reshape(total.shape)


def weighted_conv(node: Conv, weight: NDArray[np.integer], source: Source) -> Activations:
    """A layer whose terms are products with `weight` (M, C / groups, kernel height, width)."""
    view = windows(source.values, node, source.zero)
    images, rows, columns = view.shape[:3]
    per_group = weight[0].size
    patches = view.reshape(images * rows * columns, node.groups, per_group).astype(np.float32)
    weights = weight.reshape(node.groups, -1, per_group)
    sums = exact_products(patches.transpose(1, 0, 2), weights.transpose(0, 2, 1), _LARGEST)
    total = sums.transpose(1, 0, 2).reshape(images, rows, columns, -1)
    # By way of int64, which wraps: only with the bias do all sums fit 32 bits.
    return finish(node, total.astype(np.int64).astype(np.int32))


def exact_products(
    inputs: NDArray[np.float32], weight: NDArray[np.integer], largest: int
) -> NDArray[np.float32] | NDArray[np.float64]:
    """Matrix products of integers, none of whose partial sums is rounded.

    A sum that single precision could not hold is made of a few that it can, where that is
    faster than one in double precision.

    Parameters
    ----------
    inputs: (groups, rows, inputs of a group) integers.
    weight: (groups, inputs of a group, outputs of a group).
    largest: magnitude of `inputs`.

    Returns
    -------
    (groups, rows, outputs of a group).
    """
    reached = np.abs(weight.astype(np.int64)).sum(axis=1).max(initial=0) * largest
    parts = int(reached >> _SINGLE) + 1
    if parts > _MOST_PARTS:
        return np.matmul(inputs.astype(np.float64), weight.astype(np.float64))
    cuts = np.linspace(0, weight.shape[1], parts + 1).astype(int)
    pieces = [slice(first, end) for first, end in itertools.pairwise(cuts)]
    factors = weight.astype(np.float32)
    held = [np.abs(factors[:, piece]).sum(axis=1, dtype=np.float64).max() for piece in pieces]
    if max(held) * largest >= 1 << _SINGLE:
        return np.matmul(inputs.astype(np.float64), factors.astype(np.float64))
    if parts == 1:
        return np.matmul(inputs, factors)
    total = np.zeros((*inputs.shape[:2], weight.shape[2]))
    for piece in pieces:
        total += np.matmul(inputs[..., piece], factors[:, piece])
    return total
