"""A perceptron with two hidden layers: no convolution, so a whole image can be taken at once."""

from __future__ import annotations

from torch import Tensor, nn

from .normalize import Normalize
from .settings import NetworkSettings

_HIDDEN = 32
"""Neurons of each hidden layer."""


class Mlp(nn.Module):
    """All pixels, two hidden layers of 32 neurons with batch norm and ReLU, a linear layer.

    Of the digits' 8x8 pixels it makes a 64-32-32-10 network, of the size that shift-and-add and
    look-up-table hardware is compared on (da4ml, arXiv 2507.04535).
    """

    def __init__(self, settings: NetworkSettings) -> None:
        super().__init__()
        height, width = settings.size
        self.normalize = Normalize(settings.mean, settings.std)
        self.hidden = nn.Sequential(
            nn.Linear(settings.channels * height * width, _HIDDEN),
            nn.BatchNorm1d(_HIDDEN),
            nn.ReLU(),
            nn.Linear(_HIDDEN, _HIDDEN),
            nn.BatchNorm1d(_HIDDEN),
            nn.ReLU(),
        )
        self.classifier = nn.Linear(_HIDDEN, settings.classes)

    def forward(self, x: Tensor) -> Tensor:
        """Logits (N, classes) of images (N, C, H, W) in [0, 1]."""
        return self.classifier(self.hidden(self.normalize(x).flatten(1)))
