"""Clamps, sums, arithmetic with constants, and operators that change nothing."""

from __future__ import annotations

import dataclasses
import math

import torch
from torch import Tensor

from ...graph import Add, Clamp
from ..draft.call import Call, lowers
from ..draft.values import Value
from .compositions import difference, product, quotient

aten = torch.ops.aten


@lowers(aten.relu.default)
def lower_relu(call: Call) -> Value:
    """Clamp to 0 and above."""
    return _clamp(call, 0.0, math.inf)


@lowers(aten.relu6.default)
def lower_relu6(call: Call) -> Value:
    """Clamp to 0..6."""
    return _clamp(call, 0.0, 6.0)


@lowers(aten.hardtanh.default)
def lower_hardtanh(call: Call) -> Value:
    """Clamp to a range."""
    return _clamp(call, float(call["min_val"]), float(call["max_val"]))


@lowers(aten.clamp.default, aten.clamp_min.default, aten.clamp_max.default)
def lower_clamp(call: Call) -> Value:
    """Clamp to a range that may be open on one side."""
    low, high = (call.arguments.get(name) for name in ("min", "max"))
    return _clamp(
        call, -math.inf if low is None else float(low), math.inf if high is None else float(high)
    )


def _clamp(call: Call, low: float, high: float) -> Value:
    value = call.layer_value()
    return call.add(
        Clamp(
            name=call.layer_name(call.operator),
            inputs=(value.layer,),
            shape=value.shape,
            source=call.place.source,
            low=low,
            high=high,
        ),
        value.order,
    )


@lowers(aten.add.Tensor, aten.add.Scalar)
def lower_add(call: Call) -> Value:
    """A residual sum, or the addition of a constant."""
    return _sum(call, sign=1.0)


@lowers(aten.sub.Tensor, aten.sub.Scalar)
def lower_subtract(call: Call) -> Value:
    """The subtraction of a constant, or from one."""
    return _sum(call, sign=-1.0)


def _sum(call: Call, sign: float) -> Value:
    """``self + sign * alpha * other``."""
    left, right = call["self"], call["other"]
    factor = sign * float(call.arguments.get("alpha", 1))
    if isinstance(left, Value) and isinstance(right, Value):
        return _residual(call, left, right, factor)
    if isinstance(left, Value):
        offset = factor * _per_channel(call, right, left)
        return call.affine(left, torch.ones(1), offset)
    return call.affine(right, torch.tensor([factor]), _per_channel(call, left, right))


def _residual(call: Call, left: Value, right: Value, factor: float) -> Value:
    if left.layer == right.layer:
        return call.affine(left, torch.tensor([1.0 + factor]), torch.zeros(1))
    if factor == -1.0:
        function = difference(call, left, right)
        if function is not None:
            return function
    if factor != 1.0:
        raise call.unsupported(
            f"of two layers, the second times {factor:g}",
            "add them as they are, and put the factor into the layer before",
        )
    if left.shape != right.shape or left.tail != right.tail or left.order != right.order:
        raise call.unsupported(
            f"of two layers of shapes {left.tail} and {right.tail}", "add layers of the same shape"
        )
    return call.add(
        Add(
            name=call.layer_name("add"),
            inputs=(left.layer, right.layer),
            shape=left.shape,
            source=call.place.source,
        ),
        left.order,
    )


@lowers(aten.rsub.Scalar, aten.rsub.Tensor)
def lower_reverse_subtract(call: Call) -> Value:
    """``other - alpha * self`` with a constant `other`."""
    value, other = call["self"], call["other"]
    if not isinstance(value, Value) or isinstance(other, Value):
        raise call.unsupported("of two layers", "add them, with the sign in the layer before")
    scale = torch.tensor([-float(call["alpha"])])
    return call.affine(value, scale, _per_channel(call, other, value))


