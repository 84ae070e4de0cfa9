"""Sizes of patches, and which of their pixels are hashed. Nothing here imports torch."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ...graph import Conv
from ...program import Pair, Shape
from ...program.nodes.haste import halo


def fitted_patch(patch: int, output: Shape) -> Pair:
    """Positions of patches of at most `patch` each way, about as large as each other.

    As few patches as cover the output with `patch`, and no larger than they must be.
    """
    down, right = (-(-size // -(-size // patch)) for size in output[1:])
    return down, right


def hashed_pixels(layer: Conv, patch: Pair) -> NDArray[np.bool_]:
    """(halo height, halo width) which pixels tell channels apart.

    Those that a window of the patch reads, and that are not padding in every patch of the image:
    there all channels are alike. All that are read, where nothing else is.
    """
    read, real = [], []
    for axis, length in enumerate(halo(patch, layer.stride, layer.kernel)):
        stride, kernel, padding = layer.stride[axis], layer.kernel[axis], layer.padding[axis]
        under = np.zeros(length, bool)
        under[np.add.outer(np.arange(patch[axis]) * stride, np.arange(kernel))] = True
        read.append(under)
        positions = layer.shape[1 + axis]
        size = (positions - 1) * stride + kernel - 2 * padding  # pixels that windows read
        first = np.arange(0, positions, patch[axis]) * stride - padding
        at = np.add.outer(first, np.arange(length))
        real.append(((at >= 0) & (at < size)).any(axis=0))
    pixels = np.logical_and.outer(*read)
    inside = pixels & np.logical_and.outer(*real)
    return inside if inside.any() else pixels
