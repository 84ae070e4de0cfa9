"""Random contents of the components that proofs are about."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ...compiler.program import ActivationType, TreeEncoder


def random_trees(
    subspaces: int, leaves: int, length: int, type_: ActivationType, prototypes: int | None = None
) -> TreeEncoder:
    """Trees with thresholds within, and just outside, the range of `type_`."""
    rng = np.random.default_rng(0)
    size = (subspaces, leaves - 1)
    merged = rng.integers(0, prototypes or 1, (subspaces, leaves)).astype(np.uint16)
    if prototypes:
        merged[:, 0] = prototypes - 1
    return TreeEncoder(
        rng.integers(0, length, size).astype(np.int16),
        rng.integers(type_.low - 1, type_.high + 2, size).astype(np.int16),
        length,
        merged if prototypes else None,
    )


def random_prototypes(
    subspaces: int, prototypes: int, length: int, type_: ActivationType
) -> NDArray[np.int16]:
    """Prototypes in the range of `type_`: (subspaces, prototypes, length)."""
    size = (subspaces, prototypes, length)
    points = np.random.default_rng(0).integers(type_.low, type_.high + 1, size)
    return points.astype(np.int16)


def random_tables(*shape: int) -> NDArray[np.int8]:
    """Tables over the whole range of int8: (subspaces, taps, prototypes, channels)."""
    return np.random.default_rng(0).integers(-128, 128, shape).astype(np.int8)
