"""The residual block of ResNets of fewer than fifty layers (He et al., arXiv 1512.03385)."""

from __future__ import annotations

from torch import Tensor, nn
from torch.nn import functional

from .layers import conv3x3


class BasicBlock(nn.Module):
    """Two 3x3 convolutions with batch norm around a shortcut.

    Parameters
    ----------
    inputs, outputs: channels.
    stride: of the first convolution.
    shortcut: (N, inputs, H, W) to the shape of the output.
    """

    def __init__(self, inputs: int, outputs: int, stride: int, shortcut: nn.Module) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(inputs, outputs, 3, stride=stride, padding=1, bias=False)
        self.bn1 = nn.BatchNorm2d(outputs)
        self.conv2 = nn.Conv2d(outputs, outputs, 3, padding=1, bias=False)
        self.bn2 = nn.BatchNorm2d(outputs)
        self.shortcut = shortcut

    def forward(self, x: Tensor) -> Tensor:
        """(N, inputs, H, W) to (N, outputs, ceil(H / stride), ceil(W / stride))."""
        y = functional.relu(self.bn1(conv3x3(self.conv1, x)))
        y = self.bn2(conv3x3(self.conv2, y))
        return functional.relu(y + self.shortcut(x))
