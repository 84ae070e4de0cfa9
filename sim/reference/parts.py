"""What the reference model's nodes are made of: tensors, places under a window, requantization."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from ...compiler.program import Conv, Node, Requantized, Window

Pixel = list[int]
"""The channels of one pixel."""
Tensor = list[list[Pixel]]
"""The tensor of one image, as ``tensor[row][column][channel]``."""


@dataclass(frozen=True)
class Source:
    """What a node reads from one of its inputs.

    Parameters
    ----------
    tensor: the input's output.
    zero: what stands for a real zero in it, channel by channel.
    """

    tensor: Tensor
    zero: Pixel


Evaluate = Callable[..., Tensor]
"""A node's output from the node and a `Source` for each of its inputs."""


def requantize(node: Requantized, total: int, shift: int) -> int:
    """``clamp((total + half) >> shift)``; Python's ``>>`` rounds down, as it must."""
    half = 0 if shift == 0 else 2 ** (shift - 1)
    return min(max((total + half) >> shift, node.low), node.high)


def finish(node: Conv, channel: int, total: int) -> int:
    """The activation of an output channel whose terms add up to `total`.

    Raises
    ------
    AssertionError: the sum leaves the bounds that the program proves.
    """
    shift = int(node.shift[channel])
    half = 0 if shift == 0 else 2 ** (shift - 1)
    biased = total + int(node.bias[channel])
    assert node.accumulator[0] <= biased + half <= node.accumulator[1], node.name
    if node.factor is not None:
        product = (biased + half) * int(node.factor[channel])
        return min(max(product >> (shift + node.factor_bits), node.low), node.high)
    return requantize(node, biased, shift)


def positions(node: Node) -> Iterator[tuple[int, int]]:
    """Row and column of every pixel of the output."""
    _, height, width = node.shape
    for row in range(height):
        for column in range(width):
            yield row, column


def places(node: Window, row: int, column: int) -> Iterator[tuple[int, int]]:
    """Row and column in the input of every tap of the window at an output position."""
    for down in range(node.kernel[0]):
        for right in range(node.kernel[1]):
            yield (
                row * node.stride[0] - node.padding[0] + down * node.dilation[0],
                column * node.stride[1] - node.padding[1] + right * node.dilation[1],
            )


def pixel(source: Tensor, row: int, column: int, outside: Pixel) -> Pixel:
    """The pixel at a place of `source`, or `outside` where the place is padding."""
    if 0 <= row < len(source) and 0 <= column < len(source[0]):
        return source[row][column]
    return outside


def blank(node: Node) -> Tensor:
    """A tensor of zeros of the output's shape."""
    channels, height, width = node.shape
    return [[[0] * channels for _ in range(width)] for _ in range(height)]
