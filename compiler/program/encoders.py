"""Encoders of a Program's table layers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from .activation import require


@dataclass(frozen=True)
class Encoding:
    """Operations of coding one subspace of one pixel.

    Parameters
    ----------
    multiplications: each with an addition.
    comparisons: of elements with thresholds.
    additions: and subtractions, without a multiplication.
    """

    multiplications: int = 0
    comparisons: int = 0
    additions: int = 0


MAX_LEAVES = 4096
"""Leaves of a tree, and so its prototypes."""
MAX_NEAREST_PROTOTYPES = 16384
"""Prototypes of a nearest encoder: TabConv's experiments use 8192, and one of them twice that."""


@dataclass(frozen=True, eq=False)
class TreeEncoder:
    """One binary comparator tree per subspace, a split dimension and threshold per node.

    Nodes are numbered as in a heap: the root is 0 and the children of node ``i`` are ``2i + 1``
    (``x[dimension[i]] <= threshold[i]``) and ``2i + 2`` (greater). Leaves are numbered from left
    to right, so the most significant bit of a leaf's number is the root's comparison. The code is
    the number of the leaf, or what `leaf_codes` says of it. (Blalock and Guttag, Maddness,
    arXiv 2106.10860, with a dimension per node instead of one per level, and merged leaves.)

    Parameters
    ----------
    dimensions: (subspaces, leaves - 1) int16, each in 0..length-1.
    thresholds: (subspaces, leaves - 1) int16, compared with integer activations.
    length: elements of one subspace (L).
    leaf_codes: (subspaces, leaves) uint16, the code of each leaf where leaves are merged onto
        fewer prototypes; None where every leaf is a prototype of its own.
    """

    kind: ClassVar[str] = "tree"
    most_prototypes: ClassVar[int] = MAX_LEAVES
    dimensions: NDArray[np.int16]
    thresholds: NDArray[np.int16]
    length: int
    leaf_codes: NDArray[np.uint16] | None = None

    def __post_init__(self) -> None:
        require(
            self.dimensions.ndim == 2 and self.dimensions.shape == self.thresholds.shape,
            f"a tree encoder's dimensions {self.dimensions.shape} and thresholds "
            f"{self.thresholds.shape} must be alike, (subspaces, leaves - 1)",
        )
        require(
            2 <= self.leaves <= MAX_LEAVES and self.leaves.bit_count() == 1,
            f"the number of leaves must be a power of two from 2 to {MAX_LEAVES}, "
            f"not {self.leaves}",
        )
        require(
            self.leaf_codes is None or self.leaf_codes.shape == (self.subspaces, self.leaves),
            f"a tree encoder's leaf codes must be (subspaces, leaves), "
            f"{(self.subspaces, self.leaves)}",
        )
        _check_prototypes(self)
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
    def leaves(self) -> int:
        """Leaves of each tree."""
        return self.dimensions.shape[1] + 1

    @property
    def levels(self) -> int:
        """Comparisons from a tree's root to a leaf."""
        return self.leaves.bit_length() - 1

    @property
    def encoding(self) -> Encoding:
        """What coding a subspace takes: a comparison a level."""
        return Encoding(comparisons=self.levels)

    @property
    def prototypes(self) -> int:
        """Codes that the trees can give, rounded up to a power of two (K)."""
        if self.leaf_codes is None:
            return self.leaves
        return max(2, 1 << int(self.leaf_codes.max()).bit_length())

    @property
    def code_bits(self) -> int:
        """Bits of a code."""
        return self.prototypes.bit_length() - 1


@dataclass(frozen=True, eq=False)
class NearestEncoder:
    """Code = the prototype with the least squared distance, the lowest number on a tie.

    TabConv's definition (arXiv 2404.05872, section 3.1).

    Parameters
    ----------
    points: (subspaces, K, length) int16, the prototypes in units of the activations.
    """

    kind: ClassVar[str] = "nearest"
    most_prototypes: ClassVar[int] = MAX_NEAREST_PROTOTYPES
    points: NDArray[np.int16]

    def __post_init__(self) -> None:
        require(self.points.ndim == 3, "prototypes must be (subspaces, K, length)")
        _check_prototypes(self)
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
    def code_bits(self) -> int:
        """Bits of a code."""
        return self.prototypes.bit_length() - 1

    @property
    def encoding(self) -> Encoding:
        """What coding a subspace takes; see `distances`."""
        return self.distances(self.prototypes, self.length)

    @staticmethod
    def distances(prototypes: int, length: int) -> Encoding:
        """What the distances to so many prototypes take: a multiplication for each element."""
        return Encoding(multiplications=prototypes * length)


@dataclass(frozen=True, eq=False)
class NearestL1Encoder(NearestEncoder):
    """Code = the prototype with the least L1 distance, the lowest number on a tie.

    The sum of the elements' absolute differences, which takes no multiplier. Parameters are those
    of `NearestEncoder`.
    """

    kind: ClassVar[str] = "nearest-l1"

    @staticmethod
    def distances(prototypes: int, length: int) -> Encoding:
        """What they take: a subtraction and an addition for each element."""
        return Encoding(additions=2 * prototypes * length)


Encoder = TreeEncoder | NearestEncoder | NearestL1Encoder
ENCODER_KINDS: dict[str, type[Encoder]] = {
    TreeEncoder.kind: TreeEncoder,
    NearestEncoder.kind: NearestEncoder,
    NearestL1Encoder.kind: NearestL1Encoder,
}


def most_prototypes(kind: str) -> int:
    """The most prototypes that an encoder of `kind` may have."""
    return ENCODER_KINDS[kind].most_prototypes


def _check_length(length: int) -> None:
    require(length >= 1, f"a subspace must have at least 1 element, not {length}")


def _check_prototypes(encoder: Encoder) -> None:
    most, prototypes = encoder.most_prototypes, encoder.prototypes
    require(
        2 <= prototypes <= most and prototypes.bit_count() == 1,
        f"the number of prototypes must be a power of two from 2 to {most}, not {prototypes}",
    )
