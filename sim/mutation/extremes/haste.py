"""Haste layers: sums end where an exact layer's do, as long as no channels are merged."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ....compiler.program import ActivationType, HasteConv
from .exact import weighted_extremes


def extreme_windows(
    layer: HasteConv, source: ActivationType, channels: int, rng: np.random.Generator
) -> NDArray[np.int16]:
    """Windows for the greatest and the least sums; see `exact.extreme_windows`.

    Channels that are merged there come less near to the ends: their weights add up first.
    """
    return weighted_extremes(layer, layer.weight, source, channels)
