"""Learning a dyadic layer: shifts of its output channels, then terms of its weights, then biases.

All happens in effective weights, those that multiply an activation's integer: a weight times the
real value of one step of what it multiplies. An output channel's unit is its output's step times
``2^-shift``, so that its requantizer shifts and does nothing else.
"""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from torch import Tensor

from ...graph import Conv, float_graph
from ...program import DyadicConv
from ...scales.quantize import MAX_SHIFT, QuantizedLayer, channel_units, quantize_bias
from ...scales.quantize_nodes import conv_fields
from ...scales.tensor_scale import TensorScale
from ..exact.learn import learn_weights
from ..fitting.products import feature_products
from ..fitting.sample import sample_positions
from ..fitting.target import Target
from ..method import Arriving, Learned
from ..windows import patches
from .budget import Allowed, choose_within
from .dyadic_set import DyadicSet, Integers, dyadic_set
from .feedback import choose_by_output
from .options import DyadicOptions
from .scale import best_of_scales, best_scale

Reals = NDArray[np.float64]

_POSITIONS = 20_000
"""Output positions over which the products of a layer's inputs are summed."""
_NEAR_SHIFTS = (-1, 0, 1, 2)
"""Shifts that are tried, beside the one that comes nearest to the best scale."""

_QUARTERS = (4, 5, 6, 7)
"""Of a factor that takes one addition at most."""


@dataclass(frozen=True, eq=False)
class DyadicWeights(Learned):
    """A dyadic layer.

    Parameters
    ----------
    layer: the float layer with the weights that the terms add up to, and its bias.
    source: the input's scale.
    numbers: what a weight may be.
    values: (M, C / groups, kernel height, kernel width) weights in units of `numbers`.
    shift: (M,) of the output channels.
    quarters: (M,) int8 that sums are multiplied by, in quarters; None for none.
    allowed: additions that the values may take, as `additions_allowed` has them.
    """

    layer: Conv
    source: TensorScale
    numbers: DyadicSet
    values: Integers
    shift: NDArray[np.int8]
    quarters: NDArray[np.int8] | None = None
    allowed: Allowed = None

    def __call__(self, x: Tensor) -> Tensor:
        """(N, C, H, W) float32 to (N, M, rows, columns); biases are not rounded."""
        return float_graph.before_clamp(self.layer, [x])

    def node(self, scale: TensorScale) -> DyadicConv:
        """The terms, and biases in units of the accumulator."""
        unit = channel_units(scale.step, self.shift, self.quarters)
        zeros = zero_sums(self.values, self.source.zeros, self.layer.groups)
        bias = self.layer.bias.astype(np.float64) - unit * zeros
        integers = QuantizedLayer(
            self.values,
            quantize_bias(bias, self.shift, scale.step, self.quarters),
            self.shift,
            self.quarters,
        )
        return dyadic_node(self.layer, self.numbers, integers, scale)


def dyadic_node(
    layer: Conv, numbers: DyadicSet, integers: QuantizedLayer, scale: TensorScale
) -> DyadicConv:
    """The node of a layer.

    Parameters
    ----------
    layer: the float layer.
    numbers: what a weight may be.
    integers: its weights in units of `numbers`, biases and shifts.
    scale: of the output.
    """
    return DyadicConv(
        **conv_fields(layer, integers, scale),
        finest_shift=numbers.finest_shift,
        terms=numbers.decompose(integers.entries),
        alpha=integers.quarters,
    )


