"""Perceptrons: no convolution, so a whole image or vector of features can be taken at once."""

from __future__ import annotations

import math
from itertools import pairwise

from torch import Tensor, nn

from .normalize import Normalize
from .settings import NetworkSettings

JET_TAGGER = (64, 32, 32)
"""Hidden layers of the jet tagger of hls4ml's first paper (Duarte et al., arXiv 1804.06913)."""

_WIDE, _NARROW = 128, 8
"""Neurons of the autoencoder's layers, and of the one in the middle."""


def _hidden(sizes: tuple[int, ...]) -> nn.Sequential:
    """Linear layers of these sizes, each with batch norm and ReLU behind it."""
    layers: list[nn.Module] = []
    for inputs, outputs in pairwise(sizes):
        layers += [nn.Linear(inputs, outputs), nn.BatchNorm1d(outputs), nn.ReLU()]
    return nn.Sequential(*layers)


class Mlp(nn.Module):
    """All pixels or features, hidden layers with batch norm and ReLU, a linear layer.

    With two layers of 32 neurons, the digits' 8x8 pixels make a 64-32-32-10 network, of the size
    that shift-and-add and look-up-table hardware is compared on (da4ml, arXiv 2507.04535); with
    `JET_TAGGER`, sixteen features and five classes make the 16-64-32-32-5 one.
    """

    def __init__(self, settings: NetworkSettings, hidden: tuple[int, ...] = (32, 32)) -> None:
        super().__init__()
        self.normalize = Normalize(settings.mean, settings.std)
        self.hidden = _hidden((settings.channels * math.prod(settings.size), *hidden))
        self.classifier = nn.Linear(hidden[-1], settings.classes)

    def forward(self, x: Tensor) -> Tensor:
        """Logits (N, classes) of images or vectors (N, C, H, W) in [0, 1]."""
        return self.classifier(self.hidden(self.normalize(x).flatten(1)))


class Autoencoder(nn.Module):
    """Four layers of 128 neurons, one of 8, four of 128, and as many outputs as there are inputs.

    MLPerf Tiny's network for finding anomalies in machine sounds (Banbury et al., arXiv
    2106.07597): what it was not trained on it reproduces badly.
    """

    def __init__(self, settings: NetworkSettings) -> None:
        super().__init__()
        self.normalize = Normalize(settings.mean, settings.std)
        inputs = settings.channels * math.prod(settings.size)
        wide = (_WIDE,) * 4
        self.encoder = _hidden((inputs, *wide, _NARROW))
        self.decoder = _hidden((_NARROW, *wide))
        self.last = nn.Linear(_WIDE, inputs)

    def forward(self, x: Tensor) -> Tensor:
        """(N, C * H * W) the numbers of (N, C, H, W) in [0, 1], as far as they fit through."""
        y: Tensor = self.last(self.decoder(self.encoder(self.normalize(x).flatten(1))))
        return y
