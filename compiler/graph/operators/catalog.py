"""Which function computes each class of layer in float."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from torch import Tensor

from ..layers.activation import Activation
from ..layers.channels import ChannelSelect, Concat, Outputs
from ..layers.conv import Conv
from ..layers.elementwise import Add, Clamp, Multiply
from ..layers.input import Input
from ..layers.layer import Layer
from ..layers.pools import AveragePool, MaxPool
from ..layers.resize import DepthToSpace, Interpolate, Upsample
from ..layers.shapes import Flatten, Pad, Reshape, SlicePad
from . import activation, channels, conv, elementwise, image, pools, resize, shapes

Compute = Callable[[Any, Sequence[Tensor]], Tensor]
"""From a layer and the outputs of its inputs, (N, channels, height, width) float32 each, to its
result before the clamp; an `Input` gets the images, 0..255."""

FLOAT_OPERATORS: dict[type[Layer], Compute] = {
    Input: image.normalize,
    Conv: conv.convolve,
    MaxPool: pools.max_pool,
    AveragePool: pools.average_pool,
    Add: elementwise.add,
    Multiply: elementwise.multiply,
    Clamp: elementwise.keep,
    Activation: activation.activate,
    SlicePad: shapes.slice_pad,
    Flatten: shapes.flatten,
    Concat: channels.concat,
    ChannelSelect: channels.channel_select,
    Upsample: resize.upsample,
    Interpolate: resize.interpolate,
    Outputs: channels.concat,
    DepthToSpace: resize.depth_to_space,
    Reshape: shapes.reshape,
    Pad: shapes.pad,
}
"""A test may add to it."""
