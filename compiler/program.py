"""The Program: a network in integers, fully defined, with no hardware in it.

A `Program` is a list of nodes in topological order. Each node names its inputs and describes
one tensor, its output. The golden model (`tabfab.sim.golden`) is the meaning of every node; the
RTL must agree with it bit for bit. Nothing here imports torch.

Conventions, for all nodes:

* A tensor is described without its image axis, as ``(channels, height, width)``.
* Activations are integers of 2 to 8 bits, signed or unsigned; integer ``q`` stands for the real
  number ``q * scale``. Scales document the network; inference never reads one.
* Requantization is ``clamp((accumulator + bias + half) >> shift, low, high)`` with
  ``half = 1 << (shift - 1)`` (0 where the shift is 0) and an arithmetic (flooring) shift.
* Layouts are channel-minor: pixels row-major, the channels of one pixel together.
"""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import ClassVar, Literal, TypeVar

import numpy as np
from numpy.typing import NDArray

from .errors import TabfabError

Shape = tuple[int, int, int]
"""(channels, height, width) of one image's tensor."""
Pair = tuple[int, int]
"""(vertical, horizontal)."""
Layout = Literal["pixel", "patch"]

MAX_PROTOTYPES = 256
MAX_SHIFT = 24

_ConvT = TypeVar("_ConvT", bound="Conv")


class ProgramError(TabfabError):
    """A Program that contradicts itself."""


def _require(condition: bool, message: str) -> None:
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
        _require(2 <= self.bits <= 8, f"activations have 2 to 8 bits, not {self.bits}")

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


# ------------------------------------------------------------------------------ encoders


@dataclass(frozen=True, eq=False)
class TreeEncoder:
    """One binary comparator tree per subspace, a split dimension and threshold per node.

    Nodes are numbered as in a heap: the root is 0 and the children of node ``i`` are ``2i + 1``
    (``x[dimension[i]] <= threshold[i]``) and ``2i + 2`` (greater). The code is the number of the
    leaf, so its most significant bit is the root's comparison. (Blalock and Guttag, Maddness,
    arXiv 2106.10860, with a dimension per node instead of one per level.)

    Parameters
    ----------
    dimensions: (subspaces, K - 1) int16, each in 0..length-1.
    thresholds: (subspaces, K - 1) int16, compared with integer activations.
    length: elements of one subspace (L).
    """

    kind: ClassVar[str] = "tree"
    dimensions: NDArray[np.int16]
    thresholds: NDArray[np.int16]
    length: int

    def __post_init__(self) -> None:
        _require(
            self.dimensions.ndim == 2 and self.dimensions.shape == self.thresholds.shape,
            f"a tree encoder's dimensions {self.dimensions.shape} and thresholds "
            f"{self.thresholds.shape} must be alike, (subspaces, prototypes - 1)",
        )
        _check_prototypes(self.prototypes)
        _check_length(self.length)
        _require(
            bool(((self.dimensions >= 0) & (self.dimensions < self.length)).all()),
            f"a tree encoder's split dimensions must lie in 0..{self.length - 1}",
        )

    @property
    def subspaces(self) -> int:
        """How many trees there are."""
        return self.dimensions.shape[0]

    @property
    def prototypes(self) -> int:
        """Leaves of each tree (K)."""
        return self.dimensions.shape[1] + 1

    @property
    def depth(self) -> int:
        """Levels of each tree, which are also the bits of a code."""
        return self.prototypes.bit_length() - 1


@dataclass(frozen=True, eq=False)
class NearestEncoder:
    """Code = the prototype with the least squared distance, the lowest number on a tie.

    TabConv's definition (arXiv 2404.05872, section 3.1). Golden model only: no hardware.

    Parameters
    ----------
    points: (subspaces, K, length) int16, the prototypes in units of the activations.
    """

    kind: ClassVar[str] = "nearest"
    points: NDArray[np.int16]

    def __post_init__(self) -> None:
        _require(self.points.ndim == 3, "prototypes must be (subspaces, K, length)")
        _check_prototypes(self.prototypes)
        _check_length(self.length)

    @property
    def subspaces(self) -> int:
        """How many codebooks there are."""
        return self.points.shape[0]

    @property
    def prototypes(self) -> int:
        """Rows of each codebook (K)."""
        return self.points.shape[1]

    @property
    def length(self) -> int:
        """Elements of one subspace (L)."""
        return self.points.shape[2]

    @property
    def depth(self) -> int:
        """Bits of a code."""
        return self.prototypes.bit_length() - 1


Encoder = TreeEncoder | NearestEncoder


def _check_length(length: int) -> None:
    _require(length >= 1, f"a subspace must have at least 1 element, not {length}")


