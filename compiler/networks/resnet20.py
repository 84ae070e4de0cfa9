"""ResNet-20 for CIFAR, as in He et al. (arXiv 1512.03385), section 4.2.

Module names and shortcuts are those of github.com/akamaster/pytorch_resnet_cifar10 (BSD-2), so
that its checkpoints load.
"""

from __future__ import annotations

from torch import Tensor, nn
from torch.nn import functional

from .normalize import Normalize
from .settings import NetworkSettings


class PadShortcut(nn.Module):
    """The paper's option A: every second pixel, and zero channels on both sides; no weights."""

    def __init__(self, inputs: int, outputs: int) -> None:
        super().__init__()
        self.before = (outputs - inputs) // 2
        self.after = outputs - inputs - self.before

    def forward(self, x: Tensor) -> Tensor:
        """(N, inputs, H, W) to (N, outputs, ceil(H / 2), ceil(W / 2))."""
        return functional.pad(x[:, :, ::2, ::2], (0, 0, 0, 0, self.before, self.after))


class BasicBlock(nn.Module):
    """Two 3x3 convolutions with batch norm around a shortcut."""

    def __init__(self, inputs: int, outputs: int, stride: int) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(inputs, outputs, 3, stride=stride, padding=1, bias=False)
        self.bn1 = nn.BatchNorm2d(outputs)
        self.conv2 = nn.Conv2d(outputs, outputs, 3, padding=1, bias=False)
        self.bn2 = nn.BatchNorm2d(outputs)
        self.shortcut: nn.Module = nn.Identity() if stride == 1 else PadShortcut(inputs, outputs)

    def forward(self, x: Tensor) -> Tensor:
        """(N, inputs, H, W) to (N, outputs, ceil(H / stride), ceil(W / stride))."""
        y = functional.relu(self.bn1(self.conv1(x)))
        y = self.bn2(self.conv2(y))
        return functional.relu(y + self.shortcut(x))


class ResNet20(nn.Module):
    """Three stages of three blocks with 16, 32 and 64 channels, average pool, linear layer."""

    def __init__(self, settings: NetworkSettings) -> None:
        super().__init__()
        self.normalize = Normalize(settings.mean, settings.std)
        self.conv1 = nn.Conv2d(settings.channels, 16, 3, padding=1, bias=False)
        self.bn1 = nn.BatchNorm2d(16)
        self.layer1 = _stage(16, 16, stride=1)
        self.layer2 = _stage(16, 32, stride=2)
        self.layer3 = _stage(32, 64, stride=2)
        self.linear = nn.Linear(64, settings.classes)

    def forward(self, x: Tensor) -> Tensor:
        """Logits (N, classes) of images (N, C, H, W) in [0, 1]."""
        y = functional.relu(self.bn1(self.conv1(self.normalize(x))))
        y = self.layer3(self.layer2(self.layer1(y)))
        y = functional.adaptive_avg_pool2d(y, 1).flatten(1)
        return self.linear(y)


def _stage(inputs: int, outputs: int, stride: int) -> nn.Sequential:
    return nn.Sequential(
        BasicBlock(inputs, outputs, stride),
        BasicBlock(outputs, outputs, stride=1),
        BasicBlock(outputs, outputs, stride=1),
    )
