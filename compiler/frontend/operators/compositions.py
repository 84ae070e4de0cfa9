"""Activation functions that users write out: ``x * sigmoid(x)`` is SiLU."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ...graph import Activation, Clamp, Layer
from ..draft.call import Call
from ..draft.draft import Affine, Draft
from ..draft.values import Value

_GATED = {"sigmoid": "silu", "hard_sigmoid": "hard_swish"}
"""By a function f, the name of x * f(x)."""


@dataclass(frozen=True)
class _Gate:
    """A layer that is ``factor * f(slope * x)`` of a layer x.

    Parameters
    ----------
    source: name of x.
    function: f.
    slope, factor: of the argument and of the result.
    """

    source: str
    function: str
    slope: float = 1.0
    factor: float = 1.0


def product(call: Call, left: Value, right: Value) -> Value | None:
    """The function that the product of two layers is, if it is one of either of them.

    SiLU, with a factor in it too (``x * sigmoid(1.702 * x)``), Mish and hard-swish.
    """
    for value, other in ((left, right), (right, left)):
        gate = _gate(call.draft, call.draft[other.layer])
        if gate is not None and gate.source == value.layer and value.is_like(other):
            return _append(call, value, _GATED[gate.function], gate.slope, gate.factor)
        if _is_softplus_tanh(call.draft, call.draft[other.layer], value.layer):
            return _append(call, value, "mish")
    return None


def difference(call: Call, left: Value, right: Value) -> Value | None:
    """The function that the difference of two layers is: ``x - tanh(x)``."""
    other = call.draft[right.layer]
    is_one = isinstance(other, Activation) and other.function == "tanh"
    return _append(call, left, "tanh_shrink") if is_one and _reads(other, left.layer) else None


def quotient(call: Call, left: Value, right: Value) -> Value | None:
    """The function that the quotient of two layers is: ``x / (1 + abs(x))``."""
    divisor = call.draft[right.layer]
    if not (isinstance(divisor, Affine) and (divisor.scale == 1).all()):
        return None
    inner = call.draft[divisor.inputs[0]]
    is_one = isinstance(inner, Activation) and inner.function == "abs"
    is_one = is_one and bool((divisor.offset == 1).all())
    return _append(call, left, "soft_sign") if is_one and _reads(inner, left.layer) else None


def _gate(draft: Draft, layer: Layer) -> _Gate | None:
    """What `layer` is, if a product with it is an activation function."""
    factor = 1.0
    if isinstance(layer, Affine) and _is_factor(layer):
        factor = float(layer.scale[0])
        layer = draft[layer.inputs[0]]
    if isinstance(layer, Clamp) and (layer.low, layer.high) == (0, 6):
        inner = draft[layer.inputs[0]]  # relu6(x + 3) is six times the hard sigmoid
        if isinstance(inner, Affine) and (inner.scale == 1).all() and (inner.offset == 3).all():
            return _Gate(inner.inputs[0], "hard_sigmoid", factor=6 * factor)
    if isinstance(layer, Activation) and layer.function in _GATED:
        source = draft[layer.inputs[0]]
        if isinstance(source, Affine) and _is_factor(source):
            return _Gate(source.inputs[0], layer.function, float(source.scale[0]), factor)
        return _Gate(source.name, layer.function, factor=factor)
    return None


def _is_factor(layer: Affine) -> bool:
    """Whether it multiplies all channels by the same number, not 0, and does nothing else."""
    same = bool((layer.scale == layer.scale[0]).all() and (layer.offset == 0).all())
    return same and layer.scale[0] != 0


def _is_softplus_tanh(draft: Draft, layer: Layer, source: str) -> bool:
    """Whether `layer` is ``tanh(softplus(x))`` of the layer `source`."""
    if not (isinstance(layer, Activation) and layer.function == "tanh"):
        return False
    inner = draft[layer.inputs[0]]
    is_plain = isinstance(inner, Activation) and inner.function == "softplus"
    return is_plain and _reads(inner, source) and inner.parameters[0, 0] == 1  # type: ignore[attr-defined]


def _reads(layer: Layer, source: str) -> bool:
    return layer.inputs == (source,)


def _append(
    call: Call, value: Value, function: str, slope: float = 1.0, factor: float = 1.0
) -> Value:
    """``factor / slope * f(slope * x)``: x times what f is the product of, at slope * x."""
    return call.add(
        Activation(
            name=call.layer_name(function),
            inputs=(value.layer,),
            shape=value.shape,
            source=call.place.source,
            function=function,
            before=np.array([[slope], [0.0]]),
            after=np.array([[factor / slope], [0.0]]),
        ),
        value.order,
    )
