"""Activation functions in float, by torch's own."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional

from ..layers.activation import Activation


def _elu(x: Tensor, alpha: Tensor, scale: Tensor, input_scale: Tensor) -> Tensor:
    return scale * torch.where(x > 0, x, alpha * torch.expm1(x.clamp(max=0) * input_scale))


def _softplus(x: Tensor, beta: Tensor, threshold: Tensor) -> Tensor:
    return torch.where(x * beta > threshold, x, functional.softplus(x * beta) / beta)


def _soft_shrink(x: Tensor, limit: Tensor) -> Tensor:
    return x.sign() * (x.abs() - limit).clamp(min=0)


TORCH_FUNCTIONS: dict[str, Callable[..., Tensor]] = {
    "abs": torch.abs,
    "tanh": torch.tanh,
    "sigmoid": torch.sigmoid,
    "hard_sigmoid": functional.hardsigmoid,
    "hard_swish": functional.hardswish,
    "silu": functional.silu,
    "gelu": functional.gelu,
    "gelu_tanh": lambda x: functional.gelu(x, approximate="tanh"),
    "leaky_relu": lambda x, slope: torch.where(x > 0, x, slope * x),
    "elu": _elu,
    "softplus": _softplus,
    "mish": functional.mish,
    "log_sigmoid": functional.logsigmoid,
    "soft_sign": functional.softsign,
    "tanh_shrink": functional.tanhshrink,
    "hard_shrink": lambda x, limit: torch.where(x.abs() > limit, x, torch.zeros_like(x)),
    "soft_shrink": _soft_shrink,
    "threshold": lambda x, threshold, value: torch.where(x > threshold, x, value),
}
"""By the names of `FUNCTIONS`; parameters are of a shape that is broadcast to the values."""


def activate(layer: Activation, sources: Sequence[Tensor]) -> Tensor:
    """The function of every value."""
    (x,) = sources

    def per_channel(numbers: NDArray[np.float64]) -> list[Tensor]:
        return [torch.from_numpy(row).to(x).view(-1, 1, 1) for row in numbers]

    factor, offset = per_channel(layer.before)
    if not _is_unchanged(layer.before):
        x = x * factor + offset
    x = TORCH_FUNCTIONS[layer.function](x, *per_channel(layer.parameters))
    factor, offset = per_channel(layer.after)
    return x if _is_unchanged(layer.after) else x * factor + offset


def _is_unchanged(affine: NDArray[np.float64]) -> bool:
    return bool((affine[0] == 1).all() and (affine[1] == 0).all())
