"""Clamp, flatten, argmax."""

from __future__ import annotations

from ....compiler.program import Argmax, Clamp, Flatten
from ..parts import Source, Tensor


def clamp(node: Clamp, source: Source) -> Tensor:
    """Each value, or the nearest one that the clamp allows."""
    return [
        [[min(max(value, node.low), node.high) for value in pixel] for pixel in row]
        for row in source.tensor
    ]


def flatten(node: Flatten, source: Source) -> Tensor:
    """All values, row by row, pixel by pixel, as the channels of one pixel."""
    return [[[value for row in source.tensor for pixel in row for value in pixel]]]


def argmax(node: Argmax, source: Source) -> Tensor:
    """The number of the first of the largest channels."""
    [[pixel]] = source.tensor
    return [[[pixel.index(max(pixel))]]]
