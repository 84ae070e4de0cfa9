"""A depthwise-separable network of DS-CNN's size (Zhang et al., arXiv 1711.07128)."""

from __future__ import annotations

from torch import Tensor, nn

from .layers import conv_bn_relu
from .normalize import Normalize
from .settings import NetworkSettings

CHANNELS = 64
BLOCKS = 4


class DsCnn(nn.Module):
    """A 3x3 stem of stride 2, four depthwise-separable blocks of 64 channels, average pool, linear.

    MLPerf Tiny's keyword spotting network (arXiv 2106.07597) with a square stem, for images.
    """

    def __init__(self, settings: NetworkSettings) -> None:
        super().__init__()
        self.normalize = Normalize(settings.mean, settings.std)
        self.stem = conv_bn_relu(settings.channels, CHANNELS, 3, stride=2)
        self.blocks = nn.Sequential(
            *(
                nn.Sequential(
                    conv_bn_relu(CHANNELS, CHANNELS, 3, groups=CHANNELS),
                    conv_bn_relu(CHANNELS, CHANNELS, 1),
                )
                for _ in range(BLOCKS)
            )
        )
        self.pool = nn.AdaptiveAvgPool2d(1)
        self.linear = nn.Linear(CHANNELS, settings.classes)

    def forward(self, x: Tensor) -> Tensor:
        """Logits (N, classes) of images (N, C, H, W) in [0, 1]."""
        y = self.pool(self.blocks(self.stem(self.normalize(x))))
        return self.linear(y.flatten(1))
