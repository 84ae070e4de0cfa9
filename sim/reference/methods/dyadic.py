"""Dyadic layers: convolutions by shifts and additions, one term at a time."""

from __future__ import annotations

from ....compiler.program import DyadicConv
from ..parts import Source, Tensor, blank, finish, pixel, places, positions


def dyadic_conv(node: DyadicConv, source: Source) -> Tensor:
    """The sum of the shifted activations, for every position and channel."""
    terms = node.terms.tolist()
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
                    for term in terms:
                        code = term[channel][number][down][right]
                        if code > 0:
                            total += here[first + number] << (code - 1)
                        elif code < 0:
                            total -= here[first + number] << (-code - 1)
            output[row][column][channel] = finish(node, channel, total)
    return output
