"""Pools: the largest value, or the sum, under a window."""

from __future__ import annotations

from ....compiler.program import AveragePool, MaxPool
from ..parts import Source, Tensor, blank, pixel, places, positions, requantize


def max_pool(node: MaxPool, source: Source) -> Tensor:
    """The largest value under each window; padding never wins."""
    outside = [node.type.low] * node.shape[0]
    output = blank(node)
    for row, column in positions(node):
        for channel in range(node.shape[0]):
            output[row][column][channel] = max(
                pixel(source.tensor, *place, outside)[channel]
                for place in places(node, row, column)
            )
    return output


def average_pool(node: AveragePool, source: Source) -> Tensor:
    """The shifted sum under each window; padding adds nothing."""
    outside = [0] * node.shape[0]
    output = blank(node)
    for row, column in positions(node):
        for channel in range(node.shape[0]):
            total = 0
            for place in places(node, row, column):
                total += pixel(source.tensor, *place, outside)[channel]
            output[row][column][channel] = requantize(node, total * node.factor, node.shift)
    return output
