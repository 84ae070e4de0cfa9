"""How a tensor's integers stand for real numbers. Nothing here imports torch."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..program import ActivationType

MOST = 1e30
"""Weights and activations beyond it were not trained: of sums of them nothing is left."""

_WHOLE = 1e-9
"""Logarithms that differ from whole numbers by less are whole."""


def steps_agree(exponent: float, other: float) -> bool:
    """Whether two steps differ by a power of two; of each, log2, up to whole numbers."""
    return abs((exponent - other + 0.5) % 1.0 - 0.5) < _WHOLE


@dataclass(frozen=True, eq=False)
class TensorScale:
    """How a tensor's integers stand for real numbers: ``real = (integer - zeros) * steps``.

    Parameters
    ----------
    type: the integers.
    steps: (C,) float64, positive.
    zeros: (C,) float64, not always whole; all zero except for the image and what keeps its
        integers.
    said: whether the network says it, and what reads it keeps its integers.
    """

    type: ActivationType
    steps: NDArray[np.float64]
    zeros: NDArray[np.float64]
    said: bool = False

    @property
    def step(self) -> float:
        """The first channel's step, which is every channel's away from the image."""
        return float(self.steps[0])

    @property
    def uniform(self) -> bool:
        """Whether all channels have the same step and no offset."""
        return bool((self.steps == self.steps[0]).all() and (self.zeros == 0).all())

    @property
    def zero_integers(self) -> NDArray[np.int16]:
        """(C,) the integer nearest to a real zero, which padding takes.

        Where none is near, the front end has seen to it that nothing pads.
        """
        return np.rint(self.zeros).clip(self.type.low, self.type.high).astype(np.int16)
