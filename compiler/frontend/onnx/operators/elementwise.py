"""Sums, arithmetic with constants, and operators that change nothing."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor

from ..node import Node, translates
from ..tensors import DTYPES
from ..values import Computed, Sizes
from .sizes import arithmetic
from .written import note_sum, product

aten = torch.ops.aten
_ARITHMETIC = {
    "Add": aten.add.Tensor,
    "Sub": aten.sub.Tensor,
    "Mul": aten.mul.Tensor,
    "Div": aten.div.Tensor,
}
_LIMITS = {"Max": aten.maximum.default, "Min": aten.minimum.default}


@translates(*_ARITHMETIC)
def translate_arithmetic(node: Node) -> Any:
    """A sum, a product, or arithmetic with a constant of one number, or of one per channel."""
    if any(isinstance(value, Sizes) for value in node.inputs):
        return arithmetic(node)
    left, right = node.input(0), node.input(1)
    if node.operator == "Div" and _is_whole(left) and _is_whole(right):
        return node.aten(aten.div.Tensor_mode, left, right, "trunc")
    if node.operator == "Add":
        return _sum(node, left, right)
    if node.operator != "Mul":
        return node.aten(_ARITHMETIC[node.operator], left, right)
    if isinstance(left, Tensor) and isinstance(right, Computed):
        left, right = right, left
    result = node.aten(aten.mul.Tensor, left, right)
    return product(node, left, right, result) if isinstance(result, Computed) else result


def _sum(node: Node, left: Any, right: Any) -> Any:
    if isinstance(left, Tensor) and isinstance(right, Computed):
        left, right = right, left
    result = node.aten(aten.add.Tensor, left, right)
    if isinstance(result, Computed):
        note_sum(node, left, right, result)
    return result


def _is_whole(value: Computed | Tensor) -> bool:
    return isinstance(value, Tensor) and not value.is_floating_point()


@translates("Sum")
def translate_sum(node: Node) -> Any:
    """A sum of any number of tensors."""
    total = node.input(0)
    for index in range(1, len(node.inputs)):
        total = _sum(node, total, node.input(index))
    return total


@translates("Max", "Min")
def translate_limit(node: Node) -> Any:
    """The larger or smaller of a tensor and a number: a clamp at one end."""
    if len(node.inputs) == 1:
        return node.input(0)
    left, right = node.input(0), node.input(1)
    if len(node.inputs) > 2:
        raise node.unsupported("of more than two tensors", "use it with a number, or Clip")
    value, limit = (right, left) if isinstance(left, Tensor) else (left, right)
    if isinstance(value, Computed) and isinstance(limit, Tensor) and limit.numel() == 1:
        ends = (float(limit), None) if node.operator == "Max" else (None, float(limit))
        return node.aten(aten.clamp.default, value, *ends)
    return node.aten(_LIMITS[node.operator], left, right)


@translates("Neg")
def translate_negate(node: Node) -> Any:
    """The product with -1."""
    return node.aten(aten.neg.default, node.input(0))


@translates("Identity")
def translate_identity(node: Node) -> Any:
    """Nothing."""
    return node.inputs[0]


@translates("Dropout")
def translate_dropout(node: Node) -> Any:
    """Nothing, as in evaluation mode."""
    node.ignore("seed", "ratio")
    if node.has(2) and bool(node.constant(2).any()):
        note = "dropout was exported in training mode; it is left out, as in evaluation mode"
        if note not in node.emitter.notes:
            node.emitter.notes.append(note)
    if node.results > 1:
        raise node.unsupported("with its mask as a result", "use its first result alone")
    return node.inputs[0]


@translates("Cast")
def translate_cast(node: Node) -> Any:
    """Nothing, as long as the numbers stay floating point."""
    node.ignore("saturate", "round_mode")
    dtype = DTYPES.get(node.attribute("to", 1))
    if isinstance(node.inputs[0], Sizes):
        return node.inputs[0]
    if dtype is None:
        raise node.unsupported("to a type that tabfab does not compute with", "use float32")
    value = node.input(0)
    if isinstance(value, Computed) and value.fact.dtype == dtype:
        return value
    return node.aten(aten.to.dtype, value, dtype)


@translates("CastLike")
def translate_cast_like(node: Node) -> Any:
    """Nothing, as long as the numbers stay floating point."""
    node.ignore("saturate", "round_mode")
    other = node.input(1)
    dtype = other.fact.dtype if isinstance(other, Computed) else other.dtype
    return node.aten(aten.to.dtype, node.input(0), dtype)
