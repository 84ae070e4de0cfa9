"""Networks whose graph branches, as people build them: small, with random weights."""

from __future__ import annotations

import torch
from torch import Tensor, nn


def block(inputs: int, outputs: int, kernel: int = 3, groups: int = 1) -> nn.Sequential:
    """Convolution, batch norm and ReLU."""
    return nn.Sequential(
        nn.Conv2d(inputs, outputs, kernel, padding=kernel // 2, groups=groups, bias=False),
        nn.BatchNorm2d(outputs),
        nn.ReLU(),
    )


class Dense(nn.Module):
    """A DenseNet: each layer reads the channels of all before it."""

    def __init__(self) -> None:
        super().__init__()
        self.stem = block(1, 4)
        self.layers = nn.ModuleList(
            nn.Sequential(nn.BatchNorm2d(n), nn.ReLU(), nn.Conv2d(n, 3, 3, padding=1))
            for n in (4, 7, 10)
        )
        self.transition = nn.Sequential(block(13, 6, 1), nn.AvgPool2d(2))
        self.classify = nn.Linear(6 * 16, 10)

    def forward(self, x: Tensor) -> Tensor:
        features = [self.stem(x)]
        for layer in self.layers:
            features.append(layer(torch.cat(features, 1)))
        logits: Tensor = self.classify(self.transition(torch.cat(features, 1)).flatten(1))
        return logits


class Inception(nn.Module):
    """Two Inception blocks: four branches side by side, and a pool between."""

    def __init__(self) -> None:
        super().__init__()
        self.stem = block(1, 6)
        self.blocks = nn.ModuleList(
            nn.ModuleDict(
                {
                    "one": block(n, 4, 1),
                    "three": nn.Sequential(block(n, 3, 1), block(3, 6)),
                    "five": nn.Sequential(block(n, 2, 1), block(2, 4, 5)),
                    "pool": nn.Sequential(nn.MaxPool2d(3, 1, 1), block(n, 2, 1)),
                }
            )
            for n in (6, 16)
        )
        self.halve = nn.MaxPool2d(2)
        self.classify = nn.Linear(16 * 16, 10)

    def forward(self, x: Tensor) -> Tensor:
        x = self.stem(x)
        for branches in self.blocks:
            assert isinstance(branches, nn.ModuleDict)
            x = torch.cat([branch(x) for branch in branches.values()], 1)
        logits: Tensor = self.classify(self.halve(x).flatten(1))
        return logits


class Shuffle(nn.Module):
    """ShuffleNet V2: half of the channels pass, the other half is convolved, and all are mixed."""

    def __init__(self) -> None:
        super().__init__()
        self.stem = block(1, 8)
        self.branches = nn.ModuleList(
            nn.Sequential(block(4, 4, 1), block(4, 4, 3, groups=4), block(4, 4, 1))
            for _ in range(2)
        )
        self.shuffle = nn.ChannelShuffle(2)
        self.classify = nn.Linear(8, 10)

    def forward(self, x: Tensor) -> Tensor:
        x = self.stem(x)
        for branch in self.branches:
            kept, other = x.chunk(2, dim=1)
            x = self.shuffle(torch.cat([kept, branch(other)], 1))
        logits: Tensor = self.classify(x.mean((2, 3)))
        return logits
