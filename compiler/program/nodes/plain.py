"""Nodes without a window and without contents."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from ..activation import Pair, Shape, require
from ..shapes import NO_EDGES, Edges, kept_pixels
from .node import MAX_FACTOR, Node, Requantized, check_shifts


@dataclass(frozen=True, eq=False, kw_only=True)
class Add(Requantized):
    """Residual sum: ``clamp(((a << left[0]) + (b << left[1]) + half) >> shift)``.

    Parameters
    ----------
    left: left shift of each operand.
    shift: right shift of their sum.
    subtracts: whether it is a difference: the second operand is subtracted.
    """

    kind: ClassVar[str] = "add"
    arity: ClassVar[int] = 2
    left: Pair
    shift: int
    subtracts: bool = False

    def __post_init__(self) -> None:
        super().__post_init__()
        check_shifts(self, *self.left, self.shift)

    def output_shape(self, sources: Sequence[Node]) -> Shape:
        """That of either operand."""
        return sources[0].shape

    def check(self, sources: Sequence[Node]) -> None:
        """Raise `ProgramError` unless the sum fits its operands; see `Node.check`."""
        super().check(sources)
        require(
            sources[0].shape == sources[1].shape,
            f"node {self.name!r} adds shapes {sources[0].shape} and {sources[1].shape}",
        )


@dataclass(frozen=True, eq=False, kw_only=True)
class Multiply(Requantized):
    """Product of two nodes, element by element: ``clamp((a * b * factor + half) >> shift)``.

    Parameters
    ----------
    shift: right shift.
    factor: between the scales of the operands and that of the product, of few signed powers of two
        (`signed_digits`).
    """

    kind: ClassVar[str] = "multiply"
    arity: ClassVar[int] = 2
    shift: int
    factor: int = 1

    def __post_init__(self) -> None:
        super().__post_init__()
        check_shifts(self, self.shift)
        require(
            1 <= self.factor <= MAX_FACTOR,
            f"node {self.name!r}: its factor lies in 1..{MAX_FACTOR}, not {self.factor}",
        )

    def output_shape(self, sources: Sequence[Node]) -> Shape:
        """That of either operand."""
        return sources[0].shape

    def check(self, sources: Sequence[Node]) -> None:
        """Raise `ProgramError` unless the operands have the same shape; see `Node.check`."""
        super().check(sources)
        require(
            sources[0].shape == sources[1].shape,
            f"node {self.name!r} multiplies shapes {sources[0].shape} and {sources[1].shape}",
        )


@dataclass(frozen=True, eq=False, kw_only=True)
class Clamp(Requantized):
    """``clamp(x, low, high)`` where no producer could take the activation function in."""

    kind: ClassVar[str] = "clamp"
    arity: ClassVar[int] = 1

    def output_shape(self, sources: Sequence[Node]) -> Shape:
        """That of the input."""
        return sources[0].shape


@dataclass(frozen=True, eq=False, kw_only=True)
class SlicePad(Node):
    """Some pixels of an image, with channels of the integer 0 around them.

    A part that is cut out, and every step-th row and column of it, as in shortcuts without
    parameters: ``x[:, above : height - below : step, left : width - right : step]``.

    Parameters
    ----------
    step: (vertical, horizontal) pixel step.
    channels: zero channels added (before, after).
    cut: rows (above, below) and columns (to the left, to the right) that are cut off.
    """

    kind: ClassVar[str] = "slice_pad"
    arity: ClassVar[int] = 1
    keeps_type: ClassVar[bool] = True
    step: Pair
    channels: Pair
    cut: Edges = NO_EDGES

    def __post_init__(self) -> None:
        super().__post_init__()
        require(
            min(self.step) >= 1 and min(*self.channels, *map(min, self.cut)) >= 0,
            f"node {self.name!r}: the step must be at least 1, the added channels and what is cut "
            "off at least 0",
        )

    def output_shape(self, sources: Sequence[Node]) -> Shape:
        """The added channels too, and every step-th pixel of what is left."""
        channels, *size = sources[0].shape
        rows, columns = (len(kept) for kept in kept_pixels(size, self.cut, self.step))
        return channels + sum(self.channels), rows, columns


@dataclass(frozen=True, eq=False, kw_only=True)
class Flatten(Node):
    """(C, H, W) to (H * W * C, 1, 1): the same values in the same channel-minor order."""

    kind: ClassVar[str] = "flatten"
    arity: ClassVar[int] = 1
    keeps_type: ClassVar[bool] = True

    def output_shape(self, sources: Sequence[Node]) -> Shape:
        """All values as channels of one pixel."""
        channels, height, width = sources[0].shape
        return (channels * height * width, 1, 1)


@dataclass(frozen=True, eq=False, kw_only=True)
class Reshape(Node):
    """The same values in the same channel-minor order, in any shape that has as many."""

    kind: ClassVar[str] = "reshape"
    arity: ClassVar[int] = 1
    keeps_type: ClassVar[bool] = True

    def output_shape(self, sources: Sequence[Node]) -> Shape:
        """Its own, if it has as many values."""
        values = math.prod(sources[0].shape)
        require(
            math.prod(self.shape) == values,
            f"node {self.name!r} has shape {self.shape}, but it reads {values} values",
        )
        return self.shape


@dataclass(frozen=True, eq=False, kw_only=True)
class Pad(Node):
    """An image with pixels of the integer 0 around it.

    Parameters
    ----------
    border: rows (above, below) and columns (to the left, to the right).
    """

    kind: ClassVar[str] = "pad"
    arity: ClassVar[int] = 1
    keeps_type: ClassVar[bool] = True
    border: Edges

    def __post_init__(self) -> None:
        super().__post_init__()
        require(
            min(map(min, self.border)) >= 0,
            f"node {self.name!r}: its border must be at least 0 on all sides",
        )

    def output_shape(self, sources: Sequence[Node]) -> Shape:
        """The added rows and columns too."""
        channels, height, width = sources[0].shape
        return channels, height + sum(self.border[0]), width + sum(self.border[1])


@dataclass(frozen=True, eq=False, kw_only=True)
class Argmax(Node):
    """Number of the largest channel of a 1x1 image, the lowest number on a tie."""

    kind: ClassVar[str] = "argmax"
    arity: ClassVar[int] = 1
    keeps_type: ClassVar[bool] = False

    def output_shape(self, sources: Sequence[Node]) -> Shape:
        """One number."""
        return (1, 1, 1)

    def check(self, sources: Sequence[Node]) -> None:
        """Raise `ProgramError` unless every channel's number fits the type; see `Node.check`."""
        super().check(sources)
        channels, *size = sources[0].shape
        require(size == [1, 1], f"node {self.name!r} needs a 1x1 image as its input")
        require(
            channels - 1 <= self.type.high,
            f"node {self.name!r} numbers {channels} channels, too many for {self.type}",
        )
