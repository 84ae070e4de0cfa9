"""Drawing the hyperplanes that a layer's channels are hashed by."""

from __future__ import annotations

import zlib

import numpy as np
from numpy.typing import NDArray

from .options import HasteOptions


def entries_of(pixels: int, options: HasteOptions) -> int:
    """Entries of a hyperplane over so many pixels that are not zero: at least one."""
    return max(1, round(pixels * (1 - options.hyperplane_zeros)))


def draw_hyperplanes(name: str, read: NDArray[np.bool_], options: HasteOptions) -> NDArray[np.int8]:
    """(L, halo height, halo width) of -1, 0 and 1 at random, by the seed and the layer's name.

    Parameters
    ----------
    name: of the layer.
    read: (halo height, halo width) whether any window reads a pixel; where none does, all are 0.
    options: how many, and how many of their entries are not zero.
    """
    rng = np.random.default_rng((options.seed, zlib.crc32(name.encode())))
    places = np.flatnonzero(read)
    count = entries_of(len(places), options)
    planes = np.zeros((options.hyperplanes, read.size), np.int8)
    chosen = rng.random((options.hyperplanes, len(places))).argsort(axis=1)[:, :count]
    signs = 2 * rng.integers(0, 2, chosen.shape) - 1
    np.put_along_axis(planes, places[chosen], signs.astype(np.int8), axis=1)
    return planes.reshape(-1, *read.shape)
