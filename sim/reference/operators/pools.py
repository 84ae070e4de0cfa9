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
        factor = node.factor
        if node.factors:
            counted = [
                place for place in places(node, row, column) if _counts(node, source, *place)
            ]
            factor = node.factors[len(counted) - 1]
        for channel in range(node.shape[0]):
            total = 0
            for place in places(node, row, column):
                total += pixel(source.tensor, *place, outside)[channel]
            output[row][column][channel] = requantize(node, total * factor, node.shift)
    return output


def _counts(node: AveragePool, source: Source, row: int, column: int) -> bool:
    """Whether a place of the padded image is counted by the average."""
    inside = True
    sizes = (len(source.tensor), len(source.tensor[0]))
    for axis, place in enumerate((row, column)):
        before, after = node.padding[axis], node.padding[axis] + node.overhang[axis]
        first, end = node.uncounted[axis][0] - before, sizes[axis] + after - node.uncounted[axis][1]
        inside = inside and first <= place < end
    return inside
