"""Activations of a Program: the integers that tensors are made of."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from ..store.errors import TabfabError

Shape = tuple[int, int, int]
"""(channels, height, width) of one image's tensor."""
Pair = tuple[int, int]
"""(vertical, horizontal)."""
Layout = Literal["pixel", "patch"]


class ProgramError(TabfabError):
    """A Program that contradicts itself."""


def require(condition: bool, message: str) -> None:
    """Raise `ProgramError` with `message` unless `condition` holds."""
    if not condition:
        raise ProgramError(message)


@dataclass(frozen=True)
class ActivationType:
    """The integers that a tensor's elements may take.

    Parameters
    ----------
    bits: 2 to 8.
    signed: two's complement if true.
    """

    bits: int
    signed: bool

    def __post_init__(self) -> None:
        require(2 <= self.bits <= 8, f"activations have 2 to 8 bits, not {self.bits}")

    @property
    def low(self) -> int:
        """Smallest value."""
        return -(1 << (self.bits - 1)) if self.signed else 0

    @property
    def high(self) -> int:
        """Largest value."""
        return (1 << (self.bits - self.signed)) - 1

    def __str__(self) -> str:
        return f"{'int' if self.signed else 'uint'}{self.bits}"


UINT8 = ActivationType(8, signed=False)
INT8 = ActivationType(8, signed=True)
