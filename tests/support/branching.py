"""Networks whose graph branches, as people build them: small, with random weights."""

from __future__ import annotations

from itertools import pairwise

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


class UNet(nn.Module):
    """Segmentation: down three times, up again, each time beside what was there on the way down.

    Parameters
    ----------
    widths: channels of each level, the image's first.
    images: channels of an image.
    classes: of a pixel.
    up: ``nearest``, ``bilinear`` or ``transposed``.
    """

    def __init__(
        self,
        widths: tuple[int, ...] = (4, 6, 8),
        images: int = 1,
        classes: int = 3,
        up: str = "nearest",
    ) -> None:
        super().__init__()
        pairs = list(pairwise(widths))
        self.down = nn.ModuleList(block(n, m) for n, m in [(images, widths[0]), *pairs])
        self.pool = nn.MaxPool2d(2)
        self.bottom = block(widths[-1], widths[-1])
        narrower = [*reversed([(m, n) for n, m in pairs])]
        self.up = nn.ModuleList(
            nn.Sequential(nn.Upsample(scale_factor=2, mode=up), block(n, m))
            if up != "transposed"
            else nn.Sequential(nn.ConvTranspose2d(n, m, 2, 2), nn.BatchNorm2d(m), nn.ReLU())
            for n, m in [(widths[-1], widths[-1]), *narrower]
        )
        self.merge = nn.ModuleList(block(2 * n, n) for n in reversed(widths))
        self.classify = nn.Conv2d(widths[0], classes, 1)

    def forward(self, x: Tensor) -> Tensor:
        kept = []
        for down in self.down:
            x = down(x)
            kept.append(x)
            x = self.pool(x)
        x = self.bottom(x)
        for up, merge in zip(self.up, self.merge, strict=True):
            x = merge(torch.cat([kept.pop(), up(x)], 1))
        logits: Tensor = self.classify(x)
        return logits


class TransposedUNet(UNet):
    """A `UNet` that grows by transposed convolutions."""

    def __init__(self) -> None:
        super().__init__(up="transposed")


class BilinearUNet(UNet):
    """A `UNet` that grows by bilinear upsampling."""

    def __init__(self) -> None:
        super().__init__(up="bilinear")


class Excited(nn.Module):
    """MobileNetV3: inverted bottlenecks whose channels are gated by squeeze and excitation."""

    def __init__(self) -> None:
        super().__init__()
        self.stem = nn.Sequential(nn.Conv2d(1, 6, 3, padding=1), nn.BatchNorm2d(6), nn.Hardswish())
        self.blocks = nn.ModuleList(
            nn.ModuleDict(
                {
                    "expand": nn.Sequential(nn.Conv2d(6, 12, 1), nn.BatchNorm2d(12), act()),
                    "depthwise": nn.Sequential(
                        nn.Conv2d(12, 12, 3, padding=1, groups=12), nn.BatchNorm2d(12), act()
                    ),
                    "squeeze": nn.Sequential(
                        nn.AdaptiveAvgPool2d(1), nn.Conv2d(12, 4, 1), nn.ReLU(),
                        nn.Conv2d(4, 12, 1), gate(),
                    ),
                    "project": nn.Sequential(nn.Conv2d(12, 6, 1), nn.BatchNorm2d(6)),
                }
            )
            for act, gate in ((nn.ReLU, nn.Hardsigmoid), (nn.Hardswish, nn.Sigmoid))
        )  # fmt: skip
        self.classify = nn.Linear(6, 10)

    def forward(self, x: Tensor) -> Tensor:
        x = self.stem(x)
        for layers in self.blocks:
            assert isinstance(layers, nn.ModuleDict)
            inner = layers["depthwise"](layers["expand"](x))
            x = x + layers["project"](layers["squeeze"](inner) * inner)
        logits: Tensor = self.classify(x.mean((2, 3)))
        return logits


class SuperResolution(nn.Module):
    """ESPCN: convolutions, and a pixel shuffle at the end."""

    def __init__(self) -> None:
        super().__init__()
        self.layers = nn.Sequential(block(1, 6), nn.Conv2d(6, 4, 3, padding=1), nn.PixelShuffle(2))

    def forward(self, x: Tensor) -> Tensor:
        image: Tensor = self.layers(x)
        return image


class Detector(nn.Module):
    """A small detector: a map of boxes, one of classes, and a number for the whole image."""

    def __init__(self) -> None:
        super().__init__()
        self.trunk = nn.Sequential(block(1, 6), nn.MaxPool2d(2), block(6, 8))
        self.boxes = nn.Conv2d(8, 4, 1)
        self.classes = nn.Sequential(block(8, 8), nn.Conv2d(8, 3, 1), nn.ReLU())
        self.count = nn.Linear(8, 1)

    def forward(self, x: Tensor) -> dict[str, Tensor]:
        x = self.trunk(x)
        return {
            "boxes": 20 * self.boxes(x),
            "classes": self.classes(x),
            "count": self.count(x.mean((2, 3))),
        }
