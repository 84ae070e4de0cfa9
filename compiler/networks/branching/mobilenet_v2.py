"""A small MobileNetV2 for images of CIFAR's size (Sandler et al., arXiv 1801.04381)."""

from __future__ import annotations

from torch import Tensor, nn

from ..normalize import Normalize
from ..settings import NetworkSettings

_STEM = 16
_BLOCKS = ((1, 8, 1), (4, 16, 2), (4, 16, 1), (4, 24, 2), (4, 24, 1), (4, 32, 1))
"""(expansion, channels, stride) of each block."""
_LAST = 128


def _conv_bn_relu6(
    inputs: int, outputs: int, kernel: int, stride: int = 1, groups: int = 1
) -> nn.Sequential:
    return nn.Sequential(
        nn.Conv2d(inputs, outputs, kernel, stride, kernel // 2, groups=groups, bias=False),
        nn.BatchNorm2d(outputs),
        nn.ReLU6(inplace=True),
    )


class _InvertedResidual(nn.Module):
    """Channels made more, convolved each by itself, and made few again without an activation.

    Where the shape stays, the input is added.
    """

    def __init__(self, inputs: int, outputs: int, stride: int, expansion: int) -> None:
        super().__init__()
        inner = inputs * expansion
        self.adds = stride == 1 and inputs == outputs
        self.conv = nn.Sequential(
            *([_conv_bn_relu6(inputs, inner, 1)] if expansion > 1 else []),
            _conv_bn_relu6(inner, inner, 3, stride, groups=inner),
            nn.Conv2d(inner, outputs, 1, bias=False),
            nn.BatchNorm2d(outputs),
        )

    def forward(self, x: Tensor) -> Tensor:
        """(N, inputs, H, W) to (N, outputs, ceil(H / stride), ceil(W / stride))."""
        y: Tensor = self.conv(x)
        return x + y if self.adds else y


class MobileNetV2(nn.Module):
    """A 3x3 stem, six inverted residual blocks of 8 to 32 channels, 1x1, average pool, linear.

    It has a twentieth of the paper's weights, and strides for images of 32x32 pixels.
    """

    def __init__(self, settings: NetworkSettings) -> None:
        super().__init__()
        self.normalize = Normalize(settings.mean, settings.std)
        layers: list[nn.Module] = [_conv_bn_relu6(settings.channels, _STEM, 3)]
        channels = _STEM
        for expansion, outputs, stride in _BLOCKS:
            layers.append(_InvertedResidual(channels, outputs, stride, expansion))
            channels = outputs
        self.features = nn.Sequential(*layers, _conv_bn_relu6(channels, _LAST, 1))
        self.pool = nn.AdaptiveAvgPool2d(1)
        self.classifier = nn.Sequential(nn.Dropout(0.1), nn.Linear(_LAST, settings.classes))

    def forward(self, x: Tensor) -> Tensor:
        """Logits (N, classes) of images (N, C, H, W) in [0, 1]."""
        y = self.pool(self.features(self.normalize(x))).flatten(1)
        logits: Tensor = self.classifier(y)
        return logits
