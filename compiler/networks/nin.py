"""Network in Network (Lin et al., arXiv 1312.4400), with the sizes that TabConv used."""

from __future__ import annotations

from torch import Tensor, nn

from .layers import conv_bn_relu
from .normalize import Normalize
from .settings import NetworkSettings


class Nin(nn.Module):
    """Nine convolutions in three groups, 3x3 pools of stride 2 between them, average pool.

    Batch norm stands behind each convolution in place of the original's dropout: it folds into
    the weights, so the compiled network is the same, and training takes a few epochs.
    """

    def __init__(self, settings: NetworkSettings) -> None:
        super().__init__()
        self.normalize = Normalize(settings.mean, settings.std)
        self.features = nn.Sequential(
            conv_bn_relu(settings.channels, 192, 5),
            conv_bn_relu(192, 160, 1),
            conv_bn_relu(160, 96, 1),
            nn.MaxPool2d(3, stride=2, padding=1),
            conv_bn_relu(96, 192, 5),
            conv_bn_relu(192, 192, 1),
            conv_bn_relu(192, 192, 1),
            nn.MaxPool2d(3, stride=2, padding=1),
            conv_bn_relu(192, 192, 3),
            conv_bn_relu(192, 192, 1),
            nn.Conv2d(192, settings.classes, 1),
        )
        self.pool = nn.AdaptiveAvgPool2d(1)

    def forward(self, x: Tensor) -> Tensor:
        """Logits (N, classes) of images (N, C, H, W) in [0, 1]."""
        return self.pool(self.features(self.normalize(x))).flatten(1)
