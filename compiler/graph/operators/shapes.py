"""Shortcuts and flattening in float."""

from __future__ import annotations

from collections.abc import Sequence

from torch import Tensor
from torch.nn import functional

from ..layers.shapes import Flatten, SlicePad


def slice_pad(layer: SlicePad, sources: Sequence[Tensor]) -> Tensor:
    """Every step-th pixel, with zero channels around."""
    (x,) = sources
    sliced = x[:, :, :: layer.step[0], :: layer.step[1]]
    return functional.pad(sliced, (0, 0, 0, 0, *layer.channels))


def flatten(layer: Flatten, sources: Sequence[Tensor]) -> Tensor:
    """All values of an image as channels of one pixel, channel-minor."""
    (x,) = sources
    return x.permute(0, 2, 3, 1).flatten(1)[..., None, None]
