"""Larger images in float."""

from __future__ import annotations

from collections.abc import Sequence

from torch import Tensor
from torch.nn import functional

from ..layers.resize import DepthToSpace, Interpolate, Upsample


def upsample(layer: Upsample, sources: Sequence[Tensor]) -> Tensor:
    """Every pixel several times."""
    (x,) = sources
    rows, columns = layer.factor
    return x.repeat_interleave(rows, 2).repeat_interleave(columns, 3)


def interpolate(layer: Interpolate, sources: Sequence[Tensor]) -> Tensor:
    """Every pixel between those around it."""
    (x,) = sources
    factor = [float(times) for times in layer.factor]
    return functional.interpolate(x, scale_factor=factor, mode="bilinear", align_corners=False)


def depth_to_space(layer: DepthToSpace, sources: Sequence[Tensor]) -> Tensor:
    """Blocks of pixels out of each pixel's channels."""
    (x,) = sources
    (rows, columns), (_, height, width) = layer.block, x.shape[1:]
    channels = x.shape[1] // (rows * columns)
    blocks = x.reshape(len(x), rows, columns, channels, height, width)
    spread = blocks.permute(0, 3, 4, 1, 5, 2)
    return spread.reshape(len(x), channels, height * rows, width * columns)
