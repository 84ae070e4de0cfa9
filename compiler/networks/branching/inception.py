"""A small GoogLeNet: Inception blocks (Szegedy et al., arXiv 1409.4842), with batch norm."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from ..layers import conv_bn_relu
from ..normalize import Normalize
from ..settings import NetworkSettings

_STEM = 16


class _InceptionBlock(nn.Module):
    """1x1, 3x3 and 5x5 convolutions and a max pool of the same image, side by side.

    Parameters
    ----------
    inputs: channels.
    width: channels of the 1x1 branch; 3x3 has twice as many, 5x5 and the pool half as many each.
    """

    def __init__(self, inputs: int, width: int) -> None:
        super().__init__()
        half = width // 2
        self.one = conv_bn_relu(inputs, width, 1)
        self.three = nn.Sequential(
            conv_bn_relu(inputs, width, 1), conv_bn_relu(width, 2 * width, 3)
        )
        self.five = nn.Sequential(conv_bn_relu(inputs, half, 1), conv_bn_relu(half, half, 5))
        self.pool = nn.Sequential(nn.MaxPool2d(3, 1, 1), conv_bn_relu(inputs, half, 1))

    def forward(self, x: Tensor) -> Tensor:
        """(N, inputs, H, W) to (N, 4 * width, H, W)."""
        return torch.cat([self.one(x), self.three(x), self.five(x), self.pool(x)], 1)


class Inception(nn.Module):
    """A 3x3 stem, two Inception blocks of 32 and 64 channels, a pool between, a linear layer."""

    def __init__(self, settings: NetworkSettings) -> None:
        super().__init__()
        self.normalize = Normalize(settings.mean, settings.std)
        self.features = nn.Sequential(
            conv_bn_relu(settings.channels, _STEM, 3),
            _InceptionBlock(_STEM, 8),
            nn.MaxPool2d(2),
            _InceptionBlock(32, 16),
        )
        self.pool = nn.AdaptiveAvgPool2d(1)
        self.linear = nn.Linear(64, settings.classes)

    def forward(self, x: Tensor) -> Tensor:
        """Logits (N, classes) of images (N, C, H, W) in [0, 1]."""
        logits: Tensor = self.linear(self.pool(self.features(self.normalize(x))).flatten(1))
        return logits
