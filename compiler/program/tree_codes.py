"""The codes of trees: down the trees, or by tables where there are many vectors.

The thresholds of a tree cut every dimension into intervals, and space into boxes. All vectors of
a box have the same code, so that one walk down the tree for each box answers for all of them, and
a vector's code takes one lookup for each of its elements and one for its box.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from .encoders import TreeEncoder

_HIGHEST = int(np.iinfo(np.int16).max)
_BLOCK = 1 << 16
"""Elements of vectors that are looked up at a time, so that a processor's cache holds them."""


def encode_trees(encoder: TreeEncoder, vectors: NDArray[np.int16]) -> NDArray[np.uint16]:
    """Codes (P, subspaces) of vectors (P, subspaces, length)."""
    codes = by_boxes(encoder, vectors)
    return walk(encoder, vectors) if codes is None else codes


def walk(encoder: TreeEncoder, vectors: NDArray[np.int16]) -> NDArray[np.uint16]:
    """Codes (P, subspaces) of vectors (P, subspaces, length), one comparison after another."""
    subspace = np.arange(encoder.subspaces)
    node = np.zeros(vectors.shape[:-1], np.intp)
    for _ in range(encoder.levels):
        dimension = encoder.dimensions[subspace, node].astype(np.intp)
        value = np.take_along_axis(vectors, dimension[..., None], axis=-1)[..., 0]
        node = 2 * node + 1 + (value > encoder.thresholds[subspace, node])
    leaf = node - (encoder.leaves - 1)
    if encoder.leaf_codes is None:
        return leaf.astype(np.uint16)
    return encoder.leaf_codes[subspace, leaf]


def by_boxes(encoder: TreeEncoder, vectors: NDArray[np.int16]) -> NDArray[np.uint16] | None:
    """The same from tables; None where there are too few vectors for tables to pay."""
    low, high = int(encoder.thresholds.min()), int(encoder.thresholds.max())
    values = high - low + 2  # from `low`, which passes no threshold, to one more than `high`
    if values * encoder.length > len(vectors):
        return None
    intervals = _intervals(encoder, low, values)
    counts = intervals[..., -1] + 1
    boxes = counts.prod(axis=1, dtype=np.float64).max()  # integers overflow with long vectors
    if boxes * 2 > len(vectors) or boxes * encoder.subspaces > np.iinfo(np.int32).max:
        return None
    strides = np.cumprod(counts, axis=1) // counts
    codes = walk(encoder, _representatives(intervals, counts, strides, int(boxes)) + low)
    # A box's place among the codes, as a sum of what each element contributes.
    subspaces = np.arange(encoder.subspaces)
    places = (intervals * strides[..., None] * encoder.subspaces).astype(np.int32)
    places[:, 0] += subspaces[:, None].astype(np.int32)
    first = np.arange(encoder.subspaces * encoder.length).reshape(-1, encoder.length) * values - low
    result = np.empty(vectors.shape[:2], codes.dtype)
    for start in range(0, len(vectors), size := max(1, _BLOCK // vectors[0].size)):
        block = slice(start, start + size)
        clipped = np.clip(vectors[block], low, min(high + 1, _HIGHEST))
        place = places.take(clipped[..., 0] + first[:, 0])
        for element in range(1, encoder.length):
            place += places.take(clipped[..., element] + first[:, element])
        codes.take(place, out=result[block], mode="clip")
    return result


def _intervals(encoder: TreeEncoder, low: int, values: int) -> NDArray[np.intp]:
    """(subspaces, length, values): how many thresholds of its dimension a value passes."""
    passes = np.zeros((encoder.subspaces, encoder.length, values), np.bool_)
    subspace = np.arange(encoder.subspaces)[:, None]
    passes[subspace, encoder.dimensions, encoder.thresholds.astype(np.intp) - low + 1] = True
    return passes.cumsum(axis=-1)


def _representatives(
    intervals: NDArray[np.intp],
    counts: NDArray[np.intp],
    strides: NDArray[np.intp],
    boxes: int,
) -> NDArray[np.int16]:
    """(boxes, subspaces, length): a vector of every box, in values above the lowest one."""
    subspaces, length, values = intervals.shape
    subspace, dimension = np.arange(subspaces)[:, None], np.arange(length)
    members = np.zeros((subspaces, length, int(counts.max())), np.int16)
    members[subspace[..., None], dimension[:, None], intervals] = np.arange(values)
    interval = np.arange(boxes)[:, None, None] // strides % counts
    return members[subspace, dimension, interval]
