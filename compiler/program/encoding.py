"""Encoding: from a subspace's activations to its code. What the encoders of a Program mean."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, assert_never

import numpy as np
from numpy.typing import NDArray

from .encoders import Encoder, NearestEncoder, NearestL1Encoder, TreeEncoder
from .nodes.table import TableConv
from .tree_codes import encode_trees

Codes = NDArray[np.uint16]
"""(..., subspaces)."""

_DISTANCES = 1 << 23
"""Most distances to prototypes that are held at a time (64 MiB)."""


def encode(encoder: Encoder, vectors: NDArray[np.int16]) -> Codes:
    """Codes (..., subspaces) of vectors (..., subspaces, length)."""
    match encoder:
        case TreeEncoder():
            flat = vectors.reshape(-1, *vectors.shape[-2:])
            return encode_trees(encoder, flat).reshape(vectors.shape[:-1])
        case NearestL1Encoder():
            return _encode_nearest(encoder, vectors, _l1_distances)
        case NearestEncoder():
            return _encode_nearest(encoder, vectors, _squared_distances)
    assert_never(encoder)


_Distances = Callable[[NDArray[np.int16], NDArray[np.int16]], NDArray[Any]]
"""(vectors, K) of vectors (vectors, length) to points (K, length), but for what is the same for
all points of a vector."""


def _encode_nearest(
    encoder: NearestEncoder, vectors: NDArray[np.int16], distances: _Distances
) -> Codes:
    flat = vectors.reshape(-1, *vectors.shape[-2:])
    code = np.empty(flat.shape[:2], np.uint16)
    size = max(1, _DISTANCES // encoder.prototypes)
    for subspace in range(encoder.subspaces):
        for start in range(0, len(flat), size):
            part = distances(flat[start : start + size, subspace], encoder.points[subspace])
            code[start : start + size, subspace] = part.argmin(axis=-1)
    return code.reshape(vectors.shape[:-1])


def _squared_distances(x: NDArray[np.int16], points: NDArray[np.int16]) -> NDArray[np.float64]:
    # |x - p|^2 = |x|^2 - 2 x.p + |p|^2, and |x|^2 is the same for every prototype. All of it is
    # integers, which float64 holds exactly.
    prototypes, part = points.astype(np.float64), x.astype(np.float64)
    found: NDArray[np.float64] = (prototypes**2).sum(axis=-1) - 2 * part @ prototypes.T
    return found


def _l1_distances(x: NDArray[np.int16], points: NDArray[np.int16]) -> NDArray[np.int32]:
    found = np.zeros((len(x), len(points)), np.int32)
    for element in range(x.shape[1]):
        apart = np.subtract.outer(x[:, element].astype(np.int32), points[:, element])
        found += np.abs(apart, out=apart)
    return found


def subspace_vectors(vectors: NDArray[np.int16], groups: int, length: int) -> NDArray[np.int16]:
    """Cut (..., elements) group by group into (..., subspaces, length), zero-filled."""
    *lead, elements = vectors.shape
    per_group = elements // groups
    subspaces = -(-per_group // length)
    if per_group == subspaces * length:
        return vectors.reshape(*lead, groups * subspaces, length)
    out = np.zeros((*lead, groups, subspaces * length), vectors.dtype)
    out[..., :per_group] = vectors.reshape(*lead, groups, per_group)
    return out.reshape(*lead, groups * subspaces, length)


def padding_codes(node: TableConv, zero: NDArray[np.int16]) -> Codes:
    """(subspaces,) codes of a padding pixel in the ``pixel`` layout."""
    return encode(node.encoder, subspace_vectors(zero, node.groups, node.encoder.length))
