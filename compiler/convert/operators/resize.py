"""Larger images of a program in torch."""

from __future__ import annotations

from collections.abc import Sequence

from torch import Tensor
from torch.nn import functional

from ...program import DepthToSpace, Interpolate, Upsample


def upsample(node: Upsample, inputs: Sequence[Tensor]) -> Tensor:
    """Every pixel several times."""
    rows, columns = node.factor
    return inputs[0].repeat_interleave(rows, 1).repeat_interleave(columns, 2)


def interpolate(node: Interpolate, inputs: Sequence[Tensor]) -> Tensor:
    """Every pixel between those around it, which double precision holds exactly, rounded."""
    x = inputs[0].permute(0, 3, 1, 2).double()
    factor = [float(times) for times in node.factor]
    made = functional.interpolate(x, scale_factor=factor, mode="bilinear", align_corners=False)
    return (made + 0.5).floor().short().permute(0, 2, 3, 1)


def depth_to_space(node: DepthToSpace, inputs: Sequence[Tensor]) -> Tensor:
    """Blocks of pixels out of each pixel's channels."""
    (x,), (rows, columns) = inputs, node.block
    images, height, width, channels = x.shape
    blocks = x.reshape(images, height, width, rows, columns, channels // (rows * columns))
    return blocks.permute(0, 1, 3, 2, 4, 5).reshape(images, height * rows, width * columns, -1)
