"""Pools."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from .layer import Window


@dataclass(frozen=True, eq=False, kw_only=True)
class MaxPool(Window):
    """Max pooling; padding never wins."""

    kind: ClassVar[str] = "max_pool"


@dataclass(frozen=True, eq=False, kw_only=True)
class AveragePool(Window):
    """Average over the whole window, padding counted as zeros."""

    kind: ClassVar[str] = "average_pool"
