"""Operators of a program without a window, in torch."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch
from torch import Tensor

from ...program import Add, Argmax, Clamp, Flatten, Multiply, Pad, Reshape, SlicePad, kept_slices
from .requantize import requantize


def add(node: Add, inputs: Sequence[Tensor]) -> Tensor:
    """The shifted operands' sum, requantized."""
    first, second = inputs
    one, other = first.long() << node.left[0], second.long() << node.left[1]
    sums = one - other if node.subtracts else one + other
    return requantize(node, sums, np.int8(node.shift))


def multiply(node: Multiply, inputs: Sequence[Tensor]) -> Tensor:
    """The operands' product, times a factor, requantized."""
    first, second = inputs
    return requantize(node, first.int() * second.int() * node.factor, np.int8(node.shift))


def clamp(node: Clamp, inputs: Sequence[Tensor]) -> Tensor:
    """Every value within the limits."""
    return inputs[0].clamp(node.low, node.high)


def slice_pad(node: SlicePad, inputs: Sequence[Tensor]) -> Tensor:
    """Some of the pixels, with channels of zeros around them."""
    rows, columns = kept_slices(inputs[0].shape[1:3], node.cut, node.step)
    return torch.nn.functional.pad(inputs[0][:, rows, columns], node.channels)


def flatten(node: Flatten, inputs: Sequence[Tensor]) -> Tensor:
    """The same values as channels of one pixel."""
    return inputs[0].reshape(len(inputs[0]), 1, 1, -1)


def reshape(node: Reshape, inputs: Sequence[Tensor]) -> Tensor:
    """The same values in another shape."""
    channels, height, width = node.shape
    return inputs[0].reshape(len(inputs[0]), height, width, channels)


def pad(node: Pad, inputs: Sequence[Tensor]) -> Tensor:
    """Pixels of zeros around an image."""
    (above, below), (left, right) = node.border
    return torch.nn.functional.pad(inputs[0], (0, 0, left, right, above, below))


def argmax(node: Argmax, inputs: Sequence[Tensor]) -> Tensor:
    """Number of the largest channel."""
    return inputs[0].argmax(-1, keepdim=True).short()
