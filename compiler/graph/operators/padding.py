"""Padding in float: what torch's own operators cannot pad by themselves."""

from __future__ import annotations

from torch import Tensor
from torch.nn import functional

from ...program import Pair
from ..layers.layer import Window


def padded(
    layer: Window, x: Tensor, value: float = 0.0, most: Pair | None = None
) -> tuple[Tensor, Pair]:
    """An image with so much padding that torch's own operators can do the rest.

    These pad by the same on both sides.

    Parameters
    ----------
    layer: that slides a window over it.
    x: (N, channels, height, width).
    value: of padding.
    most: that torch's operator pads by, (vertical, horizontal); any number if None.

    Returns
    -------
    The image, and the padding (vertical, horizontal) that is left to torch's own operators.
    """
    fits = most is None or all(p <= m for p, m in zip(layer.padding, most, strict=True))
    if layer.overhang == (0, 0) and fits:
        return x, layer.padding
    (above, below), (left, right) = layer.edges
    return functional.pad(x, (left, right, above, below), value=value), (0, 0)
