"""From graph layers to program nodes, once encoders, tables and scales are known."""

from __future__ import annotations

from collections.abc import Sequence

from .. import graph, program
from ..graph import Layer
from ..store.errors import TabfabError
from .operators.catalog import operator_of
from .operators.elementwise import add_shifts
from .operators.fields import conv_fields
from .operators.image import InputOperator
from .operators.operator import PlainOperator
from .operators.pools import average_requantization
from .tensor_scale import TensorScale

__all__ = [
    "add_shifts",
    "argmax_node",
    "average_requantization",
    "conv_fields",
    "input_node",
    "plain_node",
]


def input_node(layer: graph.Input, scale: TensorScale) -> program.Input:
    """The image."""
    return InputOperator().node(layer, scale, ())


def plain_node(layer: Layer, scale: TensorScale, sources: Sequence[TensorScale]) -> program.Node:
    """The node of a layer that has nothing to learn.

    Parameters
    ----------
    layer: any but a convolution.
    scale: of its output.
    sources: of its inputs.

    Raises
    ------
    TabfabError: no program node is known that computes this kind of layer, or it is made by a
        layer method.
    """
    operator = operator_of(layer)
    if not isinstance(operator, PlainOperator):
        raise TabfabError(
            f"layer {layer.name!r} is of the kind {layer.kind!r}, whose node is made by its layer "
            "method"
        )
    return operator.node(layer, scale, sources)


def argmax_node(source: str) -> program.Argmax:
    """The number of the largest output of node `source`, to end a program in."""
    return program.Argmax(name="argmax", inputs=(source,), shape=(1, 1, 1), type=program.UINT8)
