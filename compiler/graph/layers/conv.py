"""Convolutions and linear layers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from ...program import Pair
from .input import Floats
from .layer import Window


@dataclass(frozen=True, eq=False, kw_only=True)
class Conv(Window):
    """Convolution or linear layer.

    Parameters
    ----------
    weight: (M, C / groups, kernel height, kernel width) float32, batch norm folded in.
    bias: (M,) float32, zeros where the module had none.
    groups: as in `torch.nn.Conv2d`.
    full_kernel: the kernel before taps that only ever see padding were dropped; None if none were.
    """

    kind: ClassVar[str] = "conv"
    weight: Floats
    bias: Floats
    groups: int = 1
    full_kernel: Pair | None = None
