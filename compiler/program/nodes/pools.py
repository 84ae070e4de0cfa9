"""Pools: the largest value and the average under a window."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from .node import Requantized, Window, check_shifts


@dataclass(frozen=True, eq=False, kw_only=True)
class MaxPool(Window):
    """The largest value under the window.

    Padding never wins: it holds the type's smallest value, which is also the largest value under
    a window that lies in the padding altogether.
    """

    kind: ClassVar[str] = "max_pool"
    keeps_type: ClassVar[bool] = True


@dataclass(frozen=True, eq=False, kw_only=True)
class AveragePool(Window, Requantized):
    """``clamp((sum under the window + half) >> shift)``; the division is in the scale.

    Padding adds the integer 0: the compiler averages no tensor whose real zero is another one.

    Parameters
    ----------
    shift: right shift.
    """

    kind: ClassVar[str] = "average_pool"
    shift: int

    def __post_init__(self) -> None:
        super().__post_init__()
        check_shifts(self, self.shift)
