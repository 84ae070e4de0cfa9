"""Pools: the largest value and the average under a window."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from ..activation import Shape, require
from ..shapes import NO_EDGES, Edges, counted_pixels
from .node import MAX_FACTOR, Node, Requantized, Window, check_shifts

MAX_REACH = 1 << 23
"""Of the factor times the pixels under the window: times eight bits of a value, 31 bits."""


@dataclass(frozen=True, eq=False, kw_only=True)
class MaxPool(Window):
    """The largest value under the window.

    Padding never wins: it holds the type's smallest value, which is also the largest value under
    a window that lies in the padding altogether.
    """

    kind: ClassVar[str] = "max_pool"
    keeps_type: ClassVar[bool] = True
    keeps_zero: ClassVar[bool] = True


@dataclass(frozen=True, eq=False, kw_only=True)
class AveragePool(Window, Requantized):
    """``clamp((sum under the window * factor + half) >> shift)``.

    The division is in the scale, and the factor 1, but where scales are tied so that it cannot be.

    Padding adds the integer 0: the compiler averages no tensor whose real zero is another one. Of
    windows under which not all pixels count, as padding need not, there is a factor for each number
    of them.

    Parameters
    ----------
    shift: right shift.
    factor: of few signed powers of two, so that it takes additions and no multiplier
        (`signed_digits`).
    uncounted: pixels of padding above, below, to the left and to the right that do not count, the
        outermost ones.
    factors: of each number of pixels that count, from 1 on, in the place of `factor`; none where
        all count.
    """

    kind: ClassVar[str] = "average_pool"
    shift: int
    factor: int = 1
    uncounted: Edges = NO_EDGES
    factors: tuple[int, ...] = ()

    def __post_init__(self) -> None:
        super().__post_init__()
        check_shifts(self, self.shift)
        require(
            1 <= self.factor <= MAX_FACTOR,
            f"node {self.name!r}: its factor lies in 1..{MAX_FACTOR}, not {self.factor}",
        )
        largest = max(self.factor, *self.factors, 1)
        require(
            self.taps * largest < MAX_REACH,
            f"node {self.name!r}: sums of {self.taps} values times {largest} need more than 32 "
            "bits",
        )
        require(
            len(self.factors) in (0, self.taps) and min(self.factors, default=1) >= 1,
            f"node {self.name!r}: there must be a factor of at least 1 for each of 1 to "
            f"{self.taps} pixels, or none",
        )
        sides = [
            pair
            for axis in (0, 1)
            for pair in zip(self.uncounted[axis], self.edges[axis], strict=True)
        ]
        require(
            all(0 <= uncounted <= edge for uncounted, edge in sides) and self.dilation == (1, 1),
            f"node {self.name!r}: of {self.edges} pixels of padding {self.uncounted} cannot be "
            "left uncounted, and averages have no dilation",
        )

    def counts(self, source: Shape) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """(rows,) and (columns,) how many rows and columns of each position's window count.

        Parameters
        ----------
        source: shape of the input.
        """
        rows, columns = (
            counted_pixels(
                source[1 + axis], positions, self.kernel[axis], self.stride[axis],
                self.edges[axis], self.uncounted[axis],
            )
            for axis, positions in enumerate(self.positions(source))
        )  # fmt: skip
        return rows, columns

    def factor_of(self, source: Shape) -> NDArray[np.int64]:
        """(rows, columns) what each position's sum is multiplied by.

        Parameters
        ----------
        source: shape of the input.
        """
        counted = np.outer(*self.counts(source))
        if not self.factors:
            return np.full(counted.shape, self.factor, np.int64)
        return np.array(self.factors, np.int64)[counted - 1]

    def check(self, sources: Sequence[Node]) -> None:
        """Raise `ProgramError` unless the pool fits its input; see `Node.check`."""
        super().check(sources)
        rows, columns = self.counts(sources[0].shape)
        require(
            not self.factors or min(rows.min(), columns.min()) >= 1,
            f"node {self.name!r}: it has windows under which no pixel counts",
        )
