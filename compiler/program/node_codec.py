"""The nodes of a Program as JSON values and named arrays, and back."""

from __future__ import annotations

import math
import re

from ..store.errors import shown
from ..store.records.decode_record import decode_tagged
from ..store.records.encode_record import encode_record
from ..store.records.record_rules import Arrays, RecordRules, Scalar
from .activation import ActivationType, ProgramError
from .nodes.catalog import NODE_KINDS
from .nodes.node import Node

MAX_ELEMENTS = 1 << 28
"""Elements of one tensor of one image: more is a mistake, not a network."""


def encode_node(node: Node, arrays: Arrays) -> dict[str, object]:
    """JSON value of `node`; its arrays are added to `arrays`.

    Raises
    ------
    ProgramError: a field's value is not what its type hint says.
    """
    return {"kind": node.kind, **encode_record(node, node.name, arrays, _RULES)}


def decode_node(value: object, arrays: Arrays) -> Node:
    """The node that `encode_node` made `value` from; the arrays that it takes leave `arrays`.

    Raises
    ------
    ProgramError: `value` is not a node, or contradicts itself.
    """
    name = value.get("name") if isinstance(value, dict) else None
    where = f"node {shown(name)}" if isinstance(name, str) else "a node without a name"
    node: Node = decode_tagged(NODE_KINDS, value, where, arrays, _RULES)
    elements = math.prod(node.shape)
    if elements > MAX_ELEMENTS:
        raise ProgramError(f"{where} has {elements} elements, more than {MAX_ELEMENTS}")
    return node


def _decode_type(value: object, where: str) -> ActivationType:
    match = re.fullmatch(r"(u?)int([0-9]{1,2})", value) if isinstance(value, str) else None
    if match is None:
        raise ProgramError(f"{where} must be a type such as 'uint8', not {shown(value)}")
    return ActivationType(int(match[2]), signed=not match[1])


_RULES = RecordRules(ProgramError, {ActivationType: Scalar(str, _decode_type)})