def learn_terms(
    layer: Conv, arriving: Arriving, target: Target, scale: TensorScale, options: DyadicOptions
) -> DyadicWeights:
    """The terms of a layer's weights.

    Parameters
    ----------
    layer: the float layer.
    arriving: what reaches it.
    target: what it should compute of that.
    scale: of its output.
    options: how.
    """
    numbers = dyadic_set(options.terms, options.finest_shift)
    by_output = options.distance == "output"
    if by_output and options.refit and arriving.approximate:
        layer = learn_weights(layer, arriving, target, options.seed)
    weights = effective_weights(layer.weight, layer, arriving.scale)
    if options.distance == "weights":
        moments, means = None, None
    else:
        moments, means = _moments(layer, arriving, target, options.seed)
    importance = None if moments is None else _importance(moments, layer)
    shift, quarters = choose_alphas(weights, numbers, scale.step, importance, options.alpha)
    unit = channel_units(scale.step, shift, quarters)
    budget = additions_allowed(options, weights.shape)
    if by_output:
        assert moments is not None
        values = choose_by_output(weights, moments, numbers, unit / numbers.unit, budget)
    else:
        values = choose_within(weights, numbers, unit / numbers.unit, budget, importance)
    chosen = unit[:, None] * values
    bias = layer.bias.astype(np.float64)
    if means is not None:  # what the choice changes on average
        typical = np.repeat(means, len(values) // layer.groups, axis=0)
        bias += ((weights - chosen) * (typical - by_input(arriving.scale.zeros, layer))).sum(axis=1)
    real = (chosen / by_input(arriving.scale.steps, layer)).reshape(layer.weight.shape)
    approximated = dataclasses.replace(
        layer, weight=real.astype(np.float32), bias=bias.astype(np.float32)
    )
    integers = values.reshape(layer.weight.shape)
    return DyadicWeights(approximated, arriving.scale, numbers, integers, shift, quarters, budget)


def additions_allowed(options: DyadicOptions, shape: tuple[int, ...]) -> Allowed:
    """The additions that a layer's weights may take.

    Parameters
    ----------
    options: of the layer.
    shape: (M, N) of its weights.
    """
    filters, inputs = shape
    if options.additions_of_filters is not None:
        return np.array(options.additions_of_filters, np.int64)
    if options.additions is None:
        return None
    if options.additions_over == "filter":
        return np.full(filters, int(options.additions * inputs))
    return int(options.additions * filters * inputs)


def choose_alphas(
    weights: Reals,
    numbers: DyadicSet,
    step: float,
    importance: Reals | None = None,
    alpha: str = "filter",
) -> tuple[NDArray[np.int8], NDArray[np.int8] | None]:
    """(M,) the shift of each output channel with which its values come nearest to its weights.

    And (M,) what its sums are multiplied by, in quarters, or None.

    Parameters
    ----------
    weights: (M, N) effective weights.
    numbers: what a weight may be.
    step: real value of one step of the output.
    importance: (M, N) factor of each weight's squared distance; 1 if not given.
    alpha: ``filter``, ``layer`` for one shift for all of them, or ``quarters`` for a factor of
        1, 5/4, 3/2 or 7/4 for each filter besides.
    """
    if alpha == "layer":
        flat = None if importance is None else importance.reshape(1, -1)
        shift, _ = choose_alphas(weights.reshape(1, -1), numbers, step, flat)
        return np.repeat(shift, len(weights)), None
    scales = np.array(
        [
            best_scale(row, numbers, None if importance is None else importance[number])
            for number, row in enumerate(weights)
        ]
    )
    # A value of 1 in units of the set is the output's step times 2^-shift.
    ideal = np.rint(np.log2(step / (scales * numbers.unit)))
    shifts = (ideal[:, None] + np.array(_NEAR_SHIFTS)).clip(0, MAX_SHIFT)
    counts = _QUARTERS if alpha == "quarters" else _QUARTERS[:1]
    quarters = np.broadcast_to(
        np.repeat(counts, shifts.shape[1]), (len(weights), shifts.shape[1] * len(counts))
    )
    shifts = np.tile(shifts, len(counts))
    best = best_of_scales(
        weights, numbers, channel_units(step, shifts, quarters) / numbers.unit, importance
    )
    chosen = np.arange(len(shifts)), best
    shift = shifts[chosen].astype(np.int8)
    return shift, quarters[chosen].astype(np.int8) if alpha == "quarters" else None


def effective_weights(weight: NDArray[np.floating], layer: Conv, source: TensorScale) -> Reals:
    """(M, N) what a step of each input adds to each output, in real units.

    Parameters
    ----------
    weight: (M, C / groups, kernel height, kernel width) of `layer`.
    layer: the layer.
    source: scale of its input.
    """
    return weight.astype(np.float64).reshape(len(weight), -1) * by_input(source.steps, layer)


def zero_sums(values: NDArray[np.integer], zeros: Reals, groups: int) -> Reals:
    """(M,) the sum of each output channel over inputs that stand for a real zero.

    Parameters
    ----------
    values: (M, C / groups, kernel height, kernel width).
    zeros: (C,) those inputs.
    groups: of the convolution.
    """
    by_group = values.sum(axis=(2, 3)).reshape(groups, len(values) // groups, -1)
    sums: Reals = np.einsum("gmc,gc->gm", by_group, zeros.reshape(groups, -1)).reshape(-1)
    return sums


def _moments(layer: Conv, arriving: Arriving, target: Target, seed: int) -> tuple[Reals, Reals]:
    """(groups, N, N) products of the centred inputs, summed, and (groups, N) their means."""
    inputs = patches(layer, arriving.padding_value)
    sample = sample_positions(inputs, arriving.values, target, _POSITIONS, seed)
    moments, means = [], []
    for group in range(layer.groups):
        features = sample.inputs[:, group].astype(np.float32)
        mean = features.mean(axis=0, dtype=np.float64)
        features -= mean.astype(np.float32)
        products = np.triu(feature_products(features))
        moments.append(products + np.triu(products, 1).T)
        means.append(mean)
    return np.stack(moments), np.stack(means)


def _importance(moments: Reals, layer: Conv) -> Reals:
    """(M, N) the mean square that each weight meets, of (groups, N, N) products."""
    diagonals = np.stack([np.diagonal(products) for products in moments])
    return np.repeat(diagonals, layer.shape[0] // layer.groups, axis=0)


def by_input(channels: Reals, layer: Conv) -> Reals:
    """(M, N) of each input to each output of a layer, from (C,) of its input channels."""
    taps = layer.kernel[0] * layer.kernel[1]
    by_group = np.repeat(channels.reshape(layer.groups, -1), taps, axis=1)
    return np.repeat(by_group, layer.shape[0] // layer.groups, axis=0)
