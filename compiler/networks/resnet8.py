"""MLPerf Tiny's image classification network (Banbury et al., arXiv 2106.07597)."""

from __future__ import annotations

from torch import Tensor, nn
from torch.nn import functional

from .normalize import Normalize
from .settings import NetworkSettings


class Stack(nn.Module):
    """Two 3x3 convolutions with batch norm around a shortcut.

    The shortcut is the input itself, or a 1x1 convolution where the shape changes.
    """

    def __init__(self, inputs: int, outputs: int, stride: int) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(inputs, outputs, 3, stride=stride, padding=1)
        self.bn1 = nn.BatchNorm2d(outputs)
        self.conv2 = nn.Conv2d(outputs, outputs, 3, padding=1)
        self.bn2 = nn.BatchNorm2d(outputs)
        self.shortcut: nn.Module = (
            nn.Identity() if stride == 1 else nn.Conv2d(inputs, outputs, 1, stride=stride)
        )

    def forward(self, x: Tensor) -> Tensor:
        """(N, inputs, H, W) to (N, outputs, ceil(H / stride), ceil(W / stride))."""
        y = functional.relu(self.bn1(self.conv1(x)))
        y = self.bn2(self.conv2(y))
        return functional.relu(y + self.shortcut(x))


class ResNet8(nn.Module):
    """A convolution, three stacks with 16, 32 and 64 channels, average pool, linear layer."""

    def __init__(self, settings: NetworkSettings) -> None:
        super().__init__()
        self.normalize = Normalize(settings.mean, settings.std)
        self.conv = nn.Conv2d(settings.channels, 16, 3, padding=1)
        self.bn = nn.BatchNorm2d(16)
        self.stack1 = Stack(16, 16, stride=1)
        self.stack2 = Stack(16, 32, stride=2)
        self.stack3 = Stack(32, 64, stride=2)
        self.pool = nn.AdaptiveAvgPool2d(1)
        self.linear = nn.Linear(64, settings.classes)

    def forward(self, x: Tensor) -> Tensor:
        """Logits (N, classes) of images (N, C, H, W) in [0, 1]."""
        y = functional.relu(self.bn(self.conv(self.normalize(x))))
        y = self.stack3(self.stack2(self.stack1(y)))
        return self.linear(self.pool(y).flatten(1))
