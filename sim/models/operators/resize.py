"""Larger images: pixels several times, and channels as pixels."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ....compiler.program import DepthToSpace, Interpolate, Upsample
from ..parts import Activations, Source


def upsample(node: Upsample | Interpolate, source: Source) -> Activations:
    """Every pixel several times: also what is interpolated of, in hardware."""
    rows, columns = node.factor
    return source.values.repeat(rows, axis=1).repeat(columns, axis=2)


def interpolate(node: Interpolate, source: Source) -> Activations:
    """The weights of each row and column times the image, rounded."""
    rows, columns = (
        _weights(size, times)
        for size, times in zip(source.values.shape[1:3], node.factor, strict=True)
    )
    total = np.einsum("ih,nhwc,jw->nijc", rows, source.values.astype(np.int64), columns)
    shift = sum((2 * times).bit_length() - 1 for times in node.factor)
    made: Activations = ((total + (1 << shift >> 1)) >> shift).astype(np.int16)
    return made


def _weights(size: int, times: int) -> NDArray[np.int64]:
    """(size * times, size) of each output the weights of the inputs, over ``2 * times``."""
    place = 2 * np.arange(size * times) + 1 - times
    below = place // (2 * times)
    part = place - 2 * times * below
    found = np.zeros((size * times, size), np.int64)
    for neighbour, weight in ((below, 2 * times - part), (below + 1, part)):
        np.add.at(found, (np.arange(size * times), neighbour.clip(0, size - 1)), weight)
    return found


def depth_to_space(node: DepthToSpace, source: Source) -> Activations:
    """Blocks of pixels out of each pixel's channels."""
    rows, columns = node.block
    images, height, width, _ = source.values.shape
    blocks = source.values.reshape(images, height, width, rows, columns, node.shape[0])
    return blocks.transpose(0, 1, 3, 2, 4, 5).reshape(
        images, height * rows, width * columns, node.shape[0]
    )
