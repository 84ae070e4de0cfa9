"""Sums, arithmetic with constants, and operators that change nothing."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor

from ..node import Node, translates
from ..tensors import dtype_of
from ..values import Computed, Sizes, Written
from .activations import gelu
from .sizes import arithmetic

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
    """A sum, or arithmetic with a constant of one number, or of one per channel."""
    if len(node.inputs) == 2:
        left, right = node.inputs
        if isinstance(left, Sizes) or isinstance(right, Sizes):
            return arithmetic(node)
        if isinstance(left, Written) or isinstance(right, Written):
            return _written(node)
    left, right = node.input(0), node.input(1)
    if node.operator == "Div" and _is_whole(left) and _is_whole(right):
        return node.aten(aten.div.Tensor_mode, left, right, "trunc")
    if isinstance(left, Tensor) and isinstance(right, Computed) and node.operator in ("Add", "Mul"):
        left, right = right, left
    return node.aten(_ARITHMETIC[node.operator], left, right)


def _is_whole(value: Computed | Tensor) -> bool:
    return isinstance(value, Tensor) and not value.is_floating_point()


def _written(node: Node) -> Any:
    """The next step of an activation function that is written out."""
    left, right = node.inputs
    step, other = (left, right) if isinstance(left, Written) else (right, left)
    assert isinstance(step, Written)
    number = float(other) if isinstance(other, Tensor) and other.numel() == 1 else None
    if node.operator == "Add" and step.function == "erf" and step.factor == 1 and number == 1:
        return Written("1 + erf", step.source)
    if node.operator == "Mul" and step.function == "1 + erf":
        if number is not None:
            return Written(step.function, step.source, step.factor * number)
        factor = _multiple(node, other, step.source) if isinstance(other, Computed) else None
        if factor is not None:
            factor *= 2 * step.factor
            value = gelu(node, step.source)
            return value if factor == 1 else node.aten(aten.mul.Tensor, value, torch.tensor(factor))
    raise node.unsupported("of Erf in another form than GELU's", "use Gelu, or another function")


def _multiple(node: Node, value: Computed, source: Computed) -> float | None:
    """By which number `source` was multiplied to give `value`; None if it was not."""
    if value.name == source.name:
        return 1.0
    made = node.emitter.maker(value)
    if made is None:
        return None
    operator, left, right = made
    is_number = isinstance(right, Tensor) and right.numel() == 1
    if operator == "mul" and is_number and isinstance(left, Computed) and left.name == source.name:
        return float(right)
    return None


@translates("Sum")
def translate_sum(node: Node) -> Any:
    """A sum of any number of tensors."""
    total = node.input(0)
    for index in range(1, len(node.inputs)):
        total = node.aten(aten.add.Tensor, total, node.input(index))
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
    dtype = dtype_of(node.attribute("to", 1))
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
