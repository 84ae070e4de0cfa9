"""Histograms that follow the range of a stream of values. Nothing here imports torch."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from ..program import ActivationType

_HALF = 4096
"""Bins on either side of zero: at least 16 for each step of an 8-bit grid."""


class Histogram:
    """Counts of real values in bins around multiples of a width that doubles when it must.

    Attributes
    ----------
    width: of a bin; 0 as long as all values were zero.
    counts: (2 * 4096 + 1,) float64, the bin of zero in the middle.
    least, most: smallest and largest value so far.
    """

    def __init__(self) -> None:
        self.width = 0.0
        self.counts: NDArray[np.float64] = np.zeros(2 * _HALF + 1)
        self.least = 0.0
        self.most = 0.0

    @property
    def largest(self) -> float:
        """The largest absolute value so far."""
        return max(-self.least, self.most)

    @property
    def centers(self) -> NDArray[np.float64]:
        """The value that each bin stands for."""
        return np.arange(-_HALF, _HALF + 1, dtype=np.float64) * np.float64(self.width)

    def add(self, values: NDArray[np.floating]) -> None:
        """Count finite `values` of any shape."""
        if not values.size:
            return
        self.least = min(self.least, float(values.min()))
        self.most = max(self.most, float(values.max()))
        if self.width == 0:
            self.width = self.largest / _HALF
        while self.largest > _HALF * self.width:
            self._double()
        width = self.width or 1.0
        bins = np.rint(values.reshape(-1) / width).astype(np.int64) + _HALF
        self.counts += np.bincount(bins, minlength=2 * _HALF + 1).astype(np.float64)

    def _double(self) -> None:
        bins = np.rint(np.arange(-_HALF, _HALF + 1) / 2).astype(np.int64) + _HALF
        self.counts = np.bincount(bins, self.counts, 2 * _HALF + 1).astype(np.float64)
        self.width *= 2

    def relative_error(
        self,
        scales: NDArray[np.float64],
        kind: ActivationType,
        zeros: NDArray[np.float64] | None = None,
        through: Callable[[NDArray[np.float64]], NDArray[np.float64]] | None = None,
    ) -> NDArray[np.float64]:
        """Mean squared error of rounding and clipping to a grid, over the mean square.

        Parameters
        ----------
        scales: (candidates,) real value of one step of the grid.
        kind: integers that the grid has.
        zeros: (candidates,) integer that stands for zero; 0 without.
        through: the elementwise function that alone reads the values; then what counts is what
            becomes of its results.

        Returns
        -------
        (candidates,), zeros where all values are zero.
        """
        used = np.flatnonzero(self.counts)
        counts, values = self.counts[used], self.centers[used]
        wanted = values if through is None else through(values)
        power = float((counts * wanted**2).sum())
        if power == 0:
            return np.zeros(len(scales))
        steps, zero = scales[:, None], 0.0 if zeros is None else zeros[:, None]
        rounded = np.clip(np.rint(values / steps), kind.low - zero, kind.high - zero) * steps
        reached = rounded if through is None else through(rounded)
        error: NDArray[np.float64] = (reached - wanted) ** 2 @ counts / power
        return error
