"""A small residual network of 1-D convolutions, as for electrocardiograms."""

from __future__ import annotations

from torch import Tensor, nn

from ..normalize import Normalize
from ..settings import NetworkSettings

_WIDTHS = (8, 16, 24)
_KERNEL = 7


def _conv_bn(inputs: int, outputs: int, kernel: int, stride: int = 1) -> nn.Sequential:
    return nn.Sequential(
        nn.Conv1d(inputs, outputs, kernel, stride, kernel // 2, bias=False),
        nn.BatchNorm1d(outputs),
    )


class _Block(nn.Module):
    """Two convolutions around a shortcut that halves the length."""

    def __init__(self, inputs: int, outputs: int) -> None:
        super().__init__()
        self.layers = nn.Sequential(
            _conv_bn(inputs, outputs, _KERNEL, 2), nn.ReLU(), _conv_bn(outputs, outputs, _KERNEL)
        )
        self.shortcut = _conv_bn(inputs, outputs, 1, 2)
        self.relu = nn.ReLU()

    def forward(self, x: Tensor) -> Tensor:
        """(N, inputs, T) to (N, outputs, ceil(T / 2))."""
        y: Tensor = self.relu(self.layers(x) + self.shortcut(x))
        return y


class EcgNet(nn.Module):
    """A 1-D convolution, two residual blocks that halve the length, average pool, linear layer.

    A small relative of the residual network that reads arrhythmias off single leads (Hannun et al.,
    Nature Medicine 25, 2019). It takes sequences; rows of an image it reads one after the other.
    """

    def __init__(self, settings: NetworkSettings) -> None:
        super().__init__()
        self.normalize = Normalize(settings.mean, settings.std)
        first, *others = _WIDTHS
        stem = [_conv_bn(settings.channels, first, _KERNEL), nn.ReLU()]
        blocks = [_Block(*pair) for pair in zip(_WIDTHS, others, strict=False)]
        self.features = nn.Sequential(*stem, *blocks)
        self.pool = nn.AdaptiveAvgPool1d(1)
        self.linear = nn.Linear(_WIDTHS[-1], settings.classes)

    def forward(self, x: Tensor) -> Tensor:
        """Logits (N, classes) of sequences (N, C, 1, T) in [0, 1]."""
        sequence = self.normalize(x).flatten(2)
        logits: Tensor = self.linear(self.pool(self.features(sequence)).flatten(1))
        return logits
