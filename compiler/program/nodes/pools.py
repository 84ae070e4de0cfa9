"""Pools: the largest value and the average under a window."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from ..activation import require
from .node import Requantized, Window, check_shifts

MAX_FACTOR = 1 << 12
"""Of an average's sum."""
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

    Padding adds the integer 0: the compiler averages no tensor whose real zero is another one.

    Parameters
    ----------
    shift: right shift.
    factor: of few signed powers of two, so that it takes additions and no multiplier
        (`signed_digits`).
    """

    kind: ClassVar[str] = "average_pool"
    shift: int
    factor: int = 1

    def __post_init__(self) -> None:
        super().__post_init__()
        check_shifts(self, self.shift)
        require(
            1 <= self.factor <= MAX_FACTOR,
            f"node {self.name!r}: its factor lies in 1..{MAX_FACTOR}, not {self.factor}",
        )
        require(
            self.taps * self.factor < MAX_REACH,
            f"node {self.name!r}: sums of {self.taps} values times {self.factor} need more than 32 "
            "bits",
        )
