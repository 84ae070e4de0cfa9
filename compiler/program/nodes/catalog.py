"""All kinds of nodes, and how a room finds what it knows of one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeVar

from ...store.catalogs import find_by_class
from .activation import ActivationTable
from .dyadic import DyadicConv
from .exact import ExactConv
from .haste import HasteConv
from .input import Input
from .node import Node
from .plain import Add, Argmax, Clamp, Flatten, Multiply, Pad, Reshape, SlicePad
from .pools import AveragePool, MaxPool
from .rearranged import ChannelSelect, Concat, DepthToSpace, Interpolate, Outputs, Upsample
from .table import TableConv

Known = TypeVar("Known")

NODE_KINDS: dict[str, type[Node]] = {
    cls.kind: cls
    for cls in (
        Input, ExactConv, TableConv, DyadicConv, HasteConv, MaxPool, AveragePool, Add, Multiply,
        Clamp, SlicePad, Pad, ActivationTable, Flatten, Reshape, Concat, ChannelSelect, Upsample,
        Interpolate, DepthToSpace, Outputs, Argmax,
    )
}  # fmt: skip
"""The class of each kind. There is no other list of kinds; a test may add to this one."""


def find(catalog: Mapping[type[Node], Known], node: Node, room: str) -> Known:
    """What a room's `catalog` holds for the class of `node`.

    Parameters
    ----------
    catalog: by class of node.
    node: any node.
    room: where the catalog stands, as a path in the repository (``sim/models/catalog.py``).

    Raises
    ------
    TabfabError: the catalog lacks the class.
    """
    return find_by_class(catalog, node, "node", room)
