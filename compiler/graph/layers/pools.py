"""Pools."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from ...program import NO_EDGES, Edges, Shape, counted_pixels
from .layer import Window


@dataclass(frozen=True, eq=False, kw_only=True)
class MaxPool(Window):
    """Max pooling; padding never wins."""

    kind: ClassVar[str] = "max_pool"


@dataclass(frozen=True, eq=False, kw_only=True)
class AveragePool(Window):
    """Average over the whole window, padding counted as zeros.

    Parameters
    ----------
    uncounted: pixels of padding above, below, to the left and to the right that do not count, the
        outermost ones.
    """

    kind: ClassVar[str] = "average_pool"
    uncounted: Edges = NO_EDGES

    def counted(self, source: Shape) -> NDArray[np.int64]:
        """(rows, columns) how many pixels of each position's window count.

        Parameters
        ----------
        source: shape of the input.
        """
        rows, columns = (
            counted_pixels(
                source[1 + axis], self.shape[1 + axis], self.kernel[axis], self.stride[axis],
                self.edges[axis], self.uncounted[axis],
            )
            for axis in (0, 1)
        )  # fmt: skip
        return np.outer(rows, columns)
