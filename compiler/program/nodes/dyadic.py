"""Convolution by shifts and additions."""

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

MAX_TERMS = 4
MAX_FINEST_SHIFT = 12


@dataclass(frozen=True, eq=False, kw_only=True)
class DyadicConv(Conv):
    """Convolution with weights that are sums of few signed powers of two.

    Each term is an activation, shifted and perhaps negated; a sum is that of all terms of its
    output channel. A weight is an integer in units of ``2^-finest_shift``, so that the finest
    power is a shift by 0.

    Parameters
    ----------
    finest_shift: the largest shift to the left that a term may have.
    terms: (T, M, C / groups, kernel height, kernel width) int8: ``sign * (1 + shift)`` for each
        term ``sign * 2^shift`` of a weight, 0 where it has fewer than T.
    alpha: (M,) int8, 4 to 7: quarters that each output channel's sums are multiplied by before
        the shift (`Conv.factor`), of two signed powers of two each; None for none.
    """

    kind: ClassVar[str] = "dyadic_conv"
    method: ClassVar[str] = "dyadic"
    factor_bits: ClassVar[int] = 2
    replaceable: ClassVar[frozenset[str]] = frozenset({"terms", "bias"})
    finest_shift: int
    terms: NDArray[np.int8]
    alpha: NDArray[np.int8] | None = None

    def __post_init__(self) -> None:
        super().__post_init__()
        require(
            0 <= self.finest_shift <= MAX_FINEST_SHIFT,
            f"node {self.name!r}: the finest shift is 0 to {MAX_FINEST_SHIFT}, not "
            f"{self.finest_shift}",
        )
        require(
            self.terms.ndim == 5 and 1 <= len(self.terms) <= MAX_TERMS,
            f"node {self.name!r}: terms {self.terms.shape} must be (1 to {MAX_TERMS} terms, output "
            "channels, input channels of a group, kernel height, kernel width)",
        )
        require(
            bool((np.abs(self.terms.astype(np.int64)) <= self.finest_shift + 1).all()),
            f"node {self.name!r}: its terms shift by more than {self.finest_shift}",
        )
        if self.alpha is not None:
            require(
                self.alpha.shape == self.shape[:1]
                and bool(((self.alpha >= 4) & (self.alpha <= 7)).all()),
                f"node {self.name!r}: alpha must be 4 to 7 quarters for each of its "
                f"{self.shape[0]} output channels",
            )

    @property
    def factor(self) -> NDArray[np.int64] | None:
        """`alpha`; see `Conv.factor`."""
        return None if self.alpha is None else self.alpha.astype(np.int64)

    @property
    def weight(self) -> NDArray[np.int32]:
        """(M, C / groups, kernel height, kernel width) int32, what the terms add up to."""
        magnitudes = 1 << np.maximum(np.abs(self.terms.astype(np.int32)) - 1, 0)
        weight: NDArray[np.int32] = (np.sign(self.terms) * magnitudes).sum(axis=0, dtype=np.int32)
        return weight

    @property
    def contents(self) -> NDArray[np.int8]:
        """`terms`."""
        return self.terms

    @property
    def details(self) -> Mapping[str, str | int | float]:
        """How many powers of two make the weights; see `Conv.details`.

        Most and mean number of terms of a weight, the largest shift that one has, and the weights
        that have none.
        """
        counts = np.count_nonzero(self.terms, axis=0)
        return {
            "terms": int(counts.max()),
            "mean_terms": round(float(counts.mean()), 2),
            "largest_shift": max(int(np.abs(self.terms.astype(np.int64)).max()) - 1, 0),
            "zero_weights": int((counts == 0).sum()),
        }

    def sum_bounds(self, source: ActivationType) -> Bounds:
        """Sums of all products' extremes; see `Conv.sum_bounds`."""
        return products_bounds(self.weight, (source.low, source.high))

    def cost(self, source: Shape) -> Cost:
        """A shift and an addition for every term, and for every factor; see `Conv.cost`."""
        factors = 0 if self.alpha is None else int(np.count_nonzero(self.alpha != 4))
        terms = int(np.count_nonzero(self.terms))
        shifted = int(np.count_nonzero(np.abs(self.terms) > 1))
        return self.convolution(source).dyadic(terms + factors, shifted + factors, len(self.terms))

    def check(self, sources: Sequence[Node]) -> None:
        """Raise `ProgramError` unless the layer fits its input; see `Node.check`."""
        super().check(sources)
        expected = (self.shape[0], sources[0].shape[0] // self.groups, *self.kernel)
        require(
            self.terms.shape[1:] == expected,
            f"node {self.name!r}: terms are those of weights {self.terms.shape[1:]} instead of "
            f"{expected}",
        )
