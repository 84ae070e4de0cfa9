"""Exact layers: each product is greatest, or least, at one end of its activation's range."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ....compiler.program import ActivationType, Conv, ExactConv


def extreme_windows(
    layer: ExactConv, source: ActivationType, channels: int, rng: np.random.Generator
) -> NDArray[np.int16]:
    """(2, outputs, kh, kw, channels): windows for the greatest and the least sums.

    Window n is that of channel n of each group.

    Parameters
    ----------
    layer: that reads them.
    source: the integers that they may hold.
    channels: of the layer's input.
    rng: not asked: there is but one such window, apart from where weights are zero.
    """
    return weighted_extremes(layer, layer.weight, source, channels)


def weighted_extremes(
    layer: Conv, weight: NDArray[np.integer], source: ActivationType, channels: int
) -> NDArray[np.int16]:
    """`extreme_windows` of a layer with these weights."""
    outputs = layer.shape[0] // layer.groups
    by_group = weight.reshape(layer.groups, outputs, -1, *layer.kernel)
    by_pixel = by_group.transpose(1, 3, 4, 0, 2).reshape(outputs, *layer.kernel, channels)
    most = np.where(by_pixel > 0, source.high, source.low)
    return np.stack([most, source.low + source.high - most]).astype(np.int16)
