"""Sums and products of two nodes, and the parameter-free shortcut."""

from __future__ import annotations

from ....compiler.program import Add, Multiply, SlicePad
from ..parts import Source, Tensor, blank, positions, requantize


def add(node: Add, first: Source, second: Source) -> Tensor:
    """The residual sum, or difference."""
    output = blank(node)
    for row, column in positions(node):
        for channel in range(node.shape[0]):
            total = first.tensor[row][column][channel] << node.left[0]
            other = second.tensor[row][column][channel] << node.left[1]
            total = total - other if node.subtracts else total + other
            output[row][column][channel] = requantize(node, total, node.shift)
    return output


def multiply(node: Multiply, first: Source, second: Source) -> Tensor:
    """The product, times the node's factor."""
    output = blank(node)
    for row, column in positions(node):
        for channel in range(node.shape[0]):
            one, other = (source.tensor[row][column][channel] for source in (first, second))
            output[row][column][channel] = requantize(node, one * other * node.factor, node.shift)
    return output


def slice_pad(node: SlicePad, source: Source) -> Tensor:
    """Every step-th pixel of what is not cut off, with channels of zeros around it."""
    before, after = node.channels
    (above, below), (left, right) = node.cut
    rows = source.tensor[above : len(source.tensor) - below]
    width = len(source.tensor[0])
    return [
        [[0] * before + pixel + [0] * after for pixel in row[left : width - right][:: node.step[1]]]
        for row in rows[:: node.step[0]]
    ]
