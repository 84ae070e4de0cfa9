"""Layers of a program with weights in torch, bit-exact with the golden model."""

from __future__ import annotations

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from ...program import Conv
from ..windows import pad


def weighted_sums(
    node: Conv, weight: NDArray[np.integer], x: Tensor, zero: NDArray[np.int16]
) -> Tensor:
    """Sums of products; `node`, `x`, `zero` and the result as of `Method.sums`.

    Parameters
    ----------
    weight: (M, C / groups, kernel height, kernel width) integers of `node`.
    """
    # Always float64: a float32 convolution may be computed by a transform that rounds.
    padded = pad(x, node.edges, torch.from_numpy(zero)).permute(0, 3, 1, 2).double()
    factors = torch.from_numpy(weight).double()
    sums = torch.nn.functional.conv2d(
        padded, factors, stride=node.stride, dilation=node.dilation, groups=node.groups
    )
    # By way of int64, which wraps: only with the bias do all sums fit 32 bits.
    return sums.round().long().int().permute(0, 2, 3, 1)
