"""Convolution by multiplication."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from ..activation import ActivationType, Shape, require
from ..operations import Cost
from .conv import Bounds, Conv, products_bounds
from .node import Node


@dataclass(frozen=True, eq=False, kw_only=True)
class ExactConv(Conv):
    """Convolution by multiplication.

    Parameters
    ----------
    weight: (M, C / groups, kernel height, kernel width) int8.
    """

    kind: ClassVar[str] = "exact_conv"
    method: ClassVar[str] = "exact"
    replaceable: ClassVar[frozenset[str]] = frozenset({"weight", "bias"})
    weight: NDArray[np.int8]

    @property
    def contents(self) -> NDArray[np.int8]:
        """`weight`."""
        return self.weight

    @property
    def details(self) -> Mapping[str, str | int | float]:
        """Bits that hold every weight, in two's complement; see `Conv.details`."""
        low, high = int(self.weight.min()), int(self.weight.max())
        bits = 1 + max(high.bit_length(), (-1 - low).bit_length() if low < 0 else 0)
        zeros = int(self.weight.size - np.count_nonzero(self.weight))
        return {"weight_bits": bits, "zero_weights": zeros}

    def sum_bounds(self, source: ActivationType) -> Bounds:
        """Sums of all products' extremes; see `Conv.sum_bounds`."""
        return products_bounds(self.weight, (source.low, source.high))

    def cost(self, source: Shape) -> Cost:
        """Multiply-accumulates; see `Conv.cost`."""
        return self.convolution(source).exact()

    def check(self, sources: Sequence[Node]) -> None:
        """Raise `ProgramError` unless the layer fits its input; see `Node.check`."""
        super().check(sources)
        expected = (self.shape[0], sources[0].shape[0] // self.groups, *self.kernel)
        require(
            self.weight.shape == expected,
            f"node {self.name!r}: weights have shape {self.weight.shape} instead of {expected}",
        )
