"""Encoders of a Program's table layers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from .activation import require

MAX_PROTOTYPES = 256


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
        require(
            self.dimensions.ndim == 2 and self.dimensions.shape == self.thresholds.shape,
            f"a tree encoder's dimensions {self.dimensions.shape} and thresholds "
            f"{self.thresholds.shape} must be alike, (subspaces, prototypes - 1)",
        )
        _check_prototypes(self.prototypes)
        _check_length(self.length)
        require(
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
        require(self.points.ndim == 3, "prototypes must be (subspaces, K, length)")
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
    require(length >= 1, f"a subspace must have at least 1 element, not {length}")


def _check_prototypes(prototypes: int) -> None:
    require(
        2 <= prototypes <= MAX_PROTOTYPES and prototypes.bit_count() == 1,
        f"the number of prototypes must be a power of two from 2 to {MAX_PROTOTYPES}, "
        f"not {prototypes}",
    )
