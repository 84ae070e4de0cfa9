"""What the nodes of a Program have in common."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from ..activation import ActivationType, Pair, Shape, require

MAX_SHIFT = 24


@dataclass(frozen=True, eq=False, kw_only=True)
class Node:
    """What every node has.

    Parameters
    ----------
    name: unique in its program.
    inputs: names of the nodes that it reads.
    shape: (channels, height, width) of its output.
    type: integers that its output takes.
    scale: real value of one step of its output (documentation; inference never reads it).
    """

    kind: ClassVar[str]
    name: str
    inputs: tuple[str, ...]
    shape: Shape
    type: ActivationType
    scale: float = 1.0

    def __post_init__(self) -> None:
        require(
            len(self.shape) == 3 and min(self.shape) >= 1,
            f"node {self.name!r}: shape {self.shape} must be three positive numbers, "
            "(channels, height, width)",
        )


@dataclass(frozen=True, eq=False, kw_only=True)
class Window(Node):
    """A node that slides a window over its input.

    Parameters
    ----------
    kernel, stride, padding: (vertical, horizontal); padding is the same on both sides.
    """

    kernel: Pair
    stride: Pair = (1, 1)
    padding: Pair = (0, 0)

    def __post_init__(self) -> None:
        super().__post_init__()
        require(
            min(self.kernel) >= 1 and min(self.stride) >= 1 and min(self.padding) >= 0,
            f"node {self.name!r}: kernel and stride must be at least 1, padding at least 0",
        )

    @property
    def taps(self) -> int:
        """Pixels under the window."""
        return self.kernel[0] * self.kernel[1]


@dataclass(frozen=True, eq=False, kw_only=True)
class Requantized(Node):
    """A node whose result is shifted and clamped to its output type.

    Parameters
    ----------
    low, high: the clamp, within the output type (a ReLU has low = 0).
    """

    low: int
    high: int

    def __post_init__(self) -> None:
        super().__post_init__()
        require(
            self.type.low <= self.low <= self.high <= self.type.high,
            f"node {self.name!r}: clamp {self.low}..{self.high} must lie within {self.type}",
        )


def check_shifts(node: Node, *shifts: int) -> None:
    """Raise `ProgramError` unless `shifts` lie in 0..`MAX_SHIFT`."""
    require(
        min(shifts) >= 0 and max(shifts) <= MAX_SHIFT,
        f"node {node.name!r}: shifts must lie in 0..{MAX_SHIFT}",
    )
