"""A small U-Net (Ronneberger et al., arXiv 1505.04597): a class for each pixel."""

from __future__ import annotations

from itertools import pairwise

import torch
from torch import Tensor, nn

from ..layers import conv_bn_relu
from ..normalize import Normalize
from ..settings import NetworkSettings

_WIDTHS = (8, 16, 24)
"""Channels of each level, that of the image first."""


class UNet(nn.Module):
    """Down twice by max pools, up again by transposed convolutions, with a skip at each level.

    Height and width are multiples of four.
    """

    def __init__(self, settings: NetworkSettings) -> None:
        super().__init__()
        self.normalize = Normalize(settings.mean, settings.std)
        pairs = list(pairwise(_WIDTHS))
        self.stem = conv_bn_relu(settings.channels, _WIDTHS[0], 3)
        self.down = nn.ModuleList(
            nn.Sequential(nn.MaxPool2d(2), conv_bn_relu(above, below, 3)) for above, below in pairs
        )
        self.up = nn.ModuleList(
            nn.ConvTranspose2d(below, above, 2, 2) for above, below in reversed(pairs)
        )
        self.merge = nn.ModuleList(
            conv_bn_relu(2 * above, above, 3) for above, _ in reversed(pairs)
        )
        self.classify = nn.Conv2d(_WIDTHS[0], settings.classes, 1)

    def forward(self, x: Tensor) -> Tensor:
        """Scores (N, classes, H, W) of the pixels of images (N, C, H, W) in [0, 1]."""
        x = self.stem(self.normalize(x))
        skips = []
        for down in self.down:
            skips.append(x)
            x = down(x)
        for up, merge in zip(self.up, self.merge, strict=True):
            x = merge(torch.cat([skips.pop(), up(x)], 1))
        scores: Tensor = self.classify(x)
        return scores
