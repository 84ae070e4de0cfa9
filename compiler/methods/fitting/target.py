"""What a converted layer should compute over the calibration images."""

from __future__ import annotations

import math
from dataclasses import dataclass

import torch
from torch import Tensor


@dataclass(frozen=True, eq=False)
class Target:
    """The float network's result, to be reached by a layer alone or by a residual sum.

    A layer whose only reader is a residual sum is judged by that sum: so it may make up for what
    the other operand lost upstream.

    Parameters
    ----------
    values: (N, rows, columns, M) float32, the float network's result before the clamp.
    other: what is added to the layer's own result before it is compared, like `values`, or None.
    low, high: the clamp that follows; a result beyond it is as good as one at it.
    """

    values: Tensor
    other: Tensor | None = None
    low: float = -math.inf
    high: float = math.inf

    @property
    def clamped(self) -> bool:
        """Whether a clamp follows."""
        return not (math.isinf(self.low) and math.isinf(self.high))

    def linear(self, images: slice) -> Tensor:
        """What the layer itself should give before the clamp."""
        values = self.values[images]
        return values if self.other is None else values - self.other[images]

    def behind_clamp(self, images: slice, prediction: Tensor) -> Tensor:
        """What the layer itself should give, changed to what it gives where the clamp hides it.

        The squared distance to it is nowhere less than the squared error behind the clamp and
        equal to it at `prediction`, so least squares towards it lessens that error.

        Parameters
        ----------
        images: which ones.
        prediction: what the layer gives now.
        """
        wanted = self.values[images]
        reached = prediction if self.other is None else prediction + self.other[images]
        wanted = torch.where(wanted <= self.low, reached.clamp(max=self.low), wanted)
        wanted = torch.where(wanted >= self.high, reached.clamp(min=self.high), wanted)
        return wanted if self.other is None else wanted - self.other[images]
