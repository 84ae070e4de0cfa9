"""What every node of a Program means: NumPy, integers only, vectorized over images.

Activations are (images, height, width, channels) int16, channel-minor like the streams. Each
function computes one kind of node; `tabfab.sim.models.golden` runs whole programs with them. Matrix
products run in floating point because that is where NumPy calls BLAS; every operand, product
and partial sum is an integer that the chosen float type represents exactly, and the type is
chosen from the node's proven accumulator bounds.
"""

from __future__ import annotations

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from ...compiler.program import (
    Add,
    AveragePool,
    Clamp,
    Conv,
    ExactConv,
    MaxPool,
    Pair,
    SlicePad,
    TableConv,
    Window,
)
from ...compiler.program.encoding import Codes, encode, padding_codes, subspace_vectors

Activations = NDArray[np.int16]
"""(images, height, width, channels)."""

_INT16_SUMS = 256
"""Entries of tables that int16 holds the sum of."""
_SUMS = 1 << 17
"""Sums that are under way at a time, so that a processor's cache holds them."""


def requantize(
    accumulator: NDArray[np.int64] | NDArray[np.int32],
    shift: int | NDArray[np.int64],
    low: int,
    high: int,
) -> Activations:
    """``clamp((accumulator + half) >> shift, low, high)``; the bias is already in."""
    shift = np.asarray(shift, accumulator.dtype)
    half = (np.ones_like(shift) << shift) >> 1
    return np.clip((accumulator + half) >> shift, low, high).astype(np.int16)


def pad(x: NDArray[np.int16], padding: Pair, value: NDArray[np.int16]) -> NDArray[np.int16]:
    """`x` with `padding` (vertical, horizontal) pixels of `value` (channels,) around it."""
    if padding == (0, 0):
        return x
    images, height, width, channels = x.shape
    vertical, horizontal = padding
    out = np.empty((images, height + 2 * vertical, width + 2 * horizontal, channels), x.dtype)
    out[...] = value
    out[:, vertical : vertical + height, horizontal : horizontal + width] = x
    return out


def windows(x: NDArray[np.int16], node: Window, value: NDArray[np.int16]) -> NDArray[np.int16]:
    """Every pixel under every window: a view (images, rows, columns, channels, kh, kw).

    Parameters
    ----------
    x: the node's input.
    node: gives kernel, stride and padding.
    value: (channels,) what padding pixels hold.
    """
    view = sliding_window_view(pad(x, node.padding, value), node.kernel, axis=(1, 2))
    return view[:, :: node.stride[0], :: node.stride[1]]


# ------------------------------------------------------------------------------ encoding


def codes(node: TableConv, x: Activations, zero: NDArray[np.int16]) -> Codes:
    """What a table layer's encoder makes of its input.

    Parameters
    ----------
    node: the layer.
    x: its input.
    zero: (channels,) what stands for a real zero in `x`.

    Returns
    -------
    (images, H, W, subspaces) of the input's pixels in the ``pixel`` layout, of the output's
    positions in the ``patch`` layout.
    """
    if node.layout == "patch":
        view = windows(x, node, zero)
        x = np.ascontiguousarray(view).reshape(*view.shape[:3], -1)
    return encode(node.encoder, subspace_vectors(x, node.groups, node.encoder.length))


# -------------------------------------------------------------------------- convolutions


def table_conv(node: TableConv, x: Activations, zero: NDArray[np.int16]) -> Activations:
    """A convolution by lookup."""
    code = codes(node, x, zero).astype(np.int16)
    if node.layout == "pixel":
        view = windows(code, node, padding_codes(node, zero).astype(np.int16))
        by_tap = view.transpose(0, 1, 2, 4, 5, 3)  # images, rows, columns, kh, kw, subspaces
        code = by_tap.reshape(*by_tap.shape[:3], node.taps, node.encoder.subspaces)
    else:
        code = code[..., None, :]
    return _finish(node, lookup_sums(node, code))


