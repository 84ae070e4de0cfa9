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

from ..methods.table.lookup import Slicing, look_up, pad, windows
from ..program import (
    Add,
    Argmax,
    AveragePool,
    Clamp,
    Conv,
    ExactConv,
    Flatten,
    Input,
    MaxPool,
    Node,
    Program,
    Requantized,
    SlicePad,
    TableConv,
)

BATCH = 100
"""Images at a time."""

_FLOAT32_EXACT = 1 << 24


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
    for start in range(0, len(images), batch):
        values: dict[str, Tensor] = {}
        for node in program:
            if isinstance(node, Input):
                values[node.name] = torch.from_numpy(images[start : start + batch]).short()
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
    """
    x = inputs[0]
    match node:
        case Conv():
            return _requantize(
                node, accumulate(node, x, zero) + torch.from_numpy(node.bias), node.shift
            )
        case MaxPool():
            padded = pad(x, node.padding, torch.full((x.shape[3],), node.type.low))
            return windows(padded, node.kernel, node.stride).amax((-2, -1))
        case AveragePool():
            padded = pad(x, node.padding, torch.zeros(x.shape[3]))
            sums = windows(padded, node.kernel, node.stride).sum((-2, -1), dtype=torch.int32)
            return _requantize(node, sums, np.int8(node.shift))
        case Add():
            sums = (x.long() << node.left[0]) + (inputs[1].long() << node.left[1])
            return _requantize(node, sums, np.int8(node.shift))
        case Clamp():
            return x.clamp(node.low, node.high)
        case SlicePad():
            sliced = x[:, :: node.step[0], :: node.step[1]]
            return torch.nn.functional.pad(sliced, node.channels)
        case Flatten():
            return x.reshape(len(x), 1, 1, -1)
        case Argmax():
            return x.argmax(-1, keepdim=True).short()
    raise TypeError(f"no meaning for a node of kind {node.kind!r}")


def accumulate(node: Conv, x: Tensor, zero: NDArray[np.int16]) -> Tensor:
    """A convolution's sums (N, rows, columns, M) int32, without the bias.

    Parameters
    ----------
    node: the convolution.
    x: (N, H, W, C) int16.
    zero: (C,) what stands for a real zero in `x`.
    """
    if isinstance(node, TableConv):
        return _table_sums(node, x, zero)
    if isinstance(node, ExactConv):
        return _exact_sums(node, x, zero)
    raise TypeError(f"no meaning for a convolution of kind {node.kind!r}")


def _table_sums(node: TableConv, x: Tensor, zero: NDArray[np.int16]) -> Tensor:
    slicing = Slicing(
        node.kernel,
        node.stride,
        node.padding,
        node.groups,
        node.layout,
        node.encoder.length,
        zero,
    )
    rows = slicing.rows(node.encoder, x)
    dtype = torch.float32 if rows.shape[-1] * 128 < _FLOAT32_EXACT else torch.float64
    return look_up(torch.from_numpy(node.tables).to(dtype), rows).int()


def _exact_sums(node: ExactConv, x: Tensor, zero: NDArray[np.int16]) -> Tensor:
    # Always float64: a float32 convolution may be computed by a transform that rounds.
    padded = pad(x, node.padding, torch.from_numpy(zero)).permute(0, 3, 1, 2).double()
    weight = torch.from_numpy(node.weight).double()
    sums = torch.nn.functional.conv2d(padded, weight, stride=node.stride, groups=node.groups)
    # By way of int64, which wraps: only with the bias do all sums fit 32 bits.
    return sums.round().long().int().permute(0, 2, 3, 1)


def _requantize(
    node: Requantized, accumulator: Tensor, shift: NDArray[np.int8] | np.int8
) -> Tensor:
    by = torch.from_numpy(np.asarray(shift, np.int32))
    half = (torch.ones_like(by) << by) >> 1
    return ((accumulator + half) >> by).clamp(node.low, node.high).short()