@lowers(aten.mul.Tensor, aten.mul.Scalar)
def lower_multiply(call: Call) -> Value:
    """The product with a constant."""
    left, right = call["self"], call["other"]
    value, factor = (left, right) if isinstance(left, Value) else (right, left)
    if isinstance(factor, Value):
        function = product(call, value, factor)
        if function is not None:
            return function
        raise call.unsupported("of two layers", "multiply by a constant, or add")
    return call.affine(value, _per_channel(call, factor, value), torch.zeros(1))


@lowers(aten.div.Tensor, aten.div.Scalar)
def lower_divide(call: Call) -> Value:
    """The quotient by a constant."""
    value, divisor = call["self"], call["other"]
    if isinstance(value, Value) and isinstance(divisor, Value):
        function = quotient(call, value, divisor)
        if function is not None:
            return function
    if not isinstance(value, Value) or isinstance(divisor, Value):
        raise call.unsupported("by a layer", "divide by a constant")
    return call.affine(value, 1.0 / _per_channel(call, divisor, value), torch.zeros(1))


@lowers(aten.neg.default)
def lower_negate(call: Call) -> Value:
    """The product with -1."""
    return call.affine(call["self"], torch.tensor([-1.0]), torch.zeros(1))


def _per_channel(call: Call, constant: Tensor | float, value: Value) -> Tensor:
    """`constant` as one number per torch channel of `value`."""
    tensor = torch.as_tensor(constant).detach().double()
    refused = call.unsupported(
        f"with a constant of shape {tuple(tensor.shape)}",
        "use one number, or one per channel",
    )
    if tensor.ndim > len(value.tail):
        if tensor.ndim != len(value.tail) + 1 or tensor.shape[0] != 1:
            raise refused
        tensor = tensor[0]
    try:
        per_channel = torch.broadcast_to(tensor, value.tail).reshape(value.tail[0], -1)
    except RuntimeError:
        raise refused from None
    if not torch.equal(per_channel, per_channel[:, :1].expand_as(per_channel)):
        raise refused
    return per_channel[:, 0]


@lowers(
    aten.alias.default,
    aten.clone.default,
    aten.contiguous.default,
    aten.detach.default,
    aten.lift_fresh_copy.default,
    same_numbers=True,
)
def lower_identity(call: Call) -> Value:
    """Nothing: copies leave no layer behind."""
    return _same(call)


@lowers(
    aten.alpha_dropout.default,
    aten.dropout.default,
    aten.feature_alpha_dropout.default,
    aten.feature_dropout.default,
    aten.native_dropout.default,
)
def lower_dropout(call: Call) -> Value:
    """Nothing, as in evaluation mode; a word of it where the network was exported in another."""
    if not call["train"]:
        return _same(call)
    return call.leave_out(
        call.layer_value(),
        "dropout was exported in training mode; it is left out, as in evaluation mode",
    )


@lowers(
    aten._to_copy.default,
    aten.to.device,
    aten.to.dtype,
    aten.to.dtype_layout,
    aten.to.other,
    aten.type_as.default,
    same_numbers=True,
)
def lower_conversion(call: Call) -> Value:
    """Nothing, as long as the numbers stay floating point."""
    dtype = call.arguments.get("dtype")
    other = call.arguments.get("other")
    if isinstance(other, Tensor):
        dtype = other.dtype
    if dtype is not None and not dtype.is_floating_point:
        raise call.unsupported(f"to {dtype}", "keep the network in floating point")
    return _same(call)


def _same(call: Call) -> Value:
    return dataclasses.replace(call.layer_value(), tail=call.tail)


@lowers(
    aten.softmax.int,
    aten.log_softmax.int,
    aten._softmax.default,
    aten._log_softmax.default,
)
def lower_softmax(call: Call) -> Value:
    """Nothing at the end of the network, where it does not change which class is largest."""
    value = call.layer_value()
    over_classes = int(call["dim"]) % (1 + len(value.tail)) == 1
    if not call.is_end or not over_classes:
        raise call.unsupported(
            "inside the network", "keep it for the end, over the classes, where it is left out"
        )
    return call.leave_out(
        value,
        f"{call.operator} at the end ({call.place}) is left out: the class stays the same, and "
        "the scores are those before it",
    )
