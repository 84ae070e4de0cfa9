"""What is under a window as it slides over padded activations."""

from __future__ import annotations

from torch import Tensor

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
