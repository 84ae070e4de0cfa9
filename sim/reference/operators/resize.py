"""Larger images: pixels several times, and channels as pixels."""

from __future__ import annotations

from ....compiler.program import DepthToSpace, Interpolate, Upsample
from ..parts import Source, Tensor, blank, positions


def upsample(node: Upsample, source: Source) -> Tensor:
    """Each pixel is the one that many rows and columns nearer to the first."""
    output = blank(node)
    for row, column in positions(node):
        output[row][column] = list(source.tensor[row // node.factor[0]][column // node.factor[1]])
    return output


def interpolate(node: Interpolate, source: Source) -> Tensor:
    """Each pixel lies between two rows and two columns, and has of each what the other is away."""
    output, (rows, columns) = blank(node), node.factor
    for row, column in positions(node):
        pixel = [0] * node.shape[0]
        for above, vertical in _neighbours(row, rows, len(source.tensor)):
            for left, horizontal in _neighbours(column, columns, len(source.tensor[0])):
                for channel, value in enumerate(source.tensor[above][left]):
                    pixel[channel] += vertical * horizontal * value
        whole = 4 * rows * columns
        output[row][column] = [(2 * total + whole) // (2 * whole) for total in pixel]
    return output


def _neighbours(place: int, times: int, size: int) -> list[tuple[int, int]]:
    """Both neighbours of a place in a larger image, each with its weight over ``2 * times``."""
    first, away = divmod(2 * place + 1 - times, 2 * times)
    return [
        (min(max(first, 0), size - 1), 2 * times - away),
        (min(max(first + 1, 0), size - 1), away),
    ]


def depth_to_space(node: DepthToSpace, source: Source) -> Tensor:
    """Each pixel is a part of a smaller image's pixel: which one its place in the block says."""
    output, channels = blank(node), node.shape[0]
    for row, column in positions(node):
        pixel = source.tensor[row // node.block[0]][column // node.block[1]]
        part = row % node.block[0] * node.block[1] + column % node.block[1]
        output[row][column] = pixel[part * channels : (part + 1) * channels]
    return output
