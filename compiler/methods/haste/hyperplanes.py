"""Drawing the hyperplanes that a layer's channels are hashed by."""

from __future__ import annotations

import zlib

import numpy as np
from numpy.typing import NDArray

from ...graph import Conv
from ...program import Pair
from ...program.nodes.haste import halo
from .geometry import hashed_pixels
from .options import HasteOptions

Entries = NDArray[np.int8]

LEAST_ENTRIES = 3
"""Of a hyperplane: of single pixels there would be no more hyperplanes than a small halo has."""


def entries_of(pixels: int, options: HasteOptions) -> int:
    """Entries of a hyperplane over so many pixels that are not zero: some, whatever the share."""
    return max(min(LEAST_ENTRIES, pixels), round(pixels * (1 - options.hyperplane_zeros)))


def draw_hyperplanes(layer: Conv, patch: Pair, options: HasteOptions) -> Entries:
    """(L, halo height, halo width) of -1, 0 and 1, by the seed and the layer's name.

    Parameters
    ----------
    layer: whose channels will be hashed.
    patch: positions of its patches.
    options: how many hyperplanes, how many of their entries are not zero, and which.
    """
    rng = np.random.default_rng((options.seed, zlib.crc32(layer.name.encode())))
    pixels = hashed_pixels(layer, patch)
    count = entries_of(int(pixels.sum()), options)
    if options.hyperplanes_from == "weights":
        directions = _weighted_directions(rng, layer, patch, options.hyperplanes) * pixels.ravel()
        chosen = np.argsort(-np.abs(directions), axis=1, kind="stable")[:, :count]
        signs = np.sign(np.take_along_axis(directions, chosen, axis=1))
    else:
        places = np.flatnonzero(pixels)
        order = rng.random((options.hyperplanes, len(places))).argsort(axis=1)
        chosen = places[order[:, :count]]
        signs = 2.0 * rng.integers(0, 2, chosen.shape) - 1
    planes = np.zeros((options.hyperplanes, pixels.size), np.int8)
    np.put_along_axis(planes, chosen, signs.astype(np.int8), axis=1)
    return planes.reshape(-1, *pixels.shape)


def _weighted_directions(
    rng: np.random.Generator, layer: Conv, patch: Pair, count: int
) -> NDArray[np.float64]:
    """(count, pixels of a halo) random combinations of the layer's filters at all positions.

    Two channels that differ by x give outputs that differ by the sum of squares of x's products
    with all filters, on average: a normal vector of their covariance lies in the directions in
    which a difference matters.
    """
    filters = layer.weight.astype(np.float64).reshape(-1, layer.kernel[0] * layer.kernel[1])
    largest = np.abs(filters).max() or 1.0
    values, vectors = np.linalg.eigh((filters / largest).T @ (filters / largest))
    root = vectors * np.sqrt(np.maximum(values, 0))
    positions = patch[0] * patch[1]
    drawn = rng.standard_normal((count, positions, filters.shape[1])) @ root.T
    size = halo(patch, layer.stride, layer.kernel)
    rows, columns = (
        np.add.outer(np.arange(patch[axis]) * layer.stride[axis], np.arange(layer.kernel[axis]))
        for axis in (0, 1)
    )
    # (rows of a patch, columns of one, kernel height, kernel width) places in the halo
    places = rows[:, None, :, None] * size[1] + columns[None, :, None, :]
    directions = np.zeros((size[0] * size[1], count))
    np.add.at(directions, places.reshape(-1), drawn.reshape(count, -1).T)
    return directions.T
