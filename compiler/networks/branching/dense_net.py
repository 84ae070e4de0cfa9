"""A small DenseNet (Huang et al., arXiv 1608.06993)."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from ..layers import conv_bn_relu
from ..normalize import Normalize
from ..settings import NetworkSettings

_STEM = 16
_GROWTH = 8
"""Channels that each layer adds."""
_BLOCKS = (3, 3)
"""Layers of each dense block."""


class _DenseLayer(nn.Module):
    """Batch norm, ReLU and a 3x3 convolution, whose channels go beside those that it reads."""

    def __init__(self, inputs: int) -> None:
        super().__init__()
        self.bn = nn.BatchNorm2d(inputs)
        self.conv = nn.Conv2d(inputs, _GROWTH, 3, padding=1, bias=False)

    def forward(self, x: Tensor) -> Tensor:
        """(N, inputs, H, W) to (N, inputs + growth, H, W)."""
        return torch.cat([x, self.conv(self.bn(x).relu())], 1)


class DenseNet(nn.Module):
    """A 3x3 stem, two dense blocks of three layers that add 8 channels each, a linear layer.

    Between the blocks a 1x1 convolution halves the channels, and an average pool the pixels.
    """

    def __init__(self, settings: NetworkSettings) -> None:
        super().__init__()
        self.normalize = Normalize(settings.mean, settings.std)
        layers: list[nn.Module] = [conv_bn_relu(settings.channels, _STEM, 3)]
        channels = _STEM
        for number, count in enumerate(_BLOCKS):
            if number:
                layers += [conv_bn_relu(channels, channels // 2, 1), nn.AvgPool2d(2)]
                channels //= 2
            for _ in range(count):
                layers.append(_DenseLayer(channels))
                channels += _GROWTH
        self.features = nn.Sequential(*layers, nn.BatchNorm2d(channels), nn.ReLU())
        self.pool = nn.AdaptiveAvgPool2d(1)
        self.linear = nn.Linear(channels, settings.classes)

    def forward(self, x: Tensor) -> Tensor:
        """Logits (N, classes) of images (N, C, H, W) in [0, 1]."""
        logits: Tensor = self.linear(self.pool(self.features(self.normalize(x))).flatten(1))
        return logits
