"""Learning an exact layer: its weights, for what really arrives."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from torch import Tensor

from ...graph import Conv, float_graph
from ...program import ExactConv
from ...scales.quantize import QuantizedLayer, quantize_weights
from ...scales.quantize_nodes import conv_fields
from ...scales.tensor_scale import TensorScale
from ..fitting.fit import fit_weights
from ..fitting.sample import sample_positions
from ..fitting.target import Target
from ..method import Arriving, Learned
from ..windows import patches
from .kept import kept_integers

_POSITIONS = 50_000
"""Output positions that weights are fitted to."""


@dataclass(frozen=True, eq=False)
class FloatWeights(Learned):
    """An exact layer before quantization.

    Parameters
    ----------
    layer: with the weights and biases that were learned.
    source: the input's scale.
    bits: of a weight.
    refitted: whether the weights are others than the network's, whose integers are not kept then.
    """

    layer: Conv
    source: TensorScale
    bits: int
    refitted: bool = False

    def __call__(self, x: Tensor) -> Tensor:
        """(N, C, H, W) float32 to (N, M, rows, columns), with nothing rounded."""
        return float_graph.before_clamp(self.layer, [x])

    def node(self, scale: TensorScale) -> ExactConv:
        """Integer weights in units of the output's `scale`."""
        weight, bias = (v.astype(np.float64) for v in (self.layer.weight, self.layer.bias))
        integers = quantize_weights(weight, bias, self.source, scale.step, self.bits)
        if not self.refitted and (self.layer.grid or self.source.said):
            integers = kept_integers(self.layer, integers, self.source, scale, self.bits)
        return exact_node(self.layer, integers, scale)


def exact_node(layer: Conv, integers: QuantizedLayer, scale: TensorScale) -> ExactConv:
    """A convolution by multiplication; `scale` is its output's."""
    return ExactConv(
        **conv_fields(layer, integers, scale),
        weight=integers.entries,
        multiplier=integers.multiplier,
    )


def learn_weights(
    layer: Conv,
    arriving: Arriving,
    target: Target,
    seed: int,
    inputs: Callable[[Tensor], Tensor] | None = None,
    unit: float = 1.0,
) -> Conv:
    """The layer with weights and bias refitted to make up for what was lost upstream.

    Parameters
    ----------
    layer: the float layer.
    arriving: what reaches it.
    target: what the layer should compute.
    seed: of the choice of positions.
    inputs: what the weights multiply of the layer's input, where that is not what `patches` gives.
    unit: what an input of 1 is of an activation's step.
    """
    taps = layer.kernel[0] * layer.kernel[1]
    source, inputs = arriving.scale, inputs or patches(layer, arriving.padding_value)
    sample = sample_positions(inputs, arriving.values, target, _POSITIONS, seed)
    steps = np.repeat(source.steps, taps).reshape(layer.groups, -1)
    weight, bias = fit_weights(sample, layer.weight.astype(np.float64), steps * unit)
    zeros = np.repeat(source.zeros, taps).reshape(layer.groups, 1, -1) * steps[:, None]
    products = weight.reshape(layer.groups, len(weight) // layer.groups, -1) * zeros
    bias += products.sum(axis=-1).reshape(-1)
    return dataclasses.replace(
        layer, weight=weight.astype(np.float32), bias=bias.astype(np.float32)
    )
