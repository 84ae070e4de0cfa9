"""What the nodes of a Program have in common, and the questions that each kind answers."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from ..activation import ActivationType, Pair, Shape, require
from ..shapes import Edges, edges, window_output

MAX_SHIFT = 24
MAX_FACTOR = 1 << 12
"""Of an average's sum, or of a product."""


@dataclass(frozen=True, eq=False, kw_only=True)
class Node(ABC):
    """What every node has.

    Parameters
    ----------
    name: unique in its program.
    inputs: names of the nodes that it reads.
    shape: (channels, height, width) of its output.
    type: integers that its output takes.
    scale: real value of one step of its output (documentation; inference never reads it).

    Each kind says, as class variables,

    kind: its name in files.
    arity: how many nodes it reads, or the fewest where `reads` says how many.
    keeps_type: whether it only passes values on, so that its output has its input's type.
    keeps_zero: whether what stands for a real zero in its input does in its output too; of what is
        padded behind it, that is then the padding.
    replaceable: names of the fields that run-time loading may replace; none unless it says so.
    documentation: names of the fields that no answer of the network depends on.
    """

    kind: ClassVar[str]
    arity: ClassVar[int]
    keeps_type: ClassVar[bool]
    keeps_zero: ClassVar[bool] = False
    replaceable: ClassVar[frozenset[str]] = frozenset()
    documentation: ClassVar[frozenset[str]] = frozenset({"scale"})
    answers: ClassVar[tuple[str, ...]] = ("kind", "arity", "keeps_type")
    """Class variables that a kind must have; there is no default that would suit every kind."""

    name: str
    inputs: tuple[str, ...]
    shape: Shape
    type: ActivationType
    scale: float = 1.0

    def __post_init__(self) -> None:
        for answer in self.answers:
            if not hasattr(self, answer):
                raise TypeError(f"the node class {self.__class__.__name__} does not say {answer!r}")
        require(
            len(self.shape) == 3 and min(self.shape) >= 1,
            f"node {self.name!r}: shape {self.shape} must be three positive numbers, "
            "(channels, height, width)",
        )

    @property
    def reads(self) -> int:
        """How many nodes it reads."""
        return self.arity

    @abstractmethod
    def output_shape(self, sources: Sequence[Node]) -> Shape:
        """(channels, height, width) that follows from the nodes that this one reads.

        Parameters
        ----------
        sources: the nodes of `inputs`, as many as `reads`.
        """

    def check(self, sources: Sequence[Node]) -> None:
        """Raise `ProgramError` unless this node fits the nodes that it reads.

        Parameters
        ----------
        sources: the nodes of `inputs`.
        """
        require(
            len(sources) == self.reads,
            f"node {self.name!r} ({self.kind}) takes {self.reads} inputs, not {len(sources)}",
        )
        expected = self.output_shape(sources)
        require(
            self.shape == expected,
            f"node {self.name!r} has shape {self.shape}, but its input makes it {expected}",
        )
        if self.keeps_type:
            require(
                self.type == sources[0].type,
                f"node {self.name!r} passes values on, so it must have its input's type, "
                f"{sources[0].type}, not {self.type}",
            )

    @property
    def steps(self) -> NDArray[np.float64]:
        """(channels,) real value of one step of each channel of the output."""
        return np.full(self.shape[0], self.scale)

    @property
    def padding_value(self) -> NDArray[np.int16]:
        """(channels,) what stands for a real zero in the output, unless the input says so."""
        return np.zeros(self.shape[0], np.int16)


@dataclass(frozen=True, eq=False, kw_only=True)
class Window(Node):
    """A node that slides a window over its input.

    Parameters
    ----------
    kernel, stride: (vertical, horizontal).
    padding: pixels (above, to the left).
    overhang: how many more there are (below, to the right); negative where there are fewer.
    dilation: pixels from one tap to the next (vertical, horizontal).
    """

    arity: ClassVar[int] = 1
    kernel: Pair
    stride: Pair = (1, 1)
    padding: Pair = (0, 0)
    overhang: Pair = (0, 0)
    dilation: Pair = (1, 1)

    def __post_init__(self) -> None:
        super().__post_init__()
        require(
            min(*self.kernel, *self.stride, *self.dilation) >= 1
            and min(min(edge) for edge in self.edges) >= 0,
            f"node {self.name!r}: kernel, stride and dilation must be at least 1, padding at least "
            "0 on all sides",
        )

    @property
    def taps(self) -> int:
        """Pixels under the window."""
        return self.kernel[0] * self.kernel[1]

    @property
    def edges(self) -> Edges:
        """Pixels of padding."""
        return edges(self.padding, self.overhang)

    def positions(self, source: Shape) -> Pair:
        """Rows and columns of the output.

        Parameters
        ----------
        source: shape of the input.
        """
        rows, columns = (
            window_output(
                source[1 + axis], self.kernel[axis], self.stride[axis], self.padding[axis],
                self.overhang[axis], self.dilation[axis],
            )
            for axis in (0, 1)
        )  # fmt: skip
        return rows, columns

    def output_shape(self, sources: Sequence[Node]) -> Shape:
        """As many channels as the input has, and a pixel for each position of the window."""
        source = sources[0].shape
        return (source[0], *self.positions(source))


@dataclass(frozen=True, eq=False, kw_only=True)
class Requantized(Node):
    """A node whose result is shifted and clamped to its output type.

    Parameters
    ----------
    low, high: the clamp, within the output type (a ReLU has low = 0).
    """

    keeps_type: ClassVar[bool] = False
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
