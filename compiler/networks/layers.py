"""Layers that several built-in networks are made of."""

from __future__ import annotations

from torch import Tensor, nn
from torch.nn import functional


def conv3x3(conv: nn.Conv2d, x: Tensor) -> Tensor:
    """``conv(x)``, in training on images of one pixel without the multiplications by padding.

    Of such an image only the middle of a 3x3 kernel sees anything else. Torch multiplies with all
    of it, which takes a third of a training step of ResNet-18.

    Parameters
    ----------
    conv: without biases, its kernel 3x3, its padding 1.
    x: (N, channels, H, W).
    """
    if conv.training and x.shape[2:] == (1, 1):
        return functional.conv2d(x, conv.weight[:, :, 1:2, 1:2])
    result: Tensor = conv(x)
    return result


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