def _check_prototypes(prototypes: int) -> None:
    _require(
        2 <= prototypes <= MAX_PROTOTYPES and prototypes.bit_count() == 1,
        f"the number of prototypes must be a power of two from 2 to {MAX_PROTOTYPES}, "
        f"not {prototypes}",
    )


# --------------------------------------------------------------------------------- nodes


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
        _require(
            len(self.shape) == 3 and min(self.shape) >= 1,
            f"node {self.name!r}: shape {self.shape} must be three positive numbers, "
            "(channels, height, width)",
        )


@dataclass(frozen=True, eq=False, kw_only=True)
class Input(Node):
    """The image, uint8, channel-minor.

    Parameters
    ----------
    zero: (channels,) int16, the value that stands for a real zero after the network's input
        normalization; padding uses it.
    """

    kind: ClassVar[str] = "input"
    zero: NDArray[np.int16]


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
        _require(
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
        _require(
            self.type.low <= self.low <= self.high <= self.type.high,
            f"node {self.name!r}: clamp {self.low}..{self.high} must lie within {self.type}",
        )


def _check_shifts(node: Node, *shifts: int) -> None:
    _require(
        min(shifts) >= 0 and max(shifts) <= MAX_SHIFT,
        f"node {node.name!r}: shifts must lie in 0..{MAX_SHIFT}",
    )


@dataclass(frozen=True, eq=False, kw_only=True)
class Conv(Window, Requantized):
    """What exact and table convolutions share. A linear layer is the 1x1 case on a 1x1 image.

    Parameters
    ----------
    groups: as in `torch.nn.Conv2d`.
    bias: (M,) int32, in units of the accumulator.
    shift: (M,) int8, at least 0: right shift of each output channel's accumulator.
    accumulator: smallest and largest value of ``sum + bias + half`` over all inputs and
        channels, proven from the weights or tables (`accumulator_bounds`).
    similarity: cosine similarity to the float layer on the calibration data; NaN if unknown.
    """

    groups: int = 1
    bias: NDArray[np.int32]
    shift: NDArray[np.int8]
    accumulator: tuple[int, int] = (0, 0)
    similarity: float = math.nan

    method: ClassVar[str]

    def __post_init__(self) -> None:
        super().__post_init__()
        channels = self.shape[0]
        _require(self.groups >= 1, f"node {self.name!r}: groups must be at least 1")
        _require(
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
        _require(
            self.tables.shape == expected,
            f"node {self.name!r}: tables have shape {self.tables.shape} instead of {expected}",
        )


@dataclass(frozen=True, eq=False, kw_only=True)
class MaxPool(Window):
    """The largest value under the window; padding never wins."""

    kind: ClassVar[str] = "max_pool"


@dataclass(frozen=True, eq=False, kw_only=True)
class AveragePool(Window, Requantized):
    """``clamp((sum under the window + half) >> shift)``; the division is in the scale.

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
    """Parameter-free shortcut: ``x[:, ::step, ::step]`` with zero channels around it.

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
        _require(
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


# ------------------------------------------------------------------------------- program


@dataclass(frozen=True, eq=False)
class Program:
    """An integer network.

    Parameters
    ----------
    nodes: in topological order; the first is the only `Input`, the last is the output.
    classes: names of the output channels, or empty.
    meta: what made it (settings, data, seed): any JSON values.
    """

    nodes: tuple[Node, ...]
    classes: tuple[str, ...] = ()
    meta: dict[str, object] = field(default_factory=dict)

    def __post_init__(self) -> None:
        _require(
            bool(self.nodes) and isinstance(self.nodes[0], Input),
            "a program starts with its input node",
        )
        seen: dict[str, Node] = {}
        for node in self.nodes:
            _require(node.name not in seen, f"two nodes are named {node.name!r}")
            for name in node.inputs:
                _require(
                    name in seen,
                    f"node {node.name!r} reads {name!r}, which does not come before it",
                )
            _check_shape(node, [seen[name] for name in node.inputs])
            seen[node.name] = node

    def __iter__(self) -> Iterator[Node]:
        return iter(self.nodes)

    def __getitem__(self, name: str) -> Node:
        for node in self.nodes:
            if node.name == name:
                return node
        raise KeyError(name)

    @property
    def input(self) -> Input:
        """The first node."""
        first = self.nodes[0]
        assert isinstance(first, Input)
        return first

    @property
    def output(self) -> Node:
        """The last node."""
        return self.nodes[-1]

    @property
    def convs(self) -> tuple[Conv, ...]:
        """The maskable layers (convolutions and linear layers) in mask order."""
        return tuple(node for node in self.nodes if isinstance(node, Conv))

    def consumers(self, name: str) -> tuple[Node, ...]:
        """The nodes that read `name`."""
        return tuple(node for node in self.nodes if name in node.inputs)

    def padding_value(self, name: str) -> NDArray[np.int16]:
        """(channels,) int16: what stands for a real zero in the tensor `name`."""
        node = self[name]
        if isinstance(node, Input):
            return node.zero
        return np.zeros(node.shape[0], np.int16)


def window_output(size: int, kernel: int, stride: int, padding: int) -> int:
    """Positions of a window along one axis."""
    return (size + 2 * padding - kernel) // stride + 1


def _expected_shape(node: Node, sources: list[Node]) -> Shape:
    """Output shape that follows from the node's inputs."""
    channels, height, width = sources[0].shape
    if isinstance(node, Window):
        rows, columns = (
            window_output(size, node.kernel[axis], node.stride[axis], node.padding[axis])
            for axis, size in enumerate((height, width))
        )
        return (node.shape[0] if isinstance(node, Conv) else channels, rows, columns)
    if isinstance(node, SlicePad):
        return (
            channels + sum(node.channels),
            -(-height // node.step[0]),
            -(-width // node.step[1]),
        )
    if isinstance(node, Flatten):
        return (channels * height * width, 1, 1)
    if isinstance(node, Argmax):
        return (1, 1, 1)
    return (channels, height, width)


def _check_shape(node: Node, sources: list[Node]) -> None:
    count = 0 if isinstance(node, Input) else 2 if isinstance(node, Add) else 1
    _require(
        len(sources) == count,
        f"node {node.name!r} ({node.kind}) takes {count} inputs, not {len(sources)}",
    )
    if count == 0:
        return
    expected = _expected_shape(node, sources)
    _require(
        node.shape == expected,
        f"node {node.name!r} has shape {node.shape}, but its input makes it {expected}",
    )
    if isinstance(node, Add):
        _require(
            sources[0].shape == sources[1].shape,
            f"node {node.name!r} adds shapes {sources[0].shape} and {sources[1].shape}",
        )
    if isinstance(node, Argmax):
        _require(
            sources[0].shape[1:] == (1, 1), f"node {node.name!r} needs a 1x1 image as its input"
        )
    if isinstance(node, Conv):
        _check_conv(node, sources[0].shape[0])


def subspaces_per_group(channels: int, taps: int, length: int, layout: Layout) -> int:
    """Subspaces of length `length` that cover one group's `channels` input channels."""
    return -(-channels * (taps if layout == "patch" else 1) // length)


def _check_conv(node: Conv, channels: int) -> None:
    _require(
        channels % node.groups == 0 and node.shape[0] % node.groups == 0,
        f"node {node.name!r}: {node.groups} groups must divide {channels} input and "
        f"{node.shape[0]} output channels",
    )
    per_group = channels // node.groups
    if isinstance(node, ExactConv):
        expected = (node.shape[0], per_group, *node.kernel)
        _require(
            node.weight.shape == expected,
            f"node {node.name!r}: weights have shape {node.weight.shape} instead of {expected}",
        )
    if isinstance(node, TableConv):
        count = node.groups * subspaces_per_group(
            per_group, node.taps, node.encoder.length, node.layout
        )
        _require(
            node.encoder.subspaces == count,
            f"node {node.name!r} has {node.encoder.subspaces} subspaces instead of {count}",
        )


def accumulator_bounds(node: Conv, source: ActivationType) -> tuple[int, int]:
    """Smallest and largest ``sum + bias + half`` of any channel of `node`, over all inputs.

    Overflow is impossible in an accumulator that holds these two values. For a table layer it
    is the sum of every table's extreme rows, for an exact one of every product's extremes.

    Parameters
    ----------
    node: the layer; its `accumulator` field is not read.
    source: type of its input.
    """
    if isinstance(node, TableConv):
        per_group = node.tables.astype(np.int64).reshape(
            node.groups, -1, node.tables.shape[1], *node.tables.shape[2:]
        )
        least = per_group.min(axis=3).sum(axis=(1, 2)).reshape(-1)
        most = per_group.max(axis=3).sum(axis=(1, 2)).reshape(-1)
    elif isinstance(node, ExactConv):
        products = np.stack([node.weight.astype(np.int64) * x for x in (source.low, source.high)])
        least = products.min(axis=0).sum(axis=(1, 2, 3))
        most = products.max(axis=0).sum(axis=(1, 2, 3))
    else:
        raise TypeError(f"{type(node).__name__} has no accumulator")
    offset = node.bias.astype(np.int64) + node.half
    return int((least + offset).min()), int((most + offset).max())


def with_bounds(node: _ConvT, source: ActivationType) -> _ConvT:
    """`node` with its `accumulator` field proven from its contents."""
    return dataclasses.replace(node, accumulator=accumulator_bounds(node, source))
