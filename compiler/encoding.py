"""Encoding: from a subspace's activations to its code. What the encoders of a Program mean."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from .program import Encoder, NearestEncoder, TableConv, TreeEncoder

Codes = NDArray[np.uint8]
"""(..., subspaces)."""


def encode(encoder: Encoder, vectors: NDArray[np.int16]) -> Codes:
    """Codes (..., subspaces) of vectors (..., subspaces, length)."""
    if isinstance(encoder, TreeEncoder):
        return _encode_tree(encoder, vectors)
    return _encode_nearest(encoder, vectors)


def _encode_tree(encoder: TreeEncoder, vectors: NDArray[np.int16]) -> Codes:
    subspace = np.arange(encoder.subspaces)
    node = np.zeros(vectors.shape[:-1], np.intp)
    for _ in range(encoder.depth):
        dimension = encoder.dimensions[subspace, node].astype(np.intp)
        value = np.take_along_axis(vectors, dimension[..., None], axis=-1)[..., 0]
        node = 2 * node + 1 + (value > encoder.thresholds[subspace, node])
    return (node - (encoder.prototypes - 1)).astype(np.uint8)


def _encode_nearest(encoder: NearestEncoder, vectors: NDArray[np.int16]) -> Codes:
    # |x - p|^2 = |x|^2 - 2 x.p + |p|^2, and |x|^2 is the same for every prototype.
    points = encoder.points.astype(np.float64)
    dots = np.einsum("...sl,skl->...sk", vectors.astype(np.float64), points)
    distance = (points**2).sum(axis=-1) - 2 * dots
    return distance.argmin(axis=-1).astype(np.uint8)


def subspace_vectors(vectors: NDArray[np.int16], groups: int, length: int) -> NDArray[np.int16]:
    """Cut (..., elements) group by group into (..., subspaces, length), zero-filled."""
    *lead, elements = vectors.shape
    per_group = elements // groups
    subspaces = -(-per_group // length)
    out = np.zeros((*lead, groups, subspaces * length), vectors.dtype)
    out[..., :per_group] = vectors.reshape(*lead, groups, per_group)
    return out.reshape(*lead, groups * subspaces, length)


def padding_codes(node: TableConv, zero: NDArray[np.int16]) -> NDArray[np.uint8]:
    """(subspaces,) codes of a padding pixel in the ``pixel`` layout."""
    return encode(node.encoder, subspace_vectors(zero, node.groups, node.encoder.length))
