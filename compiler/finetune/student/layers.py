"""The trained layers: convolutions by multiplication, until they become lookups.

Activations between layers are the whole numbers of the integer program, (N, C, H, W); those of
the image keep their zero point. Weights, tables and biases are real numbers in real units, but
what a layer computes with is what the program stores of them
(`tabfab.compiler.methods.table.training.entries`).
"""

from __future__ import annotations

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional

from ...graph import Conv
from ...methods.table.lookup import look_up
from ...methods.table.training.entries import (
    in_output_steps,
    straight_through,
    tables_of_weight,
    units_and_bias,
    weight_of_tables,
)
from ...methods.table.training.lookup import Lookup
from ...scales.choose import TensorScale
from ...scales.quantize import QuantizedLayer, quantize_tables, quantize_weights
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
    bits: of a table entry or weight.
    is_last: whether it is the network's end, which is not rounded in training.
    """

    steps: Tensor
    zeros: Tensor
    zero: Tensor

    def __init__(
        self,
        layer: Conv,
        source: TensorScale,
        scale: TensorScale,
        padding_value: NDArray[np.int16],
        clamp: tuple[int, int],
        bits: int,
        is_last: bool,
    ) -> None:
        super().__init__()
        self.layer = layer
        self.source = source
        self.scale = scale
        self.padding_value = padding_value
        self.clamp = clamp
        self.bits = bits
        self.is_last = is_last
        self.lookup: Lookup | None = None
        self._stored: tuple[tuple[int, ...], QuantizedLayer] | None = None
        self.weight = nn.Parameter(torch.from_numpy(layer.weight).clone())
        self.bias = nn.Parameter(torch.from_numpy(layer.bias + _rest(layer, source, padding_value)))
        self.register_buffer("steps", _as_weights(source.steps, layer), persistent=False)
        self.register_buffer("zeros", _as_weights(padding_value, layer), persistent=False)
        zero = torch.from_numpy(padding_value).float().view(-1, 1, 1)
        self.register_buffer("zero", zero, persistent=False)

    def forward(self, x: Tensor) -> Tensor:
        """(N, C, H, W) whole numbers to (N, M, rows, columns), in steps of the output."""
        y = self.sums(x)
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
        weight: (M, subspaces / groups * K, kernel height, kernel width), the tables as the
            weights of a convolution of rows, 1x1 in the ``patch`` layout.
        bias: (M,) real.
        """
        device = self.weight.device
        self.lookup = lookup.to(device)
        self.weight = nn.Parameter(weight.to(device))
        self.bias = nn.Parameter(bias.to(device))
        self._stored = None

    def integers(self) -> QuantizedLayer:
        """What the program stores of this layer now; made anew once something has changed it."""
        made_from = self.weight._version, self.bias._version, self.bits
        if self._stored is None or self._stored[0] != made_from:
            self._stored = made_from, self._quantized()
        return self._stored[1]

    def _quantized(self) -> QuantizedLayer:
        weight, bias = (v.detach().double().cpu().numpy() for v in (self.weight, self.bias))
        step = self.scale.step
        if self.lookup is not None:
            tables = tables_of_weight(weight, self.layer, self.lookup.prototypes)
            return quantize_tables(tables, bias, self.layer.groups, step, self.bits)
        zeros = self.padding_value.astype(np.float64)  # what the bias counts from
        source = TensorScale(self.source.type, self.source.steps, zeros)
        return quantize_weights(weight, bias, source, step, self.bits)

    def sums(self, x: Tensor) -> Tensor:
        """(N, M, rows, columns) results before they are rounded, in steps of the output.

        Parameters
        ----------
        x: (N, C, H, W) whole numbers.
        """
        trained = self.weight.requires_grad or x.requires_grad
        if self.lookup is not None and not (trained and torch.is_grad_enabled()):
            return self._add_rows(self.lookup.rows(x)).to(x.dtype)
        layer, (weight, bias) = self.layer, self._computed_with()
        stride, padding = layer.stride, layer.padding
        if self.lookup is None:
            inputs = x - self.zero.to(x.dtype)
        else:
            inputs = self.lookup(x)
            if self.lookup.slicing.layout == "patch":
                stride, padding = (1, 1), (0, 0)
        return functional.conv2d(
            inputs, weight.to(x.dtype), bias.to(x.dtype), stride, padding, groups=layer.groups
        )

    def _add_rows(self, rows: Tensor) -> Tensor:
        """(N, M, rows, columns) float32 results of the program's tables, without any error.

        That is a small part of the work of the convolution that training needs.

        Parameters
        ----------
        rows: which ones, from `Lookup.rows`.
        """
        integers = self.integers()
        tables = torch.from_numpy(integers.entries).to(rows.device, torch.float32)
        units, bias = units_and_bias(integers, rows.device)
        return (look_up(tables, rows) * units + bias).permute(0, 3, 1, 2)

    def _computed_with(self) -> tuple[Tensor, Tensor]:
        """Weights and biases of the convolution of what stands for the input, in output steps."""
        integers, lookup, device = self.integers(), self.lookup, self.weight.device
        real, real_bias = self.weight / self.scale.step, self.bias / self.scale.step
        if lookup is None:
            entries, bias = in_output_steps(integers, torch.from_numpy(integers.entries), device)
            # The program's bias counts from an input of 0, the convolution's from padding.
            bias = bias + (entries * self.zeros).sum(dim=(1, 2, 3))
            return straight_through(entries, real * self.steps), straight_through(bias, real_bias)
        tables = weight_of_tables(integers.entries, self.layer)
        entries, bias = in_output_steps(integers, tables, device)
        weight = straight_through(entries, real)
        return weight, straight_through(bias, real_bias) + lookup.at_padding(weight)


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


def _as_weights(channels: NDArray[np.generic], layer: Conv) -> Tensor:
    """(C,) values of input channels as (M, C / groups, 1, 1), the channel that a weight meets."""
    by_group = torch.from_numpy(channels).float().view(layer.groups, 1, -1)
    outputs = len(layer.weight) // layer.groups
    return by_group.expand(-1, outputs, -1).flatten(0, 1)[:, :, None, None]
