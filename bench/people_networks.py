"""Typical small networks, written as people write them, with random weights.

Each is a function that makes a module, and the shape of what it takes. Those that `tabfab train`
has are taken from there.
"""

# ruff: noqa: D102  # nobody documents these

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

import torch
from tabfab.compiler.networks import NetworkSettings, build
from torch import Tensor, nn
from torch.nn import functional
from torch.nn.utils.parametrizations import weight_norm


def block(
    inputs: int, outputs: int, kernel: int = 3, stride: int = 1, **more: Any
) -> nn.Sequential:
    """Convolution, batch norm and the activation function ``act`` (ReLU)."""
    act: Callable[[], nn.Module] = more.pop("act", nn.ReLU)
    return nn.Sequential(
        nn.Conv2d(inputs, outputs, kernel, stride, kernel // 2, bias=False, **more),
        nn.BatchNorm2d(outputs),
        act(),
    )


class LeNet5(nn.Module):
    """LeNet-5 as of 1998: tanh and average pools."""

    def __init__(self) -> None:
        super().__init__()
        self.conv1, self.conv2 = nn.Conv2d(1, 6, 5, padding=2), nn.Conv2d(6, 16, 5)
        self.fc1, self.fc2, self.fc3 = nn.Linear(64, 32), nn.Linear(32, 24), nn.Linear(24, 10)

    def forward(self, x: Tensor) -> Tensor:
        x = functional.avg_pool2d(torch.tanh(self.conv1(x)), 2)
        x = functional.avg_pool2d(torch.tanh(self.conv2(x)), 2)
        x = x.view(-1, 64)
        x = torch.tanh(self.fc2(torch.tanh(self.fc1(x))))
        return functional.softmax(self.fc3(x), dim=-1)


def vgg() -> nn.Module:
    """VGG: 3x3 convolutions, pools, dropout between linear layers."""
    layers: list[nn.Module] = []
    channels = 3
    for width in (8, 8, 0, 16, 16, 0, 24):
        layers.append(block(channels, width) if width else nn.MaxPool2d(2, 2))
        channels = width or channels
    return nn.Sequential(
        *layers, nn.AdaptiveAvgPool2d((2, 2)), nn.Flatten(), nn.Linear(96, 32), nn.ReLU(True),
        nn.Dropout(), nn.Linear(32, 10),
    )  # fmt: skip


class BasicBlock(nn.Module):
    """The block of ResNet-18 and ResNet-20."""

    def __init__(self, inputs: int, outputs: int, stride: int = 1) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(inputs, outputs, 3, stride, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(outputs)
        self.relu = nn.ReLU(inplace=True)
        self.conv2 = nn.Conv2d(outputs, outputs, 3, 1, 1, bias=False)
        self.bn2 = nn.BatchNorm2d(outputs)
        self.downsample = None
        if stride != 1 or inputs != outputs:
            self.downsample = nn.Sequential(
                nn.Conv2d(inputs, outputs, 1, stride, bias=False), nn.BatchNorm2d(outputs)
            )

    def forward(self, x: Tensor) -> Tensor:
        identity = x if self.downsample is None else self.downsample(x)
        out = self.relu(self.bn1(self.conv1(x)))
        out = self.bn2(self.conv2(out))
        out += identity
        return self.relu(out)


def resnet() -> nn.Module:
    """ResNet-20 at a third of its depth and half of its width."""
    return nn.Sequential(
        block(3, 8), BasicBlock(8, 8), BasicBlock(8, 16, 2), BasicBlock(16, 32, 2),
        nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(32, 10),
    )  # fmt: skip


def mobilenet_v1() -> nn.Module:
    """MobileNet: depthwise and pointwise convolutions with ReLU6."""

    def separable(inputs: int, outputs: int, stride: int) -> nn.Sequential:
        depthwise = block(inputs, inputs, 3, stride, groups=inputs, act=nn.ReLU6)
        return nn.Sequential(depthwise, block(inputs, outputs, 1, act=nn.ReLU6))

    return nn.Sequential(
        block(3, 8, stride=2, act=nn.ReLU6), separable(8, 16, 1), separable(16, 24, 2),
        separable(24, 24, 1), nn.AvgPool2d(4), nn.Flatten(1), nn.Linear(24, 10),
    )  # fmt: skip


class MobileNetV3Block(nn.Module):
    """Hard-swish and a skip, without squeeze-and-excitation."""

    def __init__(self) -> None:
        super().__init__()
        self.stem = block(3, 8, stride=2, act=nn.Hardswish)
        self.expand = block(8, 24, 1, act=nn.Hardswish)
        self.depthwise = block(24, 24, 5, groups=24, act=nn.Hardswish)
        self.project = nn.Sequential(nn.Conv2d(24, 8, 1, bias=False), nn.BatchNorm2d(8))
        self.head = nn.Sequential(nn.Linear(8, 16), nn.Hardswish(), nn.Linear(16, 10))

    def forward(self, x: Tensor) -> Tensor:
        x = self.stem(x)
        x = x + self.project(self.depthwise(self.expand(x)))
        return self.head(torch.flatten(functional.adaptive_avg_pool2d(x, 1), 1))


def conv_autoencoder() -> nn.Module:
    """Strided convolutions, transposed convolutions, a sigmoid at the end."""
    return nn.Sequential(
        nn.Conv2d(1, 8, 3, stride=2, padding=1), nn.ReLU(),
        nn.Conv2d(8, 12, 3, stride=2, padding=1), nn.ReLU(),
        nn.ConvTranspose2d(12, 8, 3, stride=2, padding=1, output_padding=1), nn.ReLU(),
        nn.ConvTranspose2d(8, 1, 4, stride=2, padding=1), nn.Sigmoid(),
    )  # fmt: skip


class Generator(nn.Module):
    """A DCGAN's: a vector, a linear layer, transposed convolutions, tanh."""

    def __init__(self) -> None:
        super().__init__()
        self.project = nn.Linear(12, 16 * 4 * 4)
        self.up = nn.Sequential(
            nn.BatchNorm2d(16), nn.LeakyReLU(0.2),
            nn.ConvTranspose2d(16, 8, 4, 2, 1, bias=False), nn.BatchNorm2d(8), nn.LeakyReLU(0.2),
            nn.ConvTranspose2d(8, 1, 4, 2, 1, bias=False), nn.Tanh(),
        )  # fmt: skip

    def forward(self, x: Tensor) -> Tensor:
        return self.up(self.project(x).view(-1, 16, 4, 4))


class Shuffle(nn.Module):
    """ShuffleNet V2, its channel shuffle written as views, as torchvision does."""

    def __init__(self) -> None:
        super().__init__()
        self.stem = nn.Sequential(block(3, 8, stride=2), nn.MaxPool2d(3, 2, 1))
        self.branches = nn.ModuleList(
            nn.Sequential(block(4, 4, 1), block(4, 4, groups=4, act=nn.Identity), block(4, 4, 1))
            for _ in range(2)
        )
        self.fc = nn.Linear(8, 10)

    def forward(self, x: Tensor) -> Tensor:
        x = self.stem(x)
        for branch in self.branches:
            left, right = x.chunk(2, dim=1)
            x = torch.cat((left, branch(right)), dim=1)
            n, c, h, w = x.size()
            x = x.view(n, 2, c // 2, h, w).transpose(1, 2).contiguous().view(n, c, h, w)
        return self.fc(x.mean([2, 3]))


class Fire(nn.Module):
    """SqueezeNet's: 1x1, then 1x1 and 3x3 side by side."""

    def __init__(self, inputs: int, squeeze: int, outputs: int) -> None:
        super().__init__()
        self.squeeze = nn.Conv2d(inputs, squeeze, 1)
        self.one, self.three = (
            nn.Conv2d(squeeze, outputs, 1),
            nn.Conv2d(squeeze, outputs, 3, padding=1),
        )

    def forward(self, x: Tensor) -> Tensor:
        x = functional.relu(self.squeeze(x), inplace=True)
        return torch.cat([functional.relu(self.one(x)), functional.relu(self.three(x))], 1)


def squeezenet() -> nn.Module:
    """SqueezeNet: fire modules, ceil_mode pools, a convolution as the classifier."""
    return nn.Sequential(
        nn.Conv2d(3, 8, 3, stride=2), nn.ReLU(True), nn.MaxPool2d(3, 2, ceil_mode=True),
        Fire(8, 4, 8), Fire(16, 6, 8), nn.Dropout(0.5), nn.Conv2d(16, 10, 1), nn.ReLU(True),
        nn.AdaptiveAvgPool2d((1, 1)), nn.Flatten(),
    )  # fmt: skip


class Swish(nn.Module):
    """EfficientNet's block without squeeze-and-excitation: SiLU and a skip."""

    def __init__(self) -> None:
        super().__init__()
        self.stem = block(3, 8, stride=2, act=nn.SiLU)
        self.block = nn.Sequential(
            block(8, 32, 1, act=nn.SiLU), block(32, 32, groups=32, act=nn.SiLU),
            block(32, 8, 1, act=nn.Identity),
        )  # fmt: skip
        self.head = nn.Sequential(
            block(8, 24, 1, act=nn.SiLU), nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(24, 10)
        )

    def forward(self, x: Tensor) -> Tensor:
        x = self.stem(x)
        return self.head(x + self.block(x))


class Yolo(nn.Module):
    """A tiny YOLO: leaky ReLU, two scales, the coarse one upsampled beside the fine one."""

    def __init__(self) -> None:
        super().__init__()
        leaky = partial(nn.LeakyReLU, 0.1)
        self.one = nn.Sequential(block(3, 8, act=leaky), nn.MaxPool2d(2), block(8, 12, act=leaky))
        self.two = nn.Sequential(nn.MaxPool2d(2), block(12, 16, act=leaky))
        self.narrow = block(16, 8, 1, act=leaky)
        self.coarse, self.fine = nn.Conv2d(16, 8, 1), nn.Conv2d(20, 8, 1)

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor]:
        fine = self.one(x)
        coarse = self.two(fine)
        up = functional.interpolate(self.narrow(coarse), scale_factor=2, mode="nearest")
        return self.coarse(coarse), self.fine(torch.cat([up, fine], 1))


class TwoAnswers(nn.Module):
    """A class and a box."""

    def __init__(self) -> None:
        super().__init__()
        self.trunk = nn.Sequential(block(1, 8), nn.MaxPool2d(2), block(8, 12), nn.MaxPool2d(2))
        self.kind, self.box = nn.Linear(12 * 16, 5), nn.Linear(12 * 16, 4)

    def forward(self, x: Tensor) -> dict[str, Tensor]:
        x = self.trunk(x).flatten(1)
        return {"class": self.kind(x), "box": self.box(x).sigmoid()}


class Upsampling(nn.Module):
    """Segmentation: an encoder, and nearest upsampling to the image's size."""

    def __init__(self, mode: str = "nearest") -> None:
        super().__init__()
        self.encoder = nn.Sequential(block(3, 8, stride=2), block(8, 12, stride=2))
        self.head, self.mode = nn.Conv2d(12, 4, 1), mode

    def forward(self, x: Tensor) -> Tensor:
        y = self.head(self.encoder(x))
        how = {"align_corners": False} if self.mode == "bilinear" else {}
        return functional.interpolate(y, size=x.shape[2:], mode=self.mode, **how)


class CausalBlock(nn.Module):
    """A TCN's: two dilated causal convolutions with weight norm, and a skip."""

    def __init__(self, inputs: int, outputs: int, dilation: int) -> None:
        super().__init__()
        self.padding = 2 * dilation
        self.conv1 = weight_norm(
            nn.Conv1d(inputs, outputs, 3, padding=self.padding, dilation=dilation)
        )
        self.conv2 = weight_norm(
            nn.Conv1d(outputs, outputs, 3, padding=self.padding, dilation=dilation)
        )
        self.same = nn.Conv1d(inputs, outputs, 1) if inputs != outputs else None
        self.dropout = nn.Dropout(0.2)

    def forward(self, x: Tensor) -> Tensor:
        y = self.dropout(self.conv1(x)[:, :, : -self.padding].relu())
        y = self.dropout(self.conv2(y)[:, :, : -self.padding].relu())
        return (y + (x if self.same is None else self.same(x))).relu()


class Tcn(nn.Module):
    """A temporal convolutional network, answering from the last time step."""

    def __init__(self) -> None:
        super().__init__()
        self.blocks = nn.Sequential(
            CausalBlock(3, 8, 1), CausalBlock(8, 8, 2), CausalBlock(8, 8, 4)
        )
        self.last = nn.Linear(8, 4)

    def forward(self, x: Tensor) -> Tensor:
        return self.last(self.blocks(x)[:, :, -1])


def wave() -> nn.Module:
    """1-D convolutions with pools and two linear layers, as for sensor data."""
    return nn.Sequential(
        nn.Conv1d(6, 12, 5), nn.ReLU(), nn.MaxPool1d(2), nn.Conv1d(12, 16, 5), nn.ReLU(),
        nn.MaxPool1d(2), nn.Flatten(), nn.Linear(16 * 13, 24), nn.ReLU(), nn.Linear(24, 6),
        nn.LogSoftmax(dim=1),
    )  # fmt: skip


class Maxout(nn.Module):
    """A network that takes the larger of two convolutions, and clamps by constants."""

    def __init__(self) -> None:
        super().__init__()
        self.left, self.right = nn.Conv2d(1, 8, 3, padding=1), nn.Conv2d(1, 8, 3, padding=1)
        self.fc = nn.Linear(8 * 64, 10)

    def forward(self, x: Tensor) -> Tensor:
        x = torch.max(self.left(x), self.right(x))
        x = functional.max_pool2d(torch.clamp(x, min=-1, max=2), 2)
        return self.fc(x.flatten(1))


class Merged(nn.Module):
    """Features along time, stacked and averaged: `stack`, `unbind`, `mean` and a transposed 1-D."""

    def __init__(self) -> None:
        super().__init__()
        self.down, self.up = nn.Conv1d(2, 6, 4, 2, 1), nn.ConvTranspose1d(6, 4, 4, 2, 1)
        self.last = nn.Conv1d(4, 2, 1)

    def forward(self, x: Tensor) -> Tensor:
        y = self.last(self.up(self.down(x).relu()).relu())
        first, second = y.unbind(1)
        return torch.stack([first + second, first - second], 1)


class SqueezeExcitation(nn.Module):
    """A channel's scale from a small perceptron."""

    def __init__(self) -> None:
        super().__init__()
        self.conv = block(3, 8)
        self.scale = nn.Sequential(
            nn.AdaptiveAvgPool2d(1), nn.Conv2d(8, 4, 1), nn.ReLU(), nn.Conv2d(4, 8, 1), nn.Sigmoid()
        )
        self.fc = nn.Linear(8, 10)

    def forward(self, x: Tensor) -> Tensor:
        x = self.conv(x)
        x = x * self.scale(x)
        return self.fc(x.mean((2, 3)))


@dataclass(frozen=True)
class Brought:
    """A network that somebody brings.

    Parameters
    ----------
    make: the module.
    shape: (channels, height, width), (channels, length) or (features,) of what it takes.
    """

    make: Callable[[], nn.Module]
    shape: tuple[int, ...]


def _built(name: str, shape: tuple[int, ...], classes: int) -> Brought:
    """One that `tabfab train` has."""
    channels, height, width = (*shape, 1, 1)[:3]
    settings = NetworkSettings(
        channels, (height, width), classes, (0.5,) * channels, (0.25,) * channels
    )
    return Brought(partial(build, name, settings), (channels, height, width))


NETWORKS: dict[str, Brought] = {
    "LeNet-5": Brought(LeNet5, (1, 16, 16)),
    "VGG": Brought(vgg, (3, 16, 16)),
    "ResNet": Brought(resnet, (3, 16, 16)),
    "MobileNet V1": Brought(mobilenet_v1, (3, 16, 16)),
    "MobileNet V2": _built("mobilenet-v2", (3, 16, 16), 10),
    "MobileNet V3, no SE": Brought(MobileNetV3Block, (3, 16, 16)),
    "DS-CNN, keywords": _built("keyword-ds-cnn", (1, 49, 10), 12),
    "MLP, jet tagger": _built("jet-tagger", (16,), 5),
    "MLP, autoencoder": _built("autoencoder", (64,), 0),
    "autoencoder, transposed": Brought(conv_autoencoder, (1, 16, 16)),
    "DCGAN generator": Brought(Generator, (12,)),
    "U-Net": _built("u-net", (1, 16, 16), 4),
    "ECG, 1-D residual": _built("ecg", (1, 1, 90), 5),
    "1-D CNN": Brought(wave, (6, 64)),
    "TCN, dilated": Brought(Tcn, (3, 32)),
    "1-D transposed, unbind": Brought(Merged, (2, 32)),
    "DenseNet": _built("densenet", (1, 8, 8), 10),
    "Inception": _built("inception", (1, 8, 8), 10),
    "SqueezeNet": Brought(squeezenet, (3, 17, 17)),
    "ShuffleNet V2": Brought(Shuffle, (3, 16, 16)),
    "SiLU, skip": Brought(Swish, (3, 16, 16)),
    "YOLO, two scales": Brought(Yolo, (3, 16, 16)),
    "class and box": Brought(TwoAnswers, (1, 16, 16)),
    "segmentation, nearest": Brought(Upsampling, (3, 16, 16)),
    "segmentation, bilinear": Brought(partial(Upsampling, "bilinear"), (3, 16, 16)),
    "maxout": Brought(Maxout, (1, 16, 16)),
    "squeeze-and-excitation": Brought(SqueezeExcitation, (3, 12, 12)),
}
"""By what people call them."""
