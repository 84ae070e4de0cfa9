"""The ResNet-18 and ResNet-34 of TabConv (arXiv 2404.05872): DIM 64, a stride in every stage."""

from __future__ import annotations

from torch import Tensor, nn
from torch.nn import functional

from .basic_block import BasicBlock
from .normalize import Normalize
from .settings import NetworkSettings

DIM = 64
"""Channels of the stem and the first stage; each later stage has twice as many."""


class TabConvResNet(nn.Module):
    """A 3x3 stem of stride 2, four stages of stride 2, average pool, linear layer.

    Parameters
    ----------
    settings: of every built-in network.
    blocks: residual blocks of each stage: (2, 2, 2, 2) is ResNet-18, (3, 4, 6, 3) ResNet-34.
    """

    def __init__(self, settings: NetworkSettings, blocks: tuple[int, ...]) -> None:
        super().__init__()
        self.normalize = Normalize(settings.mean, settings.std)
        self.conv1 = nn.Conv2d(settings.channels, DIM, 3, stride=2, padding=1, bias=False)
        self.bn1 = nn.BatchNorm2d(DIM)
        widths = [DIM << stage for stage in range(len(blocks))]
        self.stages = nn.Sequential(
            *(
                _stage(inputs, outputs, count)
                for inputs, outputs, count in zip([DIM, *widths], widths, blocks, strict=False)
            )
        )
        self.linear = nn.Linear(widths[-1], settings.classes)

    def forward(self, x: Tensor) -> Tensor:
        """Logits (N, classes) of images (N, C, H, W) in [0, 1]."""
        y = functional.relu(self.bn1(self.conv1(self.normalize(x))))
        y = functional.adaptive_avg_pool2d(self.stages(y), 1).flatten(1)
        return self.linear(y)


def _stage(inputs: int, outputs: int, blocks: int) -> nn.Sequential:
    project = nn.Sequential(
        nn.Conv2d(inputs, outputs, 1, stride=2, bias=False), nn.BatchNorm2d(outputs)
    )
    return nn.Sequential(
        BasicBlock(inputs, outputs, 2, project),
        *(BasicBlock(outputs, outputs, 1, nn.Identity()) for _ in range(blocks - 1)),
    )
