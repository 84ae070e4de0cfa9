"""Channels side by side, and choices among them."""

from __future__ import annotations

from ....compiler.program import ChannelSelect, Concat
from ..parts import Source, Tensor, blank, positions, requantize


def concat(node: Concat, *sources: Source) -> Tensor:
    """The channels of the first input, then those of the second, and so on."""
    output = blank(node)
    for row, column in positions(node):
        pixel = output[row][column]
        channel = 0
        for number, source in enumerate(sources):
            for value in source.tensor[row][column]:
                pixel[channel] = requantize(node, value << node.left[number], node.shift[number])
                channel += 1
    return output


def channel_select(node: ChannelSelect, source: Source) -> Tensor:
    """Channel by channel the one that is chosen."""
    return [
        [[pixel[channel] for channel in node.channels] for pixel in row] for row in source.tensor
    ]
