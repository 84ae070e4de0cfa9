"""Table layers: convolutions by lookup."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ....compiler.program import TableConv
from ....compiler.program.encoding import encode, padding_codes, subspace_vectors
from ..parts import Activations, Source, pad, windows
from .layer import finish

_INT16_SUMS = 256
"""Entries of tables that int16 holds the sum of."""
_SUMS = 1 << 17
"""Sums that are under way at a time, so that a processor's cache holds them."""


def codes(node: TableConv, source: Source) -> NDArray[np.int16]:
    """What a table layer's encoder makes of its input.

    Returns
    -------
    (images, H, W, subspaces) of the input's pixels in the ``pixel`` layout, of the output's
    positions in the ``patch`` layout.
    """
    x = source.values
    if node.layout == "patch":
        view = windows(x, node, source.zero)
        x = np.ascontiguousarray(view).reshape(*view.shape[:3], -1)
    vectors = subspace_vectors(x, node.groups, node.encoder.length)
    return encode(node.encoder, vectors).astype(np.int16)


def table_conv(node: TableConv, source: Source) -> Activations:
    """A convolution by lookup."""
    code = codes(node, source)
    if node.layout == "patch":
        return finish(node, lookup_sums(node, code[..., None, :]))
    if node.groups == 1:
        return finish(node, pixel_sums(node, code, padding_codes(node, source.zero)))
    view = windows(code, node, padding_codes(node, source.zero).astype(np.int16))
    by_tap = view.transpose(0, 1, 2, 4, 5, 3)  # images, rows, columns, kh, kw, subspaces
    code = by_tap.reshape(*by_tap.shape[:3], node.taps, node.encoder.subspaces)
    return finish(node, lookup_sums(node, code))


def pixel_sums(
    node: TableConv, code: NDArray[np.integer], outside: NDArray[np.integer]
) -> NDArray[np.int32]:
    """Sums of table rows of a layer of one group in the ``pixel`` layout, tap by tap.

    Where there are enough of them, two lookups become one in a table of all sums of two rows.

    Parameters
    ----------
    node: the layer.
    code: (images, H, W, subspaces) of its input's pixels.
    outside: (subspaces,) of a padding pixel.

    Returns
    -------
    (images, rows, columns, M).
    """
    subspaces, _, prototypes, outputs = node.tables.shape
    tables = node.tables.transpose(1, 0, 2, 3).astype(np.int16)
    rows, columns = node.shape[1:]
    total = np.zeros((len(code), rows, columns, outputs), np.int32)
    joined = subspaces > 1 and prototypes**2 <= total.size // outputs
    padded = pad(code.astype(np.int16), node.edges, outside.astype(np.int16))
    by_subspace: NDArray[np.integer] = padded.transpose(3, 0, 1, 2)
    if joined:
        tables, by_subspace = _in_pairs(tables, by_subspace)
    for start in range(0, len(total), size := max(1, _SUMS // total[0].size)):
        block = by_subspace[:, start : start + size].astype(np.intp)
        part = np.zeros(total[start : start + size].shape, np.int16)
        row = np.empty_like(part)
        summed = 0
        for tap, (down, across) in enumerate(np.ndindex(node.kernel)):
            top, left = down * node.dilation[0], across * node.dilation[1]
            bottom, right = top + rows * node.stride[0], left + columns * node.stride[1]
            window = block[:, :, top : bottom : node.stride[0], left : right : node.stride[1]]
            for table, numbers in zip(tables[tap], window, strict=True):
                if summed + 1 + joined > _INT16_SUMS:
                    total[start : start + size] += part
                    part[...] = 0
                    summed = 0
                part += table.take(numbers, axis=0, out=row, mode="clip")
                summed += 1 + joined
        total[start : start + size] += part
    return total


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
