"""How each node without a method is computed in torch: a new operator is a line here."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeAlias

from torch import Tensor

from ...program import (
    ActivationTable,
    Add,
    Argmax,
    AveragePool,
    ChannelSelect,
    Clamp,
    Concat,
    DepthToSpace,
    Flatten,
    Interpolate,
    MaxPool,
    Multiply,
    Node,
    Outputs,
    Pad,
    Reshape,
    SlicePad,
    Upsample,
)
from .activation import look_up
from .channels import channel_select, concat
from .plain import add, argmax, clamp, flatten, multiply, pad, reshape, slice_pad
from .pools import average_pool, max_pool
from .resize import depth_to_space, interpolate, upsample

Execution: TypeAlias = Callable[[Any, Sequence[Tensor]], Tensor]
"""From a node and its inputs, (N, H, W, C) int16 each, to its output, alike."""

INTEGER_OPERATORS: dict[type[Node], Execution] = {
    MaxPool: max_pool,
    AveragePool: average_pool,
    Add: add,
    Multiply: multiply,
    Clamp: clamp,
    ActivationTable: look_up,
    SlicePad: slice_pad,
    Flatten: flatten,
    Concat: concat,
    Outputs: concat,
    ChannelSelect: channel_select,
    Upsample: upsample,
    Interpolate: interpolate,
    DepthToSpace: depth_to_space,
    Reshape: reshape,
    Pad: pad,
    Argmax: argmax,
}
"""By class of node. Convolutions are computed by their methods (`METHODS`); a test may add here."""
