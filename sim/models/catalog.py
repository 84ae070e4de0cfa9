"""What the golden model knows of each kind of node: the one place where a kind is added to it.

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
    find,
)
from .methods import dyadic, exact, haste, table
from .operators import activation, channels, plain, pools, residual, resize
from .parts import NodeModel

MODELS: dict[type[Node], NodeModel] = {
    TableConv: NodeModel(table.table_conv, inside={"codes": table.codes}),
    ExactConv: NodeModel(exact.exact_conv),
    DyadicConv: NodeModel(dyadic.dyadic_conv),
    HasteConv: NodeModel(haste.haste_conv, measures={"buckets": haste.bucket_counts}),
    MaxPool: NodeModel(pools.max_pool),
    AveragePool: NodeModel(pools.average_pool),
    Add: NodeModel(residual.add),
    Multiply: NodeModel(residual.multiply),
    SlicePad: NodeModel(residual.slice_pad),
    Clamp: NodeModel(plain.clamp),
    ActivationTable: NodeModel(activation.look_up),
    Flatten: NodeModel(plain.reshape),
    Concat: NodeModel(channels.concat),
    Outputs: NodeModel(channels.concat),
    ChannelSelect: NodeModel(channels.channel_select),
    Upsample: NodeModel(resize.upsample),
    Interpolate: NodeModel(resize.interpolate, {"repeated": resize.upsample}),
    DepthToSpace: NodeModel(resize.depth_to_space),
    Reshape: NodeModel(plain.reshape),
    Pad: NodeModel(plain.bordered),
    Argmax: NodeModel(plain.argmax),
}


def model_of(node: Node) -> NodeModel:
    """What the golden model knows of the class of `node`.

    Raises
    ------
    TabfabError: it does not know the class.
    """
    return find(MODELS, node, "sim/models/catalog.py")
