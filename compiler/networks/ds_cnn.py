"""A depthwise-separable network of DS-CNN's size (Zhang et al., arXiv 1711.07128)."""

from __future__ import annotations

from torch import Tensor, nn

from .layers import conv_bn_relu
from .normalize import Normalize
from .settings import NetworkSettings

CHANNELS = 64
BLOCKS = 4


def _spectrogram_stem(channels: int) -> nn.Sequential:
    """A 10x4 convolution of stride 2, padded as TensorFlow does, where the network comes from."""
    return nn.Sequential(
        nn.ZeroPad2d((1, 1, 4, 5)),
        nn.Conv2d(channels, CHANNELS, (10, 4), stride=2, bias=False),
        nn.BatchNorm2d(CHANNELS),
        nn.ReLU(),
    )


class DsCnn(nn.Module):
    """A stem of stride 2, four depthwise-separable blocks of 64 channels, average pool, linear.

    MLPerf Tiny's keyword spotting network (arXiv 2106.07597): with its stem, for spectrograms of 49
    frames of 10 coefficients, or with a 3x3 one, for images.
    """

    def __init__(self, settings: NetworkSettings, spectrograms: bool = False) -> None:
        super().__init__()
        self.normalize = Normalize(settings.mean, settings.std)
        self.stem = (
            _spectrogram_stem(settings.channels)
            if spectrograms
            else conv_bn_relu(settings.channels, CHANNELS, 3, stride=2)
        )
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
