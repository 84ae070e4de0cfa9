"""Sums and activation functions in float."""

from __future__ import annotations

from collections.abc import Sequence

from torch import Tensor

from ..layers.elementwise import Add, Clamp, Multiply


def add(layer: Add, sources: Sequence[Tensor]) -> Tensor:
    """The sum of both inputs, or their difference."""
    one, other = sources
    return one - other if layer.subtracts else one + other


def multiply(layer: Multiply, sources: Sequence[Tensor]) -> Tensor:
    """The product of both inputs."""
    one, other = sources
    return one * other


def keep(layer: Clamp, sources: Sequence[Tensor]) -> Tensor:
    """The input: the clamp, which every layer may have, is all that this one does."""
    (x,) = sources
    return x
