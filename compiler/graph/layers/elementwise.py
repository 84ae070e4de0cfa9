"""Layers that combine or change values in their places."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from .layer import Layer


@dataclass(frozen=True, eq=False, kw_only=True)
class Add(Layer):
    """Sum of two layers of the same shape, or their difference.

    Parameters
    ----------
    subtracts: whether the second is subtracted from the first.
    """

    kind: ClassVar[str] = "add"
    subtracts: bool = False


@dataclass(frozen=True, eq=False, kw_only=True)
class Multiply(Layer):
    """Product of two layers of the same shape, as of a gate and what it lets pass."""

    kind: ClassVar[str] = "multiply"


@dataclass(frozen=True, eq=False, kw_only=True)
class Clamp(Layer):
    """An activation function that no producer could take in: ``clamp(x, low, high)``."""

    kind: ClassVar[str] = "clamp"
