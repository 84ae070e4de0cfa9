"""Exact layers: convolutions by multiplication."""

from __future__ import annotations

from ....compiler.program import ExactConv
from ..parts import Source, Tensor, blank, finish, pixel, places, positions


def exact_conv(node: ExactConv, source: Source) -> Tensor:
    """The sum of the products with the weights, for every position and channel."""
    weight = node.weight.tolist()
    per_group = len(source.zero) // node.groups  # input channels
    output = blank(node)
    for row, column in positions(node):
        for channel in range(node.shape[0]):
            first = per_group * (channel // (node.shape[0] // node.groups))
            total = 0
            for tap, place in enumerate(places(node, row, column)):
                here = pixel(source.tensor, *place, source.zero)
                down, right = divmod(tap, node.kernel[1])
                for number in range(per_group):
                    total += weight[channel][number][down][right] * here[first + number]
            output[row][column][channel] = finish(node, channel, total)
    return output
