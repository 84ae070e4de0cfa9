"""Nodes of a Program: what each kind computes, and from which integers."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from ..activation import UINT8, ActivationType, Layout, Pair, Shape, require
from ..encoders import Encoder

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
class Input(Node):
    """The image, uint8, channel-minor.

    Parameters
    ----------
    zero: (channels,) int16 in 0..255, the value that stands for a real zero after the network's
        input normalization; padding uses it.
    """

    kind: ClassVar[str] = "input"
    zero: NDArray[np.int16]

    def __post_init__(self) -> None:
        super().__post_init__()
        require(self.type == UINT8, f"node {self.name!r}: images are uint8, not {self.type}")
        require(
            self.zero.shape == self.shape[:1],
            f"node {self.name!r}: zero {self.zero.shape} must have one element per channel "
            f"({self.shape[0]})",
        )
        require(
            bool(((self.zero >= UINT8.low) & (self.zero <= UINT8.high)).all()),
            f"node {self.name!r}: zero must lie in {UINT8.low}..{UINT8.high}, where the image does",
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


def _check_shifts(node: Node, *shifts: int) -> None:
    require(
        min(shifts) >= 0 and max(shifts) <= MAX_SHIFT,
        f"node {node.name!r}: shifts must lie in 0..{MAX_SHIFT}",
    )


@dataclass(frozen=True, eq=False, kw_only=True)
class Conv(Window, Requantized):
    """What exact and table convolutions share. A linear layer is the 1x1 case on a 1x1 image.

    Padding pixels hold what stands for a real zero in the input (`Program.padding_value`).

    Parameters
    ----------
    groups: as in `torch.nn.Conv2d`.
    bias: (M,) int32, in units of the accumulator.
    shift: (M,) int8, at least 0: right shift of each output channel's accumulator.
    accumulator: smallest and largest value of ``sum + bias + half`` over all inputs and
        channels, proven from the weights or tables (`accumulator_bounds`).
    similarity: cosine similarity to the float layer on the calibration data; NaN if unknown.
    dropped_taps: pixels under the network's own window that only ever were padding, and that
        the kernel leaves out. They are counted where this layer is compared with the network's.
    """

    groups: int = 1
    bias: NDArray[np.int32]
    shift: NDArray[np.int8]
    accumulator: tuple[int, int] = (0, 0)
    similarity: float = math.nan
    dropped_taps: int = 0

    method: ClassVar[str]

    def __post_init__(self) -> None:
        super().__post_init__()
        channels = self.shape[0]
        require(self.groups >= 1, f"node {self.name!r}: groups must be at least 1")
        require(
            self.dropped_taps >= 0, f"node {self.name!r}: it cannot have dropped fewer than 0 taps"
        )
        require(
            self.bias.shape == self.shift.shape == (channels,),
            f"node {self.name!r}: bias {self.bias.shape} and shift {self.shift.shape} must have "
            f"one element per output channel ({channels})",
        )
        _check_shifts(self, int(self.shift.min()), int(self.shift.max()))

    @property
    def half(self) -> NDArray[np.int64]:
        """(M,) what rounding adds before the shift."""
        return (1 << self.shift.astype(np.int64)) >> 1


@dataclass(frozen=True, eq=False, kw_only=True)
class ExactConv(Conv):
    """Convolution by multiplication.

    Parameters
    ----------
    weight: (M, C / groups, kernel height, kernel width) int8.
    """

    kind: ClassVar[str] = "exact_conv"
    method: ClassVar[str] = "exact"
    weight: NDArray[np.int8]


@dataclass(frozen=True, eq=False, kw_only=True)
class TableConv(Conv):
    """Convolution by lookup.

    A group's channels (layout ``pixel``) or its im2col vector in the order channel, row, column
    (layout ``patch``) are cut into subspaces of `encoder.length` elements; the last one is
    filled up with zeros. Subspaces are numbered group by group. In the ``pixel`` layout every
    input pixel is coded once, padding pixels have the code of a real zero, and each tap of the
    kernel has its own table rows.

    Parameters
    ----------
    layout: ``pixel`` or ``patch``.
    encoder: codes for all subspaces.
    tables: (subspaces, taps or 1, K, M / groups) int8; axis 1 is the kernel's taps row-major for
        ``pixel`` and has length 1 for ``patch``.
    """

    kind: ClassVar[str] = "table_conv"
    method: ClassVar[str] = "table"
    layout: Layout
    encoder: Encoder
    tables: NDArray[np.int8]

    def __post_init__(self) -> None:
        super().__post_init__()
        taps = self.taps if self.layout == "pixel" else 1
        expected = (
            self.encoder.subspaces,
            taps,
            self.encoder.prototypes,
            self.shape[0] // self.groups,
        )
        require(
            self.tables.shape == expected,
            f"node {self.name!r}: tables have shape {self.tables.shape} instead of {expected}",
        )


@dataclass(frozen=True, eq=False, kw_only=True)
class MaxPool(Window):
    """The largest value under the window.

    Padding never wins: it holds the type's smallest value, which is also the largest value under
    a window that lies in the padding altogether.
    """

    kind: ClassVar[str] = "max_pool"


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
        _check_shifts(self, self.shift)


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
        _check_shifts(self, *self.left, self.shift)


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


NODE_KINDS: dict[str, type[Node]] = {
    cls.kind: cls
    for cls in (
        Input, ExactConv, TableConv, MaxPool, AveragePool, Add, Clamp, SlicePad, Flatten, Argmax,
    )
}  # fmt: skip
