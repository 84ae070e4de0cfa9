"""Layers that several built-in networks are made of."""

from __future__ import annotations

from torch import Tensor, nn
from torch.nn import functional


class Conv3x3(nn.Conv2d):
    """A 3x3 convolution without biases that keeps the size, divided by `stride`.

    Of an image of one pixel only the middle of the kernel sees anything but padding. While it is
    trained, no more than that is multiplied; what comes out is the same.

    Parameters
    ----------
    inputs, outputs: channels.
    stride: of the rows and of the columns.
    """

    def __init__(self, inputs: int, outputs: int, stride: int = 1) -> None:
        super().__init__(inputs, outputs, 3, stride=stride, padding=1, bias=False)

    def forward(self, x: Tensor) -> Tensor:
        """(N, inputs, H, W) to (N, outputs, ceil(H / stride), ceil(W / stride))."""
        if self.training and x.shape[2:] == (1, 1):
            return functional.conv2d(x, self.weight[:, :, 1:2, 1:2])
        return super().forward(x)


def conv_bn_relu(
    inputs: int, outputs: int, kernel: int, stride: int = 1, groups: int = 1
) -> nn.Sequential:
    """A convolution that keeps the size (divided by `stride`), batch norm and ReLU."""
    return nn.Sequential(
        nn.Conv2d(
            inputs,
            outputs,
            kernel,
            stride=stride,
            padding=kernel // 2,
            groups=groups,
            bias=False,
        ),
        nn.BatchNorm2d(outputs),
        nn.ReLU(),
    )
