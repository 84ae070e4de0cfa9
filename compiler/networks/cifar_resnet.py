"""The ResNets for CIFAR of He et al. (arXiv 1512.03385), section 4.2: ResNet-20, -32, -44, -56.

Module names and shortcuts are those of github.com/akamaster/pytorch_resnet_cifar10 (BSD-2), so
that its checkpoints load.
"""

from __future__ import annotations

from torch import Tensor, nn
from torch.nn import functional

from .basic_block import BasicBlock
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


class CifarResNet(nn.Module):
    """Three stages with 16, 32 and 64 channels, average pool, linear layer.

    Parameters
    ----------
    settings: of every built-in network.
    blocks: residual blocks of each stage; the network has ``6 * blocks + 2`` layers.
    """

    def __init__(self, settings: NetworkSettings, blocks: int) -> None:
        super().__init__()
        self.normalize = Normalize(settings.mean, settings.std)
        self.conv1 = nn.Conv2d(settings.channels, 16, 3, padding=1, bias=False)
        self.bn1 = nn.BatchNorm2d(16)
        self.layer1 = _stage(16, 16, 1, blocks)
        self.layer2 = _stage(16, 32, 2, blocks)
        self.layer3 = _stage(32, 64, 2, blocks)
        self.linear = nn.Linear(64, settings.classes)

    def forward(self, x: Tensor) -> Tensor:
        """Logits (N, classes) of images (N, C, H, W) in [0, 1]."""
        y = functional.relu(self.bn1(self.conv1(self.normalize(x))))
        y = self.layer3(self.layer2(self.layer1(y)))
        y = functional.adaptive_avg_pool2d(y, 1).flatten(1)
        return self.linear(y)


def _stage(inputs: int, outputs: int, stride: int, blocks: int) -> nn.Sequential:
    first: nn.Module = nn.Identity() if stride == 1 else PadShortcut(inputs, outputs)
    return nn.Sequential(
        BasicBlock(inputs, outputs, stride, first),
        *(BasicBlock(outputs, outputs, 1, nn.Identity()) for _ in range(blocks - 1)),
    )
