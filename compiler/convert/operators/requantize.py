"""Requantization, which many nodes end in."""

from __future__ import annotations

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from ...program import Conv, Requantized


def requantize(node: Requantized, accumulator: Tensor, shift: NDArray[np.int8] | np.int8) -> Tensor:
    """``clamp((accumulator + half) >> shift)``, int16.

    Parameters
    ----------
    node: whose clamp it is.
    accumulator: (N, rows, columns, M) integers, the bias included.
    shift: (M,) or one for all.
    """
    by = torch.from_numpy(np.asarray(shift, np.int32))
    half = (torch.ones_like(by) << by) >> 1
    return ((accumulator + half) >> by).clamp(node.low, node.high).short()


def requantize_multiplied(node: Conv, accumulator: Tensor, factor: NDArray[np.integer]) -> Tensor:
    """``clamp(((accumulator + half) * factor) >> (shift + factor_bits))``, int16; see `Conv`."""
    half, shift = torch.from_numpy(node.half), torch.from_numpy(node.shift.astype(np.int64))
    product = (accumulator.long() + half) * torch.from_numpy(factor)
    return (product >> (shift + node.factor_bits)).clamp(node.low, node.high).short()
