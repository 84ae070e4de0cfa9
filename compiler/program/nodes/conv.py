"""What the convolutions of all layer methods share, and the questions that each answers."""

from __future__ import annotations

import math
from abc import abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from ..activation import ActivationType, Shape, require
from ..operations import Convolution, Cost
from .node import Node, Requantized, Window, check_shifts

Bounds = tuple[NDArray[np.int64], NDArray[np.int64]]
"""Smallest and largest value of each output channel, (channels,) each."""


@dataclass(frozen=True, eq=False, kw_only=True)
class Conv(Window, Requantized):
    """A convolution by any layer method. A linear layer is the 1x1 case on a 1x1 image.

    Padding pixels hold what stands for a real zero in the input (`Node.padding_value`).

    Parameters
    ----------
    groups: as in `torch.nn.Conv2d`.
    bias: (M,) int32, in units of the accumulator.
    shift: (M,) int8, at least 0: right shift of each output channel's accumulator.
    accumulator: smallest and largest value of ``sum + bias + half`` over all inputs and
        channels, proven from the layer's contents (`accumulator_bounds`).
    similarity: cosine similarity to the float layer on the calibration data; NaN if unknown.
    dropped_taps: pixels under the network's own window that only ever were padding, and that
        the kernel leaves out. They are counted where this layer is compared with the network's.

    Each kind says, as a class variable,

    method: the name of its layer method.
    factor_bits: behind the point of `factor`; 0 where it has none.
    """

    method: ClassVar[str]
    factor_bits: ClassVar[int] = 0
    documentation: ClassVar[frozenset[str]] = Node.documentation | {"accumulator", "similarity"}
    answers: ClassVar[tuple[str, ...]] = (*Node.answers, "method")

    groups: int = 1
    bias: NDArray[np.int32]
    shift: NDArray[np.int8]
    accumulator: tuple[int, int] = (0, 0)
    similarity: float = math.nan
    dropped_taps: int = 0

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
        check_shifts(self, int(self.shift.min()), int(self.shift.max()))

    @property
    @abstractmethod
    def contents(self) -> NDArray[np.int8]:
        """The layer's numbers, as its memories hold them: tables or weights."""

    @property
    def details(self) -> Mapping[str, str | int | float]:
        """What the method made of the layer, by name, for whoever looks at it (`tabfab info`).

        Nothing unless the method says something.
        """
        return {}

    @abstractmethod
    def sum_bounds(self, source: ActivationType) -> Bounds:
        """Smallest and largest sum of each output channel, without bias, over all inputs.

        Parameters
        ----------
        source: type of the input.
        """

    @abstractmethod
    def cost(self, source: Shape) -> Cost:
        """What the layer costs to compute for one image.

        Parameters
        ----------
        source: shape of its input.
        """

    @property
    def factor(self) -> NDArray[np.int64] | None:
        """(M,) what each sum is multiplied by before its shift, 1 to less than 2; None for 1.

        In units of ``2^-factor_bits``: what is shifted is then
        ``((sum + bias + half) * factor) >> (shift + factor_bits)``.
        """
        return None

    @property
    def half(self) -> NDArray[np.int64]:
        """(M,) what rounding adds before the shift."""
        return (1 << self.shift.astype(np.int64)) >> 1

    def channel_bounds(self, source: ActivationType) -> Bounds:
        """Smallest and largest ``sum + bias + half`` of each output channel, over all inputs.

        Parameters
        ----------
        source: type of the input.
        """
        least, most = self.sum_bounds(source)
        offset = self.bias.astype(np.int64) + self.half
        return least + offset, most + offset

    def convolution(self, source: Shape) -> Convolution:
        """What counting operations needs to know of the layer, whatever its method.

        Parameters
        ----------
        source: shape of its input.
        """
        return Convolution(source, self.shape, self.taps, self.dropped_taps, self.groups)

    def output_shape(self, sources: Sequence[Node]) -> Shape:
        """The layer's own channels, and a pixel for each position of the window."""
        return (self.shape[0], *self.positions(sources[0].shape))

    def check(self, sources: Sequence[Node]) -> None:
        """Raise `ProgramError` unless the layer fits its input; see `Node.check`."""
        super().check(sources)
        channels = sources[0].shape[0]
        require(
            channels % self.groups == 0 and self.shape[0] % self.groups == 0,
            f"node {self.name!r}: {self.groups} groups must divide {channels} input and "
            f"{self.shape[0]} output channels",
        )


def products_bounds(weight: NDArray[np.integer], factors: tuple[int, int]) -> Bounds:
    """Smallest and largest sum of each output channel's products.

    Parameters
    ----------
    weight: (M, C / groups, kernel height, kernel width).
    factors: smallest and largest number that each weight may be multiplied by.
    """
    products = np.stack([weight.astype(np.int64) * factor for factor in factors])
    per_channel = (1, 2, 3)
    return (
        products.min(axis=0).sum(axis=per_channel),
        products.max(axis=0).sum(axis=per_channel),
    )
