"""What each kind of node means to the reference model: the one place where a kind is added to it.

All kinds but the input, which is given.
"""

from __future__ import annotations

from ...compiler.program import (
    ActivationTable,
    Add,
    Argmax,
    AveragePool,
    ChannelSelect,
    Clamp,
    Concat,
    DepthToSpace,
    DyadicConv,
    ExactConv,
    Flatten,
    HasteConv,
    Interpolate,
    MaxPool,
    Multiply,
    Node,
    Outputs,
    Pad,
    Reshape,
    SlicePad,
    TableConv,
    Upsample,
)
from .methods import dyadic, exact, haste, table
from .operators import activation, channels, plain, pools, residual, resize
from .parts import Evaluate

MEANINGS: dict[type[Node], Evaluate] = {
    TableConv: table.table_conv,
    ExactConv: exact.exact_conv,
    DyadicConv: dyadic.dyadic_conv,
    HasteConv: haste.haste_conv,
    MaxPool: pools.max_pool,
    AveragePool: pools.average_pool,
    Add: residual.add,
    Multiply: residual.multiply,
    SlicePad: residual.slice_pad,
    Clamp: plain.clamp,
    ActivationTable: activation.look_up,
    Flatten: plain.flatten,
    Concat: channels.concat,
    Outputs: channels.concat,
    ChannelSelect: channels.channel_select,
    Upsample: resize.upsample,
    Interpolate: resize.interpolate,
    DepthToSpace: resize.depth_to_space,
    Reshape: plain.reshape,
    Pad: plain.pad,
    Argmax: plain.argmax,
}
