"""Figures of values: how far they are from others, and how they go along with them."""

from __future__ import annotations

import math
from collections.abc import Mapping

import numpy as np

from .task import Decided, Figures, Tally

VALUES_BETWEEN: Mapping[str, str] = {
    "mean_squared_error": "mean_squared_error_between",
    "mean_absolute_error": "mean_absolute_error_between",
    "correlation": "correlation_between",
    "r2": "r2_between",
}
"""`Task.between` of tasks that compare values."""


class ValueTally(Tally):
    """Errors and correlation over all values, whatever image and output they are of."""

    def __init__(self) -> None:
        self._count = 0
        self._squares = self._absolutes = 0.0
        self._offset: float | None = None
        self._sums = np.zeros(5)

    def add(self, decided: Decided, truth: Decided) -> None:
        """Count values; see `Tally.add`."""
        x, y = decided.astype(np.float64).ravel(), truth.astype(np.float64).ravel()
        if self._offset is None:
            self._offset = float(y.mean()) if y.size else 0.0  # small sums lose fewer digits
        error = x - y
        x, y = x - self._offset, y - self._offset
        self._count += x.size
        self._squares += float(error @ error)
        self._absolutes += float(np.abs(error).sum())
        self._sums += [x.sum(), y.sum(), x @ x, y @ y, x @ y]

    def figures(self) -> Figures:
        """Errors, Pearson's correlation, and R², the share of the truth's variance explained.

        Neither of the last two has a value where the truth is constant.
        """
        count = max(self._count, 1)
        x, y, xx, yy, xy = self._sums / count
        of_x, of_y = xx - x * x, yy - y * y
        varies = [of_y > 1e-12 * max(yy, 1e-300), of_x > 1e-12 * max(xx, 1e-300)]
        mean_square = self._squares / count
        return {
            "mean_squared_error": mean_square,
            "mean_absolute_error": self._absolutes / count,
            "correlation": float((xy - x * y) / math.sqrt(of_x * of_y)) if all(varies) else None,
            "r2": float(1 - mean_square / of_y) if varies[0] else None,
        }
