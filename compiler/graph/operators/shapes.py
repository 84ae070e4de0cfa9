"""Shortcuts, padding and other shapes in float."""

from __future__ import annotations

from collections.abc import Sequence

from torch import Tensor
from torch.nn import functional

from ...program import kept_slices
from ..layers.shapes import Flatten, Pad, Reshape, SlicePad


def slice_pad(layer: SlicePad, sources: Sequence[Tensor]) -> Tensor:
    """Every step-th pixel of what is not cut off, with zero channels around."""
    (x,) = sources
    rows, columns = kept_slices(x.shape[2:], layer.cut, layer.step)
    return functional.pad(x[:, :, rows, columns], (0, 0, 0, 0, *layer.channels))


def flatten(layer: Flatten, sources: Sequence[Tensor]) -> Tensor:
    """All values of an image as channels of one pixel, channel-minor."""
    (x,) = sources
    return x.permute(0, 2, 3, 1).flatten(1)[..., None, None]


def reshape(layer: Reshape, sources: Sequence[Tensor]) -> Tensor:
    """The same numbers, channel-minor, in another shape."""
    (x,) = sources
    channels, height, width = layer.shape
    pixels = x.permute(0, 2, 3, 1).reshape(len(x), height, width, channels)
    return pixels.permute(0, 3, 1, 2)


def pad(layer: Pad, sources: Sequence[Tensor]) -> Tensor:
    """Zeros around an image."""
    (x,) = sources
    (above, below), (left, right) = layer.border
    return functional.pad(x, (left, right, above, below))
