"""The method `exact` under training: weights."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Self

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional

from ...graph import Conv
from ...graph.operators.padding import padded
from ...program import ExactConv
from ...scales.quantize import QuantizedLayer, quantize_weights
from ...scales.tensor_scale import TensorScale
from ..method import Learned
from ..training.form import Reals, ScaledLayer, TrainedForm
from ..training.integers import in_output_steps, straight_through
from .learn import FloatWeights, exact_node
from .options import ExactOptions


class TrainedWeights(TrainedForm):
    """A layer by multiplication.

    Batch norm stays folded into weights and biases: at the small learning rates of fine-tuning
    it would cost time and gain nothing.

    Parameters
    ----------
    scaled: the layer.
    bits: of a weight.
    start: the weights and biases that it starts from; the layer's own if not given.
    """

    steps: Tensor
    zeros: Tensor
    zero: Tensor

    def __init__(self, scaled: ScaledLayer, bits: int, start: FloatWeights | None = None) -> None:
        start = start or FloatWeights(scaled.layer, scaled.source, bits)
        layer, source, padding_value = scaled.layer, scaled.source, scaled.padding_value
        bias = start.layer.bias + _rest(start.layer, start.source, padding_value)
        weight = torch.from_numpy(start.layer.weight).clone()
        super().__init__(scaled, weight, torch.from_numpy(bias))
        self.bits = bits
        self.register_buffer("steps", _as_weights(source.steps, layer), persistent=False)
        self.register_buffer("zeros", _as_weights(padding_value, layer), persistent=False)
        zero = torch.from_numpy(padding_value).float().view(-1, 1, 1)
        self.register_buffer("zero", zero, persistent=False)

    @classmethod
    def of(cls, scaled: ScaledLayer, learned: Learned) -> Self:
        """From the weights that were learned."""
        assert isinstance(learned, FloatWeights)
        return cls(scaled, learned.bits, learned)

    @classmethod
    def restored(
        cls, scaled: ScaledLayer, arrays: Mapping[str, Tensor], options: ExactOptions
    ) -> Self:
        """Weights that are still to be filled in."""
        return cls(scaled, options.weight_bits)

    def float_layer(self) -> Conv:
        """The layer with the weights and biases of now; these count from the padding value."""
        weight, bias = (v.detach().cpu().numpy() for v in (self.weight, self.bias))
        return dataclasses.replace(self.scaled.layer, weight=weight, bias=bias)

    def quantized(self, weight: Reals, bias: Reals) -> QuantizedLayer:
        """Integer weights."""
        source = counted_from_padding(self.scaled)
        return quantize_weights(weight, bias, source, self.scaled.scale.step, self.bits)

    def node(self) -> ExactConv:
        """The exact layer."""
        return exact_node(self.scaled.layer, self.integers(), self.scaled.scale)

    def sums(self, x: Tensor) -> Tensor:
        """A convolution of activations that count from the padding value."""
        layer, (weight, bias) = self.scaled.layer, self._computed_with()
        x, padding = padded(layer, x - self.zero.to(x.dtype))
        return functional.conv2d(
            x,
            weight.to(x.dtype),
            bias.to(x.dtype),
            layer.stride,
            padding,
            layer.dilation,
            layer.groups,
        )

    def _computed_with(self) -> tuple[Tensor, Tensor]:
        """Weights and biases of the convolution, in steps of the output."""
        integers, device, step = self.integers(), self.weight.device, self.scaled.scale.step
        real, real_bias = self.weight / step, self.bias / step
        entries, bias = in_output_steps(integers, torch.from_numpy(integers.entries), device)
        # The program's bias counts from an input of 0, the convolution's from padding.
        bias = bias + (entries * self.zeros).sum(dim=(1, 2, 3))
        return straight_through(entries, real * self.steps), straight_through(bias, real_bias)


def counted_from_padding(scaled: ScaledLayer) -> TensorScale:
    """The scale of a layer's input as a trained bias counts it: from the padding value."""
    source = scaled.source
    return TensorScale(source.type, source.steps, scaled.padding_value.astype(np.float64))


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
