"""Larger images: pixels several times, and channels as pixels."""

from __future__ import annotations

from ....compiler.program import DepthToSpace, Upsample
from ..parts import Source, Tensor, blank, positions


def upsample(node: Upsample, source: Source) -> Tensor:
    """Each pixel is the one that many rows and columns nearer to the first."""
    output = blank(node)
    for row, column in positions(node):
        output[row][column] = list(source.tensor[row // node.factor[0]][column // node.factor[1]])
    return output


def depth_to_space(node: DepthToSpace, source: Source) -> Tensor:
    """Each pixel is a part of a smaller image's pixel: which one its place in the block says."""
    output, channels = blank(node), node.shape[0]
    for row, column in positions(node):
        pixel = source.tensor[row // node.block[0]][column // node.block[1]]
        part = row % node.block[0] * node.block[1] + column % node.block[1]
        output[row][column] = pixel[part * channels : (part + 1) * channels]
    return output
