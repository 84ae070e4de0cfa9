"""Padding in float: what torch's own operators cannot pad by themselves."""

from __future__ import annotations

from torch import Tensor
from torch.nn import functional

from ...program import Pair
from ..layers.layer import Window


def padded(layer: Window, x: Tensor, value: float = 0.0) -> tuple[Tensor, Pair]:
    """An image with so much padding that the rest is the same on both sides.

    Parameters
    ----------
    layer: that slides a window over it.
    x: (N, channels, height, width).
    value: of padding.

    Returns
    -------
    The image, and the padding (vertical, horizontal) that is left to torch's own operators.
    """
    if layer.overhang == (0, 0):
        return x, layer.padding
    (above, below), (left, right) = layer.edges
    return functional.pad(x, (left, right, above, below), value=value), (0, 0)
