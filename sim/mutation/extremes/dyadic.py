"""Dyadic layers: their terms add up to weights, whose products end where an exact layer's do."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ....compiler.program import ActivationType, DyadicConv
from .exact import weighted_extremes


def extreme_windows(
    layer: DyadicConv, source: ActivationType, channels: int, rng: np.random.Generator
) -> NDArray[np.int16]:
    """Windows for the greatest and the least sums; see `exact.extreme_windows`."""
    return weighted_extremes(layer, layer.weight, source, channels)
