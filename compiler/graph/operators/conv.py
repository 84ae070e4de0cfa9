"""Convolutions and linear layers in float."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor
from torch.nn import functional

from ..layers.conv import Conv
from .padding import padded


def convolve(layer: Conv, sources: Sequence[Tensor]) -> Tensor:
    """The convolution with its bias."""
    (x,) = sources
    weight = torch.from_numpy(layer.weight).to(x.device)
    bias = torch.from_numpy(layer.bias).to(x.device)
    x, padding = padded(layer, x)
    return functional.conv2d(x, weight, bias, layer.stride, padding, layer.dilation, layer.groups)