def lookup_sums(node: TableConv, code: NDArray[np.integer]) -> NDArray[np.int32]:
    """Sums of table rows: (images, rows, columns, taps, subspaces) to (..., M) int32.

    Where there are enough of them, two lookups become one in a table of all sums of two rows.
    """
    *lead, taps, subspaces = code.shape
    _, _, prototypes, outputs = node.tables.shape
    lookups = subspaces // node.groups * taps
    tables = node.tables.reshape(node.groups, lookups, prototypes, outputs).astype(np.int16)
    by_group = code.reshape(-1, taps, node.groups, subspaces // node.groups)
    codes = by_group.transpose(3, 1, 0, 2).reshape(lookups, -1, node.groups)
    total = np.zeros((codes.shape[1], node.groups, outputs), np.int32)
    for first in range(0, lookups, _INT16_SUMS):
        some = tables[:, first : first + _INT16_SUMS], codes[first : first + _INT16_SUMS]
        _add_rows(total, *(_in_pairs(*some) if prototypes**2 <= len(total) else some))
    return total.reshape(*lead, -1)


def _in_pairs(
    tables: NDArray[np.int16], codes: NDArray[np.integer]
) -> tuple[NDArray[np.int16], NDArray[np.integer]]:
    """Tables (groups, lookups, K, M) and codes (lookups, P, groups) of half as many lookups."""
    if len(codes) % 2:
        tables = np.concatenate([tables, np.zeros_like(tables[:, :1])], axis=1)
        codes = np.concatenate([codes, np.zeros_like(codes[:1])])
    groups, lookups, prototypes, outputs = tables.shape
    sums = tables[:, 0::2, :, None] + tables[:, 1::2, None, :]
    pairs = codes[0::2].astype(np.int32) * prototypes + codes[1::2]
    return sums.reshape(groups, lookups // 2, prototypes**2, outputs), pairs


def _add_rows(
    total: NDArray[np.int32], tables: NDArray[np.int16], codes: NDArray[np.integer]
) -> None:
    """Add rows of tables (groups, lookups, K, M) to `total` (P, groups, M)."""
    groups, lookups, prototypes, outputs = tables.shape
    rows = tables.transpose(1, 0, 2, 3).reshape(lookups, groups * prototypes, outputs)
    group = np.arange(groups) * prototypes
    size = max(1, _SUMS // (groups * outputs))
    for start in range(0, len(total), size):
        part = np.zeros((len(total[start : start + size]), groups, outputs), np.int16)
        row = np.empty_like(part)
        for table, numbers in zip(rows, codes[:, start : start + size] + group, strict=True):
            part += table.take(numbers, axis=0, out=row, mode="clip")
        total[start : start + size] += part


def exact_conv(node: ExactConv, x: Activations, zero: NDArray[np.int16]) -> Activations:
    """A convolution by multiplication."""
    view = windows(x, node, zero)
    images, rows, columns = view.shape[:3]
    per_group = node.weight[0].size
    float_type = _exact_float(node, x)
    patches = view.reshape(images * rows * columns, node.groups, per_group).astype(float_type)
    weights = node.weight.reshape(node.groups, -1, per_group).astype(float_type)
    sums = np.matmul(patches.transpose(1, 0, 2), weights.transpose(0, 2, 1))
    total = sums.transpose(1, 0, 2).reshape(images, rows, columns, -1)
    # By way of int64, which wraps: only with the bias do all sums fit 32 bits.
    return _finish(node, total.astype(np.int64).astype(np.int32))


def _exact_float(node: ExactConv, x: Activations) -> type[np.float32] | type[np.float64]:
    """The smaller float type in which no partial sum of the layer can be rounded."""
    largest = int(np.abs(node.weight.astype(np.int64)).sum(axis=(1, 2, 3)).max()) * 256
    return np.float32 if largest < 1 << 24 else np.float64


def _finish(node: Conv, total: NDArray[np.int32]) -> Activations:
    accumulator = total + node.bias
    reached = accumulator + node.half.astype(np.int32)
    if reached.size and not (
        node.accumulator[0] <= reached.min() and reached.max() <= node.accumulator[1]
    ):
        raise AssertionError(f"node {node.name!r}: accumulator left its proven bounds")
    return requantize(accumulator, node.shift.astype(np.int64), node.low, node.high)


# --------------------------------------------------------------------------- other nodes


def max_pool(node: MaxPool, x: Activations) -> Activations:
    """The largest value under each window."""
    lowest = np.full(node.shape[0], node.type.low, np.int16)
    result: Activations = windows(x, node, lowest).max(axis=(-2, -1))
    return result


def average_pool(node: AveragePool, x: Activations) -> Activations:
    """The shifted sum under each window."""
    zero = np.zeros(node.shape[0], np.int16)
    total = windows(x, node, zero).sum(axis=(-2, -1), dtype=np.int32)
    return requantize(total, node.shift, node.low, node.high)


def add(node: Add, a: Activations, b: Activations) -> Activations:
    """The residual sum."""
    total = (a.astype(np.int64) << node.left[0]) + (b.astype(np.int64) << node.left[1])
    return requantize(total, node.shift, node.low, node.high)


def clamp(node: Clamp, x: Activations) -> Activations:
    """A clamp by itself."""
    return np.clip(x, node.low, node.high)


def slice_pad(node: SlicePad, x: Activations) -> Activations:
    """The parameter-free shortcut."""
    sliced = x[:, :: node.step[0], :: node.step[1]]
    return np.pad(sliced, ((0, 0), (0, 0), (0, 0), node.channels))


def flatten(x: Activations) -> Activations:
    """All values of an image as the channels of one pixel."""
    return x.reshape(len(x), 1, 1, -1)


def argmax(x: Activations) -> Activations:
    """Number of the largest channel."""
    return x.argmax(axis=-1, keepdims=True).astype(np.int16)
