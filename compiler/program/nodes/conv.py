"""What the convolutions of all layer methods share."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from ..activation import require
from .node import Requantized, Window, check_shifts


@dataclass(frozen=True, eq=False, kw_only=True)
class Conv(Window, Requantized):
    """What exact and table convolutions share. A linear layer is the 1x1 case on a 1x1 image.

    Padding pixels hold what stands for a real zero in the input (`Program.padding_value`).

    Parameters
    ----------
    groups: as in `torch.nn.Conv2d`.
    bias: (M,) int32, in units of the accumulator.
    shift: (M,) int8, at least 0: right shift of each output channel's accumulator.
    accumulator: smallest and largest value of ``sum + bias + half`` over all inputs and
        channels, proven from the weights or tables (`accumulator_bounds`).
    similarity: cosine similarity to the float layer on the calibration data; NaN if unknown.
    dropped_taps: pixels under the network's own window that only ever were padding, and that
        the kernel leaves out. They are counted where this layer is compared with the network's.
    """

    groups: int = 1
    bias: NDArray[np.int32]
    shift: NDArray[np.int8]
    accumulator: tuple[int, int] = (0, 0)
    similarity: float = math.nan
    dropped_taps: int = 0

    method: ClassVar[str]

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
    def half(self) -> NDArray[np.int64]:
        """(M,) what rounding adds before the shift."""
        return (1 << self.shift.astype(np.int64)) >> 1
