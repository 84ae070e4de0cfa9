"""The scale of dyadic filters: weights are ``scale x value`` with values from the set.

The squared distance of a filter from its nearest values, as a function of the scale, is made of
parabolas: between two scales at which some weight's nearest value changes it is
``sum w^2 - 2 scale sum w v + scale^2 sum v^2``. Its least value over all scales is therefore found
exactly: by walking through those breakpoints once, with running sums. Nothing here imports torch.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from .dyadic_set import DyadicSet, Integers, nearest

Reals = NDArray[np.float64]

_MOST_BREAKPOINTS = 1 << 22
"""Beyond as many, only the largest weights' are walked through (a layer of millions of weights)."""


def best_scale(weights: Reals, numbers: DyadicSet, importance: Reals | None = None) -> float:
    """The scale whose nearest values are nearest to `weights`, exactly.

    Parameters
    ----------
    weights: (N,).
    numbers: what a weight may be, in units of the scale.
    importance: (N,) factor of each weight's squared distance, at least 0; 1 if not given.

    Returns
    -------
    At least 0; 1 where all weights that matter are zero.
    """
    magnitudes = np.abs(weights)
    factors = np.ones_like(magnitudes) if importance is None else importance
    matter = (magnitudes > 0) & (factors > 0)
    magnitudes, factors = magnitudes[matter], factors[matter]
    if not len(magnitudes):
        return 1.0
    positive = numbers.values[numbers.values >= 0].astype(np.float64) * numbers.unit
    middles = (positive[1:] + positive[:-1]) / 2
    most = max(1, _MOST_BREAKPOINTS // len(middles))
    if len(magnitudes) > most:
        kept = np.argpartition(-magnitudes * np.sqrt(factors), most)[:most]
        magnitudes, factors = magnitudes[kept], factors[kept]
    # As the scale falls past |w| / middle, w's value rises from one number to the next.
    scales = magnitudes[:, None] / middles
    order = np.argsort(-scales, axis=None)
    gains = (factors * magnitudes)[:, None] * np.diff(positive)
    squares = factors[:, None] * np.diff(positive**2)
    dot = np.cumsum(gains.ravel()[order])
    square = np.cumsum(squares.ravel()[order])
    best = int(np.argmax(dot**2 / square))
    return float(dot[best] / square[best])


def best_of_scales(
    weights: Reals, numbers: DyadicSet, scales: Reals, importance: Reals | None = None
) -> NDArray[np.intp]:
    """Which of the allowed scales brings each filter nearest to its values.

    Parameters
    ----------
    weights: (M, N).
    numbers: what a weight may be, in units of the scale.
    scales: (M, A) positive candidates for each filter.
    importance: (N,) or (M, N) factor of each weight's squared distance; 1 if not given.

    Returns
    -------
    (M,) column of `scales`.
    """
    factors = 1.0 if importance is None else importance
    errors = np.empty(scales.shape)
    for column in range(scales.shape[1]):
        scale = scales[:, column, None]
        chosen = nearest_values(weights, numbers, scale) * (scale * numbers.unit)
        errors[:, column] = (factors * (weights - chosen) ** 2).sum(axis=1)
    best: NDArray[np.intp] = errors.argmin(axis=1)
    return best


def nearest_values(weights: Reals, numbers: DyadicSet, scale: Reals | float) -> Integers:
    """The nearest values of the set, in its units, to ``weights / scale``."""
    return nearest(numbers.values, weights / (np.asarray(scale) * numbers.unit))
