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

MULTIPLIER_BITS = 14
"""Behind the point of a multiplier: it is right to a 128th of a step of any answer."""


@dataclass(frozen=True, eq=False, kw_only=True)
class ExactConv(Conv):
    """Convolution by multiplication.

    Parameters
    ----------
    weight: (M, C / groups, kernel height, kernel width) int8.
    multiplier: (M,) int16, 2^14 to below 2^15: what each output channel's sums are multiplied by
        before the shift (`Conv.factor`), where weights are the integers of a network that came
        quantized with scales that are no powers of two; None for none.
    """

    kind: ClassVar[str] = "exact_conv"
    method: ClassVar[str] = "exact"
    factor_bits: ClassVar[int] = MULTIPLIER_BITS
    replaceable: ClassVar[frozenset[str]] = frozenset({"weight", "bias"})
    weight: NDArray[np.int8]
    multiplier: NDArray[np.int16] | None = None

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.multiplier is not None:
            one = 1 << MULTIPLIER_BITS
            require(
                self.multiplier.shape == self.shape[:1] and bool((self.multiplier >= one).all()),
                f"node {self.name!r}: multipliers must be {one} to {2 * one - 1} for each of its "
                f"{self.shape[0]} output channels",
            )

    @property
    def factor(self) -> NDArray[np.int64] | None:
        """`multiplier`; see `Conv.factor`."""
        return None if self.multiplier is None else self.multiplier.astype(np.int64)

    @property
    def contents(self) -> NDArray[np.int8]:
        """`weight`."""
        return self.weight

    @property
    def details(self) -> Mapping[str, str | int | float]:
        """Bits that hold every weight, in two's complement, and what else; see `Conv.details`.

        Weights that are zero, and output channels whose sums are multiplied.
        """
        low, high = int(self.weight.min()), int(self.weight.max())
        bits = 1 + max(high.bit_length(), (-1 - low).bit_length() if low < 0 else 0)
        zeros = int(self.weight.size - np.count_nonzero(self.weight))
        said: dict[str, str | int | float] = {"weight_bits": bits, "zero_weights": zeros}
        if self.multiplier is not None:
            said["multiplied"] = int(np.count_nonzero(self.multiplier != 1 << MULTIPLIER_BITS))
        return said

    def sum_bounds(self, source: ActivationType) -> Bounds:
        """Sums of all products' extremes; see `Conv.sum_bounds`."""
        return products_bounds(self.weight, (source.low, source.high))

    def cost(self, source: Shape) -> Cost:
        """Multiply-accumulates, and a product for every multiplier; see `Conv.cost`."""
        multiplied = 0 if self.multiplier is None else len(self.multiplier)
        return self.convolution(source).exact(multiplied)

    def check(self, sources: Sequence[Node]) -> None:
        """Raise `ProgramError` unless the layer fits its input; see `Node.check`."""
        super().check(sources)
        expected = (self.shape[0], sources[0].shape[0] // self.groups, *self.kernel)
        require(
            self.weight.shape == expected,
            f"node {self.name!r}: weights have shape {self.weight.shape} instead of {expected}",
        )
