"""The integers of a layer under training, in the place of its real tables or weights.

Training changes real numbers, but what the network computes is what the program will: entries and
biases rounded by the compiler's own quantization, whose shifts follow as they grow or shrink. The
gradient goes to the real numbers as if nothing were rounded (straight-through, Bengio et al.,
arXiv 1308.3432).
"""

from __future__ import annotations

import torch
from torch import Tensor

from ...scales.quantize import QuantizedLayer, channel_units, rounding_error


def units_and_bias(integers: QuantizedLayer, device: torch.device) -> tuple[Tensor, Tensor]:
    """What a unit of each output's entries is, and biases: (M,) float32, in steps of the output.

    Parameters
    ----------
    integers: of the layer.
    device: where to put them.
    """
    unit = channel_units(1.0, integers.shift, integers.quarters)
    bias = integers.bias * unit
    if integers.quarters is not None:
        bias -= rounding_error(integers.shift, integers.quarters / 4) * unit
    units = torch.from_numpy(unit).to(device, torch.float32)
    return units, torch.from_numpy(bias).to(device, torch.float32)


def in_output_steps(
    integers: QuantizedLayer, entries: Tensor, device: torch.device
) -> tuple[Tensor, Tensor]:
    """Weights and biases of the program in steps of the output, float32, without any error.

    Parameters
    ----------
    integers: of the layer.
    entries: (M, ...) int8, its entries in the shape of a convolution's weights.
    device: where to put them.
    """
    units, bias = units_and_bias(integers, device)
    return entries.to(device, torch.float32) * units.view(-1, 1, 1, 1), bias


def straight_through(rounded: Tensor, real: Tensor) -> Tensor:
    """The values of `rounded`, with gradients that go to `real`."""
    return rounded + (real - real.detach())
