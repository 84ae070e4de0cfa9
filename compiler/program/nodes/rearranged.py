"""Nodes whose values come from other places: channels side by side or chosen, pixels repeated."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from ..activation import Pair, Shape, require
from .node import Node, Requantized, check_shifts

MAX_INTERPOLATION = 16
"""Of how much larger an interpolated image may be: windows have a tap more."""


@dataclass(frozen=True, eq=False, kw_only=True)
class Concat(Requantized):
    """The channels of several inputs one after the other, all brought to one scale.

    A value x of input n becomes ``clamp(((x << left[n]) + half) >> shift[n])``.

    Parameters
    ----------
    left: left shift of each input, two or more.
    shift: right shift of each input.
    """

    kind: ClassVar[str] = "concat"
    arity: ClassVar[int] = 2
    left: tuple[int, ...]
    shift: tuple[int, ...]

    def __post_init__(self) -> None:
        super().__post_init__()
        require(
            len(self.left) == len(self.shift) >= self.arity,
            f"node {self.name!r} has {len(self.left)} left and {len(self.shift)} right shifts; "
            f"it needs one of each for every input, and {self.arity} inputs at least",
        )
        check_shifts(self, *self.left, *self.shift)

    @property
    def reads(self) -> int:
        """One node for each shift."""
        return len(self.left)

    def output_shape(self, sources: Sequence[Node]) -> Shape:
        """All channels, and the pixels of the first input."""
        _, height, width = sources[0].shape
        return (sum(source.shape[0] for source in sources), height, width)

    def check(self, sources: Sequence[Node]) -> None:
        """Raise `ProgramError` unless all inputs have the same pixels; see `Node.check`."""
        super().check(sources)
        shapes = [source.shape for source in sources]
        require(
            len({shape[1:] for shape in shapes}) == 1,
            f"node {self.name!r} puts channels of shapes {shapes} side by side, which have "
            "different rows or columns",
        )


@dataclass(frozen=True, eq=False, kw_only=True)
class Outputs(Concat):
    """Several answers of a network one after the other, each with the scale that it has.

    Parameters
    ----------
    heads: what each is called.
    shapes: (channels, height, width) of each; its values come pixel by pixel.
    scales: real value of one step of each; `scale` says nothing of them.
    """

    kind: ClassVar[str] = "outputs"
    documentation: ClassVar[frozenset[str]] = frozenset({"scale", "scales", "heads", "shapes"})
    heads: tuple[str, ...]
    shapes: tuple[Shape, ...]
    scales: tuple[float, ...]

    def __post_init__(self) -> None:
        super().__post_init__()
        require(
            len(self.heads) == len(self.shapes) == len(self.scales) == self.reads,
            f"node {self.name!r} has {self.reads} answers, and must have a name, shape and scale "
            "for each",
        )
        require(
            self.shape == (sum(math.prod(shape) for shape in self.shapes), 1, 1),
            f"node {self.name!r} has shape {self.shape}, but its answers have {self.shapes}",
        )

    @property
    def steps(self) -> NDArray[np.float64]:
        """(channels,) real value of one step of each."""
        return np.repeat(self.scales, [math.prod(shape) for shape in self.shapes])


@dataclass(frozen=True, eq=False, kw_only=True)
class ChannelSelect(Node):
    """Some channels of its input, in any order.

    Parameters
    ----------
    channels: which channel of the input each channel of the output is.
    """

    kind: ClassVar[str] = "channel_select"
    arity: ClassVar[int] = 1
    keeps_type: ClassVar[bool] = True
    channels: tuple[int, ...]

    def output_shape(self, sources: Sequence[Node]) -> Shape:
        """As many channels as are chosen."""
        _, height, width = sources[0].shape
        return (len(self.channels), height, width)

    def check(self, sources: Sequence[Node]) -> None:
        """Raise `ProgramError` unless the input has the channels; see `Node.check`."""
        super().check(sources)
        count = sources[0].shape[0]
        require(
            all(0 <= channel < count for channel in self.channels),
            f"node {self.name!r} chooses channels that its input of {count} channels lacks",
        )


@dataclass(frozen=True, eq=False, kw_only=True)
class Upsample(Node):
    """Every pixel several times: nearest-neighbour upsampling.

    Parameters
    ----------
    factor: how often, (vertical, horizontal).
    """

    kind: ClassVar[str] = "upsample"
    arity: ClassVar[int] = 1
    keeps_type: ClassVar[bool] = True
    keeps_zero: ClassVar[bool] = True
    factor: Pair

    def __post_init__(self) -> None:
        super().__post_init__()
        require(min(self.factor) >= 1, f"node {self.name!r}: the factor must be at least 1")

    def output_shape(self, sources: Sequence[Node]) -> Shape:
        """So many times as high and as wide."""
        channels, height, width = sources[0].shape
        return (channels, height * self.factor[0], width * self.factor[1])


@dataclass(frozen=True, eq=False, kw_only=True)
class Interpolate(Node):
    """Bilinear upsampling, rounded: each pixel between the four around it, half a pixel from edges.

    Of output row i and a factor f, the place among the input's rows is ``(2 i + 1 - f) / (2 f)``; a
    neighbour beyond an edge is the one at the edge. All weights are whole numbers over
    ``4 f_rows f_columns``, powers of two, and ties round up.

    Parameters
    ----------
    factor: how much larger, (vertical, horizontal); powers of two.
    """

    kind: ClassVar[str] = "interpolate"
    arity: ClassVar[int] = 1
    keeps_type: ClassVar[bool] = True
    keeps_zero: ClassVar[bool] = True
    factor: Pair

    def __post_init__(self) -> None:
        super().__post_init__()
        require(
            all(
                1 <= times <= MAX_INTERPOLATION and times.bit_count() == 1 for times in self.factor
            ),
            f"node {self.name!r}: its factors are powers of two from 1 to {MAX_INTERPOLATION}, not "
            f"{self.factor}",
        )

    def output_shape(self, sources: Sequence[Node]) -> Shape:
        """So many times as high and as wide."""
        channels, height, width = sources[0].shape
        return (channels, height * self.factor[0], width * self.factor[1])


@dataclass(frozen=True, eq=False, kw_only=True)
class DepthToSpace(Node):
    """Channels become pixels: each pixel a block of them.

    A pixel's channels are counted (block row, block column, channel).

    Parameters
    ----------
    block: pixels of a block, (vertical, horizontal).
    """

    kind: ClassVar[str] = "depth_to_space"
    arity: ClassVar[int] = 1
    keeps_type: ClassVar[bool] = True
    block: Pair

    def __post_init__(self) -> None:
        super().__post_init__()
        require(min(self.block) >= 1, f"node {self.name!r}: the block must have at least one pixel")

    def output_shape(self, sources: Sequence[Node]) -> Shape:
        """Fewer channels, and more pixels by as much."""
        channels, height, width = sources[0].shape
        rows, columns = self.block
        return (channels // (rows * columns), height * rows, width * columns)

    def check(self, sources: Sequence[Node]) -> None:
        """Raise `ProgramError` unless the channels are those of whole blocks; see `Node.check`."""
        super().check(sources)
        count, pixels = sources[0].shape[0], self.block[0] * self.block[1]
        require(
            count % pixels == 0,
            f"node {self.name!r} makes blocks of {pixels} pixels of {count} channels, which they "
            "do not divide",
        )
