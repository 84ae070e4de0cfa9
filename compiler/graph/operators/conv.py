"""Convolutions and linear layers in float."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor
from torch.nn import functional

from ..layers.conv import Conv


def convolve(layer: Conv, sources: Sequence[Tensor]) -> Tensor:
    """The convolution with its bias."""
    (x,) = sources
    weight = torch.from_numpy(layer.weight).to(x.device)
    bias = torch.from_numpy(layer.bias).to(x.device)
    return functional.conv2d(x, weight, bias, layer.stride, layer.padding, groups=layer.groups)
