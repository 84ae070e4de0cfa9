"""Which hardware each kind of node has. A new kind is a file of its own and a line here."""

from __future__ import annotations

from typing import Any

from ...compiler.program import (
    ActivationTable,
    Add,
    Argmax,
    AveragePool,
    ChannelSelect,
    Clamp,
    Concat,
    Conv,
    DepthToSpace,
    DyadicConv,
    ExactConv,
    Flatten,
    HasteConv,
    Input,
    Interpolate,
    MaxPool,
    Multiply,
    Node,
    Outputs,
    Pad,
    Program,
    Reshape,
    SlicePad,
    TableConv,
    Upsample,
    find,
)
from ...compiler.store.errors import TabfabError
from ..network.node_hardware import NodeHardware
from .methods.dyadic.hardware import DyadicHardware
from .methods.exact.hardware import ExactHardware
from .methods.haste.hardware import HasteHardware
from .methods.layer import LayerHardware, Layers
from .methods.table.hardware import TableHardware
from .operators.activation import ActivationHardware
from .operators.argmax import ArgmaxHardware
from .operators.channel_select import ChannelSelectHardware
from .operators.concat import ConcatHardware
from .operators.multiply import MultiplyHardware
from .operators.plain import (
    ClampHardware,
    InputHardware,
    PadHardware,
    ReshapeHardware,
)
from .operators.pools import AveragePoolHardware, MaxPoolHardware
from .operators.residual import AddHardware
from .operators.resize import DepthToSpaceHardware, InterpolateHardware, UpsampleHardware
from .operators.slice_padder import SlicePadHardware

HARDWARE: dict[type[Node], type[NodeHardware[Any]]] = {
    Input: InputHardware,
    ExactConv: ExactHardware,
    DyadicConv: DyadicHardware,
    HasteConv: HasteHardware,
    TableConv: TableHardware,
    MaxPool: MaxPoolHardware,
    AveragePool: AveragePoolHardware,
    Add: AddHardware,
    Multiply: MultiplyHardware,
    Clamp: ClampHardware,
    ActivationTable: ActivationHardware,
    SlicePad: SlicePadHardware,
    Flatten: ReshapeHardware,
    Concat: ConcatHardware,
    Outputs: ConcatHardware,
    ChannelSelect: ChannelSelectHardware,
    Upsample: UpsampleHardware,
    Interpolate: InterpolateHardware,
    DepthToSpace: DepthToSpaceHardware,
    Reshape: ReshapeHardware,
    Pad: PadHardware,
    Argmax: ArgmaxHardware,
}
"""What builds the stages of each class of node. That of a `Conv` is a `LayerHardware`."""


def node_hardware(program: Program, node: Node) -> NodeHardware[Any]:
    """The hardware of one node of a program.

    Raises
    ------
    TabfabError: there is none for its kind.
    """
    return find(HARDWARE, node, "hw/nodes/catalog.py")(program, node)


def layer_hardware(program: Program, node: Conv) -> LayerHardware[Any]:
    """The hardware of one layer of a program.

    Raises
    ------
    TabfabError: there is none for its method.
    """
    hardware = node_hardware(program, node)
    if not isinstance(hardware, LayerHardware):
        raise TabfabError(
            f"layer {node.name!r} is of the kind {node.kind!r}, and what hw/nodes/catalog.py has "
            "for it is no LayerHardware"
        )
    return hardware


def layers(program: Program) -> Layers:
    """The hardware of all layers of a program, by name.

    Raises
    ------
    TabfabError: there is none for the method of one of them.
    """
    return {node.name: layer_hardware(program, node) for node in program.convs}
