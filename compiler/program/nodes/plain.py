"""Nodes without a window and without contents."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from ..activation import Pair, require
from .node import Node, Requantized, check_shifts


@dataclass(frozen=True, eq=False, kw_only=True)
class Add(Requantized):
    """Residual sum: ``clamp(((a << left[0]) + (b << left[1]) + half) >> shift)``.

    Parameters
    ----------
    left: left shift of each operand.
    shift: right shift of their sum.
    """

    kind: ClassVar[str] = "add"
    left: Pair
    shift: int

    def __post_init__(self) -> None:
        super().__post_init__()
        check_shifts(self, *self.left, self.shift)


@dataclass(frozen=True, eq=False, kw_only=True)
class Clamp(Requantized):
    """``clamp(x, low, high)`` where no producer could take the activation function in."""

    kind: ClassVar[str] = "clamp"


@dataclass(frozen=True, eq=False, kw_only=True)
class SlicePad(Node):
    """Parameter-free shortcut: ``x[:, ::step, ::step]`` with channels of the integer 0 around it.

    Parameters
    ----------
    step: (vertical, horizontal) pixel step.
    channels: zero channels added (before, after).
    """

    kind: ClassVar[str] = "slice_pad"
    step: Pair
    channels: Pair

    def __post_init__(self) -> None:
        super().__post_init__()
        require(
            min(self.step) >= 1 and min(self.channels) >= 0,
            f"node {self.name!r}: the step must be at least 1, the added channels at least 0",
        )


@dataclass(frozen=True, eq=False, kw_only=True)
class Flatten(Node):
    """(C, H, W) to (H * W * C, 1, 1): the same values in the same channel-minor order."""

    kind: ClassVar[str] = "flatten"


@dataclass(frozen=True, eq=False, kw_only=True)
class Argmax(Node):
    """Number of the largest channel of a 1x1 image, the lowest number on a tie."""

    kind: ClassVar[str] = "argmax"
