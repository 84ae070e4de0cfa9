"""Two small networks for grey images: one for 8x8 digits, one of LeNet's size for MNIST."""

from __future__ import annotations

from torch import Tensor, nn

from .layers import conv_bn_relu
from .normalize import Normalize
from .settings import NetworkSettings


class DigitsCnn(nn.Module):
    """Two 3x3 convolutions, each with batch norm, ReLU and a 2x2 max pool, and a linear layer.

    Some two thousand weights for 8x8 images: small enough that its simulated hardware is quick.
    """

    def __init__(self, settings: NetworkSettings) -> None:
        super().__init__()
        height, width = settings.size
        self.normalize = Normalize(settings.mean, settings.std)
        self.features = nn.Sequential(
            conv_bn_relu(settings.channels, 8, kernel=3),
            nn.MaxPool2d(2),
            conv_bn_relu(8, 16, kernel=3),
            nn.MaxPool2d(2),
        )
        self.classifier = nn.Linear(16 * (height // 4) * (width // 4), settings.classes)

    def forward(self, x: Tensor) -> Tensor:
        """Logits (N, classes) of images (N, C, H, W) in [0, 1]."""
        return self.classifier(self.features(self.normalize(x)).flatten(1))


class LeNet(nn.Module):
    """Three convolutions with batch norm, ReLU and max pool, and a linear layer.

    Of LeNet-5's size (LeCun et al., 1998), with channel counts that four divides.
    """

    def __init__(self, settings: NetworkSettings) -> None:
        super().__init__()
        height, width = settings.size
        self.normalize = Normalize(settings.mean, settings.std)
        self.features = nn.Sequential(
            conv_bn_relu(settings.channels, 8, kernel=5),
            nn.MaxPool2d(2),
            conv_bn_relu(8, 16, kernel=3),
            nn.MaxPool2d(2),
            conv_bn_relu(16, 32, kernel=3),
            nn.MaxPool2d(2),
        )
        self.classifier = nn.Linear(32 * (height // 8) * (width // 8), settings.classes)

    def forward(self, x: Tensor) -> Tensor:
        """Logits (N, classes) of images (N, C, H, W) in [0, 1]."""
        return self.classifier(self.features(self.normalize(x)).flatten(1))
