"""What is under a window as it slides over padded activations."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from ..graph import Conv
from ..program import Pair


def pad(x: Tensor, padding: Pair, value: Tensor) -> Tensor:
    """`x` (N, H, W, C) with `padding` (vertical, horizontal) pixels of `value` (C,) around it."""
    if padding == (0, 0):
        return x
    images, height, width, channels = x.shape
    vertical, horizontal = padding
    shape = (images, height + 2 * vertical, width + 2 * horizontal, channels)
    out = value.to(x.device, x.dtype).expand(shape).contiguous()
    out[:, vertical : vertical + height, horizontal : horizontal + width] = x
    return out


def windows(x: Tensor, kernel: Pair, stride: Pair) -> Tensor:
    """Every pixel under every window of a padded `x` (N, H, W, C).

    Returns
    -------
    A view (N, rows, columns, C, kernel height, kernel width).
    """
    return x.unfold(1, kernel[0], stride[0]).unfold(2, kernel[1], stride[1])


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
        padded = pad(batch, layer.padding, zero)
        found = windows(padded, layer.kernel, layer.stride).flatten(3)
        return found.reshape(*found.shape[:3], layer.groups, -1)

    return inputs
