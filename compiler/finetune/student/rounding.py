"""Rounding to the activation grid, with a gradient that looks through it."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor


class _RoundAndClamp(torch.autograd.Function):
    @staticmethod
    def forward(ctx: Any, x: Tensor, low: float, high: float) -> Tensor:
        # Half a step goes up, as in the requantizer: floor(x + 1/2).
        rounded = (x + 0.5).floor_().clamp_(low, high)
        ctx.save_for_backward(rounded)
        ctx.limits = low, high
        return rounded

    @staticmethod
    def backward(ctx: Any, gradient: Tensor) -> tuple[Tensor, None, None]:
        (rounded,) = ctx.saved_tensors
        return torch.ops.aten.hardtanh_backward(gradient, rounded, *ctx.limits), None, None


def round_and_clamp(x: Tensor, low: float, high: float) -> Tensor:
    """`x` rounded half up to whole numbers and clamped.

    The gradient is that of the clamp alone (straight-through, Bengio et al., arXiv 1308.3432).
    """
    rounded: Tensor = _RoundAndClamp.apply(x, low, high)  # type: ignore[no-untyped-call]
    return rounded
