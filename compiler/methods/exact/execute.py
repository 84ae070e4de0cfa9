"""Exact layers of a program in torch, bit-exact with the golden model."""

from __future__ import annotations

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from ...program import ExactConv
from ..windows import pad


def exact_sums(node: ExactConv, x: Tensor, zero: NDArray[np.int16]) -> Tensor:
    """Sums of products; parameters and result as of `Method.sums`."""
    # Always float64: a float32 convolution may be computed by a transform that rounds.
    padded = pad(x, node.padding, torch.from_numpy(zero)).permute(0, 3, 1, 2).double()
    weight = torch.from_numpy(node.weight).double()
    sums = torch.nn.functional.conv2d(padded, weight, stride=node.stride, groups=node.groups)
    # By way of int64, which wraps: only with the bias do all sums fit 32 bits.
    return sums.round().long().int().permute(0, 2, 3, 1)
