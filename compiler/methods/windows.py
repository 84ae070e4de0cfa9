"""What is under a window as it slides over padded activations."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from ..graph import Conv
from ..program import NO_EDGES, Edges, Pair, reach


def pad(x: Tensor, edges: Edges, value: Tensor) -> Tensor:
    """`x` (N, H, W, C) with pixels of `value` (C,) around it."""
    if edges == NO_EDGES:
        return x
    images, height, width, channels = x.shape
    (above, below), (left, right) = edges
    shape = (images, above + height + below, left + width + right, channels)
    out = value.to(x.device, x.dtype).expand(shape).contiguous()
    out[:, above : above + height, left : left + width] = x
    return out


def windows(x: Tensor, kernel: Pair, stride: Pair, dilation: Pair = (1, 1)) -> Tensor:
    """Every pixel under every window of a padded `x` (N, H, W, C).

    Returns
    -------
    A view (N, rows, columns, C, kernel height, kernel width).
    """
    high, wide = (reach(k, d) for k, d in zip(kernel, dilation, strict=True))
    under = x.unfold(1, high, stride[0]).unfold(2, wide, stride[1])
    return under[..., :: dilation[0], :: dilation[1]]


def patches(layer: Conv, padding_value: NDArray[np.int16]) -> Callable[[Tensor], Tensor]:
    """What makes the patches that a layer multiplies of its input.

    Parameters
    ----------
    layer: the float layer.
    padding_value: (C,) what stands for a real zero in the input.

    Returns
    -------
    A function from (n, H, W, C) to (n, rows, columns, groups, inputs of a group in the order
    channel, row, column).
    """
    zero = torch.from_numpy(padding_value)

    def inputs(batch: Tensor) -> Tensor:
        padded = pad(batch, layer.edges, zero)
        found = windows(padded, layer.kernel, layer.stride, layer.dilation).flatten(3)
        return found.reshape(*found.shape[:3], layer.groups, -1)

    return inputs
