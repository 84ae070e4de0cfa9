"""Program nodes in torch, bit-exact with the golden model and fast enough to compile with.

The golden model (`tabfab.sim.models.golden`) is the meaning of a Program; this is the same integers
for the compiler, which needs every layer's real activations to learn the next. Sums run in
float64 or in float32 where every partial sum fits its 24 bits, so they are exact; shifts are
arithmetic shifts of integers.
"""

from __future__ import annotations

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from ..methods.catalog import find_method
from ..program import Conv, Input, Node, Program, find
from ..store.batches import BATCH, batches
from .operators.catalog import INTEGER_OPERATORS
from .operators.requantize import requantize, requantize_multiplied


def run(program: Program, images: NDArray[np.uint8], batch: int = BATCH) -> NDArray[np.int16]:
    """The last node's output.

    Parameters
    ----------
    program: the network.
    images: (N, height, width, channels) uint8, at least one.
    batch: images at a time.

    Returns
    -------
    (N, height, width, channels) int16.
    """
    parts = []
    for some in batches(len(images), batch):
        values: dict[str, Tensor] = {}
        for node in program:
            if isinstance(node, Input):
                values[node.name] = torch.from_numpy(images[some]).short()
            else:
                zero = program.padding_value(node.inputs[0])
                values[node.name] = evaluate(node, [values[i] for i in node.inputs], zero)
        parts.append(values[program.output.name].numpy())
    return np.concatenate(parts)


def evaluate(node: Node, inputs: list[Tensor], zero: NDArray[np.int16]) -> Tensor:
    """One node's output.

    Parameters
    ----------
    node: any node but the input.
    inputs: (N, H, W, C) int16 tensors.
    zero: (C,) what stands for a real zero in the first input.

    Returns
    -------
    (N, H, W, C) int16.

    Raises
    ------
    TabfabError: nothing is known of this kind of node.
    """
    if isinstance(node, Conv):
        sums = accumulate(node, inputs[0], zero)
        accumulators = sums + torch.from_numpy(node.bias)
        if node.factor is not None:
            return requantize_multiplied(node, accumulators, node.factor)
        return requantize(node, accumulators, node.shift)
    return find(INTEGER_OPERATORS, node, "compiler/convert/operators/catalog.py")(node, inputs)


def accumulate(node: Conv, x: Tensor, zero: NDArray[np.int16]) -> Tensor:
    """A convolution's sums (N, rows, columns, M) int32, without the bias.

    Parameters
    ----------
    node: the convolution.
    x: (N, H, W, C) int16.
    zero: (C,) what stands for a real zero in `x`.
    """
    return find_method(node.method, node.name).sums(node, x, zero)
