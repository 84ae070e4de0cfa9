"""Larger images: pixels several times, and channels as pixels."""

from __future__ import annotations

from ....compiler.program import DepthToSpace, Upsample
from ..parts import Activations, Source


def upsample(node: Upsample, source: Source) -> Activations:
    """Every pixel several times."""
    rows, columns = node.factor
    return source.values.repeat(rows, axis=1).repeat(columns, axis=2)


def depth_to_space(node: DepthToSpace, source: Source) -> Activations:
    """Blocks of pixels out of each pixel's channels."""
    rows, columns = node.block
    images, height, width, _ = source.values.shape
    blocks = source.values.reshape(images, height, width, rows, columns, node.shape[0])
    return blocks.transpose(0, 1, 3, 2, 4, 5).reshape(
        images, height * rows, width * columns, node.shape[0]
    )
