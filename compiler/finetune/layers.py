"""The trained layers: convolutions by multiplication, until they become lookups.

Activations between layers are the whole numbers of the integer program, (N, C, H, W); those of
the image keep their zero point. What happens inside a layer is real: weights and prototypes are
in real units, and the result is divided by the output's step before it is rounded.
"""

from __future__ import annotations

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional

from ..graph import Conv
from ..scales import TensorScale
from .lookup import Lookup
from .rounding import round_and_clamp


class TrainedConv(nn.Module):
    """A convolution or linear layer of the network under training.

    Batch norm stays folded into weights and biases: at the small learning rates of fine-tuning
    it would cost time and gain nothing.

    Parameters
    ----------
    layer: the float layer.
    source, scale: of its input and its output.
    padding_value: (C,) the integer that stands for a real zero in its input.
    clamp: of its integer output.
    is_last: whether it is the network's end, which is not rounded in training.
    """

    steps: Tensor
    zero: Tensor

    def __init__(
        self,
        layer: Conv,
        source: TensorScale,
        scale: TensorScale,
        padding_value: NDArray[np.int16],
        clamp: tuple[int, int],
        is_last: bool,
    ) -> None:
        super().__init__()
        self.layer = layer
        self.source = source
        self.scale = scale
        self.padding_value = padding_value
        self.clamp = clamp
        self.is_last = is_last
        self.lookup: Lookup | None = None
        self.weight = nn.Parameter(torch.from_numpy(layer.weight).clone())
        self.bias = nn.Parameter(torch.from_numpy(layer.bias + _rest(layer, source, padding_value)))
        steps, zero = source.steps[:, None, None], padding_value[:, None, None]
        self.register_buffer("steps", torch.from_numpy(steps).float(), persistent=False)
        self.register_buffer("zero", torch.from_numpy(zero).float(), persistent=False)

    def forward(self, x: Tensor) -> Tensor:
        """(N, C, H, W) whole numbers to (N, M, rows, columns), in steps of the output."""
        y = self.sums(x, self.weight / self.scale.step, self.bias / self.scale.step)
        return y if self.is_last and self.training else round_and_clamp(y, *self.clamp)

    def take_weights(self, layer: Conv) -> None:
        """Go on, by multiplication, from the weights and biases of `layer`."""
        bias = layer.bias + _rest(layer, self.source, self.padding_value)
        with torch.no_grad():
            self.weight.copy_(torch.from_numpy(layer.weight))
            self.bias.copy_(torch.from_numpy(bias))

    def become(self, lookup: Lookup, weight: Tensor, bias: Tensor) -> None:
        """Be a layer by lookup from now on.

        Parameters
        ----------
        lookup: puts rows in the place of activations.
        weight: (M, subspaces / groups * rank, kernel height, kernel width) of the convolution of
            rows, 1x1 in the ``patch`` layout.
        bias: (M,) real.
        """
        device = self.weight.device
        self.lookup = lookup.to(device)
        self.weight = nn.Parameter(weight.to(device))
        self.bias = nn.Parameter(bias.to(device))

    def sums(self, x: Tensor, weight: Tensor, bias: Tensor) -> Tensor:
        """The convolution of real activations, or of the rows in their place.

        Parameters
        ----------
        x: (N, C, H, W) whole numbers.
        weight, bias: the layer's, or multiples of them.
        """
        layer, patches = self.layer, False
        if self.lookup is None:
            inputs = (x - self.zero.to(x.dtype)) * self.steps.to(x.dtype)
        else:
            inputs = self.lookup(x)
            patches = self.lookup.slicing.layout == "patch"
        stride, padding = ((1, 1), (0, 0)) if patches else (layer.stride, layer.padding)
        return functional.conv2d(
            inputs, weight.to(x.dtype), bias.to(x.dtype), stride, padding, groups=layer.groups
        )


def _rest(
    layer: Conv, source: TensorScale, padding_value: NDArray[np.int16]
) -> NDArray[np.float32]:
    """(M,) what the output lacks when activations count from the padding value, which is whole,
    instead of from the zero point, which need not be.
    """
    rest = (padding_value - source.zeros) * source.steps
    by_group = rest.reshape(layer.groups, 1, -1)
    weight = layer.weight.sum(axis=(2, 3)).reshape(layer.groups, -1, by_group.shape[2])
    missing: NDArray[np.float32] = (weight * by_group).sum(axis=2).reshape(-1).astype(np.float32)
    return missing
