"""The wide networks of `haste.py`, trained where no file has them.

HASTE merges channels, of which wide layers have many to merge. Meiner et al. (arXiv 2309.17211)
take ResNets and VGGs with 64 to 512 channels, as they are for ImageNet but at the full resolution
of CIFAR-10's 32x32 images.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import torch
from tabfab.compiler.data import ImageSet
from tabfab.compiler.frontend.model_file import save_model
from tabfab.compiler.networks import NetworkSettings, Normalize, build
from tabfab.compiler.train.training import (
    Epoch,
    TrainOptions,
    channel_statistics,
    recommended,
    train,
)
from torch import Tensor, nn

Configuration = tuple[int | str, ...]
"""Channels of each 3x3 convolution, and ``pool`` for a 2x2 max pool."""

VGG11: Configuration = (
    64, "pool", 128, "pool", 256, 256, "pool", 512, 512, "pool", 512, 512, "pool",
)  # fmt: skip
VGG19: Configuration = (
    64, 64, "pool", 128, 128, "pool", *(256,) * 4, "pool", *(512,) * 4, "pool", *(512,) * 4, "pool",
)  # fmt: skip


class Vgg(nn.Module):
    """Simonyan and Zisserman's VGG with batch norm and one linear layer, for 32x32 images.

    Parameters
    ----------
    configuration: its convolutions and pools.
    normalize: of the image.
    """

    def __init__(self, configuration: Configuration, normalize: Normalize) -> None:
        super().__init__()
        self.normalize = normalize
        layers: list[nn.Module] = []
        before = 3
        for entry in configuration:
            if isinstance(entry, int):
                layers += [
                    nn.Conv2d(before, entry, 3, padding=1, bias=False),
                    nn.BatchNorm2d(entry),
                    nn.ReLU(),
                ]
                before = entry
            else:
                layers.append(nn.MaxPool2d(2))
        self.features = nn.Sequential(*layers)
        self.classifier = nn.Linear(before, 10)

    def forward(self, x: Tensor) -> Tensor:
        """(N, 10) scores of images (N, 3, 32, 32) in [0, 1]."""
        scores: Tensor = self.classifier(self.features(self.normalize(x)).flatten(1))
        return scores


class _Block(nn.Module):
    """Two 3x3 convolutions with batch norm around a shortcut, a 1x1 one where the shape changes."""

    def __init__(self, inputs: int, outputs: int, stride: int) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(inputs, outputs, 3, stride, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(outputs)
        self.conv2 = nn.Conv2d(outputs, outputs, 3, 1, 1, bias=False)
        self.bn2 = nn.BatchNorm2d(outputs)
        self.shortcut: nn.Module = nn.Identity()
        if stride != 1 or inputs != outputs:
            self.shortcut = nn.Sequential(
                nn.Conv2d(inputs, outputs, 1, stride, bias=False), nn.BatchNorm2d(outputs)
            )

    def forward(self, x: Tensor) -> Tensor:
        y = torch.relu(self.bn1(self.conv1(x)))
        return torch.relu(self.bn2(self.conv2(y)) + self.shortcut(x))


class WideResNet(nn.Module):
    """He et al.'s ResNet-18 or -34 at full resolution: a 3x3 convolution, and no pool behind it.

    Parameters
    ----------
    blocks: of each of the four stages.
    width: channels of the first stage, doubled from each to the next.
    normalize: of the image.
    """

    def __init__(self, blocks: tuple[int, ...], width: int, normalize: Normalize) -> None:
        super().__init__()
        self.normalize = normalize
        self.conv = nn.Conv2d(3, width, 3, padding=1, bias=False)
        self.bn = nn.BatchNorm2d(width)
        stages: list[nn.Module] = []
        before = width
        for stage, count in enumerate(blocks):
            outputs = width << stage
            for number in range(count):
                stages.append(_Block(before, outputs, 2 if stage and number == 0 else 1))
                before = outputs
        self.stages = nn.Sequential(*stages)
        self.pool = nn.AdaptiveAvgPool2d(1)
        self.linear = nn.Linear(before, 10)

    def forward(self, x: Tensor) -> Tensor:
        """(N, 10) scores of images (N, 3, 32, 32) in [0, 1]."""
        y = self.stages(torch.relu(self.bn(self.conv(self.normalize(x)))))
        scores: Tensor = self.linear(self.pool(y).flatten(1))
        return scores


WIDE: Mapping[str, Callable[[Normalize], nn.Module]] = {
    "vgg11": lambda normalize: Vgg(VGG11, normalize),
    "vgg19": lambda normalize: Vgg(VGG19, normalize),
    "wide-resnet18": lambda normalize: WideResNet((2, 2, 2, 2), 64, normalize),
    "half-resnet18": lambda normalize: WideResNet((2, 2, 2, 2), 32, normalize),
    "wide-resnet34": lambda normalize: WideResNet((3, 4, 6, 3), 64, normalize),
}
"""Networks that tabfab does not bring, by name."""


def train_network(network: str, data: ImageSet, path: Path, seed: int, epochs: int | None) -> None:
    """Train a network and write it to `path`; one that is half trained goes on.

    Parameters
    ----------
    network: one of `WIDE` or a built-in one.
    data: training images.
    path: of the .pt2 file.
    seed: of weights and order.
    epochs: passes over the images; as recommended, or 30, if not given.
    """
    torch.manual_seed(seed)
    mean, std = channel_statistics(data)
    changes: dict[str, Any] = {"seed": seed, "precision": "bfloat16"}
    if epochs is not None:
        changes["epochs"] = epochs
    if network in WIDE:
        module = WIDE[network](Normalize(mean, std))
        usual = {"epochs": 30, "optimizer": "sgd", "learning_rate": 0.05, "augment": True}
        options = TrainOptions(network=network, **{**usual, **changes})
    else:
        channels, *size = data.image_shape
        shape = NetworkSettings(channels, (size[0], size[1]), len(data.classes), mean, std)
        module = build(network, shape)
        options = recommended(network, data, **changes)

    def progress(epoch: Epoch) -> None:
        print(f"{network}: epoch {epoch.number}, {epoch.accuracy:.2%}", file=sys.stderr)

    checkpoint = path.with_suffix(".checkpoint")
    train(options, data, progress, start=module, checkpoint=checkpoint)
    save_model(module.eval(), data.image_shape, path, data.classes)
    checkpoint.unlink()
