"""Sizes of patches, and which pixels their windows read. Nothing here imports torch."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ...program import Pair, Shape
from ...program.nodes.haste import halo


def fitted_patch(patch: int, output: Shape) -> Pair:
    """Positions of patches of at most `patch` each way, about as large as each other.

    As few patches as cover the output with `patch`, and no larger than they must be.
    """
    down, right = (-(-size // -(-size // patch)) for size in output[1:])
    return down, right


def read_pixels(patch: Pair, stride: Pair, kernel: Pair) -> NDArray[np.bool_]:
    """(halo height, halo width) whether any window of a patch reads a pixel."""
    along = []
    for axis, length in enumerate(halo(patch, stride, kernel)):
        read = np.zeros(length, bool)
        read[np.add.outer(np.arange(patch[axis]) * stride[axis], np.arange(kernel[axis]))] = True
        along.append(read)
    return np.logical_and.outer(*along)
