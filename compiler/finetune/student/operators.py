"""What has nothing to learn, under training: the program's results in floating point.

Each takes a layer of the float network with its `Scales` and the whole numbers of its inputs, and
gives whole numbers, (N, C, H, W) all of them.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from ...graph import (
    Activation,
    Add,
    AveragePool,
    ChannelSelect,
    Clamp,
    Concat,
    DepthToSpace,
    Flatten,
    Interpolate,
    Layer,
    MaxPool,
    Multiply,
    Outputs,
    Pad,
    Reshape,
    SlicePad,
    Upsample,
)
from ...graph.operators import pools
from ...graph.operators.activation import activate
from ...graph.operators.catalog import FLOAT_OPERATORS
from ...program import NO_EDGES
from ...scales.operators.activation import activation_tables
from ...scales.operators.channels import concat_shifts, output_shifts
from ...scales.operators.pools import counted_requantization
from ...scales.quantize import quantize_clamp
from ...scales.quantize_nodes import add_shifts, average_requantization
from ...scales.tensor_scale import TensorScale
from .rounding import round_and_clamp


@dataclass(frozen=True, eq=False)
class Scales:
    """Scales about a layer.

    Parameters
    ----------
    sources: of its inputs.
    output: of its output.
    """

    sources: Sequence[TensorScale]
    output: TensorScale

    def clamp(self, layer: Layer) -> tuple[int, int]:
        """The integer clamp of the layer's output."""
        return quantize_clamp(layer.low, layer.high, self.output.step, self.output.type)


def average_pool(layer: AveragePool, scales: Scales, inputs: Sequence[Tensor]) -> Tensor:
    """The sum under each window, shifted."""
    (x,) = inputs
    taps = layer.kernel[0] * layer.kernel[1]
    source, output = scales.sources[0].step, scales.output.step
    mean = pools.average_pool(layer, inputs)
    if layer.uncounted == NO_EDGES:
        made = average_requantization(source, output, taps)
        if made.factor != 1:
            mean = mean.double()  # the product has more bits than single precision
        product = mean * (taps * made.factor / (1 << made.shift))
    else:
        factors, shift = counted_requantization(source, output, taps)
        counted = torch.from_numpy(layer.counted((x.shape[1], x.shape[2], x.shape[3]))).to(x.device)
        by_count = torch.tensor((0, *factors), dtype=torch.float64, device=x.device)
        # Sums are whole numbers, which the mean has rounded.
        product = _whole(mean.double() * counted) * by_count[counted] / (1 << shift)
    return round_and_clamp(product, *scales.clamp(layer)).to(x)


def _whole(numbers: Tensor) -> Tensor:
    """The nearest whole numbers, with the gradient of the numbers themselves."""
    return numbers + (numbers.round() - numbers).detach()


def add(layer: Add, scales: Scales, inputs: Sequence[Tensor]) -> Tensor:
    """The operands' sum, both shifted, or their difference."""
    left, right = add_shifts([source.step for source in scales.sources], scales.output.step)
    first, second = (2.0 ** (shift - right) for shift in left)
    second = -second if layer.subtracts else second
    return round_and_clamp(inputs[0] * first + inputs[1] * second, *scales.clamp(layer))


def multiply(layer: Multiply, scales: Scales, inputs: Sequence[Tensor]) -> Tensor:
    """The operands' product, times a factor, shifted."""
    first, second = scales.sources
    made = average_requantization(first.step * second.step, scales.output.step, taps=1)
    # The product has more bits than single precision.
    product = inputs[0].double() * inputs[1].double() * (made.factor / (1 << made.shift))
    return round_and_clamp(product, *scales.clamp(layer)).to(inputs[0])


def interpolate(layer: Interpolate, scales: Scales, inputs: Sequence[Tensor]) -> Tensor:
    """Every pixel between those around it, rounded."""
    kind, made = scales.output.type, FLOAT_OPERATORS[Interpolate](layer, inputs)
    return round_and_clamp(made, kind.low, kind.high)


def clamp(layer: Clamp, scales: Scales, inputs: Sequence[Tensor]) -> Tensor:
    """Every value within the limits."""
    return inputs[0].clamp(*scales.clamp(layer))


def activation(layer: Activation, scales: Scales, inputs: Sequence[Tensor]) -> Tensor:
    """The table's entries, with the gradient of the function."""
    (x,), (source,), output = inputs, scales.sources, scales.output

    def per_channel(numbers: NDArray[np.float64]) -> Tensor:
        return torch.from_numpy(numbers).to(x).view(-1, 1, 1)

    real = (x - per_channel(source.zeros)) * per_channel(source.steps)
    smooth = activate(layer, [real]).clamp(layer.low, layer.high) / output.step
    tables = torch.from_numpy(activation_tables(layer, output, source)).to(x)
    rows = x.detach().round().long() - source.type.low
    channels = torch.arange(len(tables), device=x.device).view(-1, 1, 1)
    entries = tables[channels, rows.clamp(0, tables.shape[1] - 1)]
    return entries + (smooth - smooth.detach())  # exactly the entries


def concat(layer: Concat, scales: Scales, inputs: Sequence[Tensor]) -> Tensor:
    """The channels of every input, each rounded to the output's scale."""
    low, high = scales.clamp(layer)
    left, right = concat_shifts([source.step for source in scales.sources], scales.output.step)
    parts = zip(inputs, left, right, strict=True)
    moved = [round_and_clamp(x * 2.0 ** (up - down), low, high) for x, up, down in parts]
    return torch.cat(moved, dim=1)


def outputs(layer: Outputs, scales: Scales, inputs: Sequence[Tensor]) -> Tensor:
    """All answers one after the other, in one type."""
    kind = scales.output.type
    parts = zip(inputs, output_shifts(kind, scales.sources), strict=True)
    return torch.cat([round_and_clamp(x / 2**by, kind.low, kind.high) for x, by in parts], dim=1)


TrainedOperator: TypeAlias = Callable[[Any, Scales, Sequence[Tensor]], Tensor]


def _as_in_float(kind: type[Layer]) -> TrainedOperator:
    """What computes a layer that only passes values on: of integers it does as it does in float."""
    compute = FLOAT_OPERATORS[kind]
    return lambda layer, scales, inputs: compute(layer, inputs)


TRAINED_OPERATORS: dict[type[Layer], TrainedOperator] = {
    AveragePool: average_pool,
    Add: add,
    Multiply: multiply,
    Interpolate: interpolate,
    Clamp: clamp,
    Activation: activation,
    Concat: concat,
    Outputs: outputs,
    **{
        kind: _as_in_float(kind)
        for kind in (
            MaxPool, SlicePad, Flatten, ChannelSelect, Upsample, DepthToSpace, Reshape, Pad,
        )
    },
}  # fmt: skip
"""By class of layer. Convolutions have forms of their methods; a test may add to this."""
