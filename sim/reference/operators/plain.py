"""Clamps, other shapes, borders, argmax."""

from __future__ import annotations

from ....compiler.program import Argmax, Clamp, Flatten, Pad, Reshape
from ..parts import Source, Tensor, blank, positions


def clamp(node: Clamp, source: Source) -> Tensor:
    """Each value, or the nearest one that the clamp allows."""
    return [
        [[min(max(value, node.low), node.high) for value in pixel] for pixel in row]
        for row in source.tensor
    ]


def flatten(node: Flatten | Reshape, source: Source) -> Tensor:
    """All values, row by row, pixel by pixel, as the channels of one pixel."""
    return [[[value for row in source.tensor for pixel in row for value in pixel]]]


def reshape(node: Reshape, source: Source) -> Tensor:
    """All values, row by row, pixel by pixel, dealt out to other pixels in the same order."""
    [[values]] = flatten(node, source)
    output = blank(node)
    for row, column in positions(node):
        for channel in range(node.shape[0]):
            output[row][column][channel] = values.pop(0)
    return output


def pad(node: Pad, source: Source) -> Tensor:
    """Every pixel at its place, and zeros around them."""
    output = blank(node)
    (above, _), (left, _) = node.border
    for row, pixels in enumerate(source.tensor):
        for column, pixel in enumerate(pixels):
            output[above + row][left + column] = list(pixel)
    return output


def argmax(node: Argmax, source: Source) -> Tensor:
    """The number of the first of the largest channels."""
    [[pixel]] = source.tensor
    return [[[pixel.index(max(pixel))]]]
