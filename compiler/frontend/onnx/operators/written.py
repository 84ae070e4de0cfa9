"""Activation functions that exporters write out: GELU, by Erf or by Tanh.

The steps are appended as they are, and what each stands for is remembered. The step that completes
a function becomes that function; those before it have no readers then, and are dropped.
"""

from __future__ import annotations

import math
from typing import Any

import torch
from torch import Tensor

from ..node import Node
from ..values import Computed, Written

aten = torch.ops.aten
_CLOSE = 1e-4
"""How near a written constant is to the one that it stands for: some write four digits."""
_CUBE = 0.044715
_SLOPE = math.sqrt(2 / math.pi)
_GELU = {"1 + erf": "none", "1 + tanh": "tanh"}
"""By the last step before it is multiplied by x, what kind of GELU it is half of."""


def number_of(value: object) -> float | None:
    """The number that a constant is; None if it is something else."""
    return float(value) if isinstance(value, Tensor) and value.numel() == 1 else None


def note_erf(node: Node, value: Any, result: Any) -> None:
    """Remember the error function of x / sqrt(2)."""
    source, factor = _multiple(node, value)
    if source is not None and _is(factor, math.sqrt(0.5)):
        node.emitter.meanings[result.name] = Written("erf", source)


def note_tanh(node: Node, value: Any, result: Any) -> None:
    """Remember the tanh of sqrt(2 / pi) * (x + 0.044715 * x^3)."""
    step = _meaning(node, value)
    if step is not None and step.function == "x + cube" and _is(step.factor, _SLOPE):
        node.emitter.meanings[result.name] = Written("tanh", step.source)


def note_power(node: Node, value: Any, exponent: Any, result: Any) -> None:
    """Remember x^3."""
    if isinstance(value, Computed) and number_of(exponent) == 3:
        node.emitter.meanings[result.name] = Written("cube", value)


def note_sum(node: Node, left: Any, right: Any, result: Any) -> None:
    """Remember 1 + erf, 1 + tanh, and x + 0.044715 * x^3."""
    for value, other in ((left, right), (right, left)):
        step = _meaning(node, value)
        if step is None:
            continue
        if step.function in ("erf", "tanh") and step.factor == 1 and number_of(other) == 1:
            node.emitter.meanings[result.name] = Written(f"1 + {step.function}", step.source)
        if step.function == "cube" and _is(step.factor, _CUBE) and _same(other, step.source):
            node.emitter.meanings[result.name] = Written("x + cube", step.source)


def product(node: Node, left: Any, right: Any, result: Any) -> Any:
    """The product, or the function that it completes.

    Parameters
    ----------
    node: the multiplication.
    left, right: its factors.
    result: their product, appended already.
    """
    if _same(left, right):
        node.emitter.meanings[result.name] = Written("square", left)
        return result
    for value, other in ((left, right), (right, left)):
        step, number = _meaning(node, value), number_of(other)
        if step is None:
            continue
        if number is not None:
            scaled = Written(step.function, step.source, step.factor * number)
            node.emitter.meanings[result.name] = scaled
        elif step.function == "square" and step.factor == 1 and _same(other, step.source):
            node.emitter.meanings[result.name] = Written("cube", step.source)
        elif step.function in _GELU and isinstance(other, Computed):
            source, factor = _multiple(node, other)
            if not _same(source, step.source):
                source, factor = other, 1.0
            if _same(source, step.source):
                return _gelu(node, step, factor)
    return result


def _gelu(node: Node, step: Written, factor: float) -> Any:
    function = node.aten(aten.gelu.default, step.source, _GELU[step.function])
    factor *= 2 * step.factor
    return function if factor == 1 else node.aten(aten.mul.Tensor, function, torch.tensor(factor))


def _meaning(node: Node, value: Any) -> Written | None:
    return node.emitter.meanings.get(value.name) if isinstance(value, Computed) else None


def _multiple(node: Node, value: Any) -> tuple[Computed | None, float]:
    """X and c of a value that is x times, or divided by, a number."""
    made = node.emitter.maker(value) if isinstance(value, Computed) else None
    if made is None or made[0] not in ("mul", "div"):
        return None, 0.0
    operator, source, constant = made
    number = number_of(constant)
    if not isinstance(source, Computed) or number is None or number == 0:
        return None, 0.0
    return source, number if operator == "mul" else 1 / number


def _same(one: Any, other: Any) -> bool:
    return isinstance(one, Computed) and isinstance(other, Computed) and one.name == other.name


def _is(number: float, wanted: float) -> bool:
    return math.isclose(number, wanted, rel_tol=_CLOSE)
