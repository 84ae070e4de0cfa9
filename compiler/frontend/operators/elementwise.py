"""Clamps, sums, arithmetic with constants, and operators that change nothing."""

from __future__ import annotations

import dataclasses
import math

import torch
from torch import Tensor

from ...graph import Add, Clamp, Multiply
from ..draft.call import Call, lowers
from ..draft.values import Value
from .compositions import difference, product, quotient
from .resize import spread

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
    """A difference of layers, or the subtraction of a constant, or from one."""
    return _sum(call, sign=-1.0)


def _sum(call: Call, sign: float) -> Value:
    """``self + sign * alpha * other``."""
    left, right = call["self"], call["other"]
    factor = sign * float(call.arguments.get("alpha", 1))
    if isinstance(left, Value) and isinstance(right, Value):
        return _residual(call, left, right, factor)
    if isinstance(left, Value):
        offset = factor * _numbers(call, right, left)
        return call.affine(left, torch.ones(1), offset)
    return call.affine(right, torch.tensor([factor]), _numbers(call, left, right))


def _residual(call: Call, left: Value, right: Value, factor: float) -> Value:
    """The sum of `left` and `factor` times `right`."""
    if left.layer == right.layer and left.is_like(right):
        return call.affine(left, torch.tensor([1.0 + factor]), torch.zeros(1))
    if factor == -1.0:
        function = difference(call, left, right)
        if function is not None:
            return function
    left, right = _alike(call, left, right)
    if abs(factor) != 1.0:
        right = call.affine(right, torch.tensor([abs(factor)]), torch.zeros(1))
    return _added(call, left, right, subtracts=factor < 0)


def _added(call: Call, left: Value, right: Value, subtracts: bool) -> Value:
    """The sum or difference of two layers whose numbers are in the same places."""
    return call.add(
        Add(
            name=call.layer_name("add"),
            inputs=(left.layer, right.layer),
            shape=left.shape,
            source=call.place.source,
            subtracts=subtracts,
        ),
        left.order,
    )


@lowers(aten.max.other, aten.maximum.default)
def lower_larger(call: Call) -> Value:
    """Of two layers the larger number, ``b + relu(a - b)``; of one and a constant, a clamp."""
    return _one_of_two(call, larger=True)


@lowers(aten.min.other, aten.minimum.default)
def lower_smaller(call: Call) -> Value:
    """Of two layers the smaller number, ``b - relu(b - a)``; of one and a constant, a clamp."""
    return _one_of_two(call, larger=False)


def _one_of_two(call: Call, larger: bool) -> Value:
    left, right = call["self"], call["other"]
    if isinstance(left, Value) and isinstance(right, Value):
        if left.layer == right.layer and left.is_like(right):
            return dataclasses.replace(left, tail=call.tail)
        left, right = _alike(call, left, right)
        first, second = (left, right) if larger else (right, left)
        above = _added(call, first, second, subtracts=True)
        relu = Clamp(
            name=call.layer_name("relu"), inputs=(above.layer,), shape=above.shape,
            source=call.place.source, low=0.0,
        )  # fmt: skip
        return _added(call, right, call.add(relu, above.order), subtracts=not larger)
    value, constant = (left, right) if isinstance(left, Value) else (right, left)
    number = torch.as_tensor(constant).detach()
    if number.numel() != 1:
        raise call.unsupported("with a constant for each channel", "use one number for all")
    bound = float(number)
    clamp = Clamp(
        name=call.layer_name(call.operator), inputs=(value.layer,), shape=value.shape,
        source=call.place.source, low=bound if larger else -math.inf,
        high=math.inf if larger else bound,
    )  # fmt: skip
    return call.add(clamp, value.order)


def _alike(call: Call, left: Value, right: Value) -> tuple[Value, Value]:
    """Both as layers of one shape whose numbers are in the same places."""
    if left.tail != right.tail:
        raise call.unsupported(
            f"of two layers of shapes {left.tail} and {right.tail}", "add layers of the same shape"
        )
    if left.is_like(right) and left.is_whole:
        return left, right
    for one, other in ((left, right), (right, left)):
        found = call.like(other, one) if one.is_whole else None
        if found is not None:
            return (one, found) if one is left else (found, one)
    if 1 <= len(left.tail) <= 3:
        return call.arranged(left), call.arranged(right)
    raise call.unsupported(
        f"of two layers whose numbers are in different orders, {left.layer!r} and {right.layer!r}",
        "add images, sequences or vectors of the same shape",
    )


@lowers(aten.rsub.Scalar, aten.rsub.Tensor)
def lower_reverse_subtract(call: Call) -> Value:
    """``other - alpha * self``."""
    value, other = call["self"], call["other"]
    if isinstance(value, Value) and isinstance(other, Value):
        return _residual(call, other, value, -float(call["alpha"]))
    alpha = float(call["alpha"])
    if not isinstance(value, Value):
        return call.affine(other, torch.ones(1), -alpha * _numbers(call, value, other))
    scale = torch.tensor([-alpha])
    return call.affine(value, scale, _numbers(call, other, value))


@lowers(aten.mul.Tensor, aten.mul.Scalar)
def lower_multiply(call: Call) -> Value:
    """The product with a constant, or of two layers, one of which may be spread over the other."""
    left, right = call["self"], call["other"]
    value, factor = (left, right) if isinstance(left, Value) else (right, left)
    if isinstance(factor, Value):
        function = product(call, value, factor)
        if function is not None:
            return function
        return _product(call, left, right)
    return call.affine(value, _numbers(call, factor, value), torch.zeros(1))


def _product(call: Call, left: Value, right: Value) -> Value:
    """The product of two layers, such as of an image and a gate for each of its channels."""
    if left.tail == right.tail:
        left, right = _alike(call, left, right)
    else:
        left, right = (spread(call, value) for value in (left, right))
    return call.add(
        Multiply(
            name=call.layer_name("mul"),
            inputs=(left.layer, right.layer),
            shape=left.shape,
            source=call.place.source,
        ),
        left.order,
    )


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
    return call.affine(value, 1.0 / _numbers(call, divisor, value), torch.zeros(1))


@lowers(aten.neg.default)
def lower_negate(call: Call) -> Value:
    """The product with -1."""
    return call.affine(call["self"], torch.tensor([-1.0]), torch.zeros(1))


def _numbers(call: Call, constant: Tensor | float, value: Value) -> Tensor:
    """`constant` as it is broadcast to the shape of `value`, without the batch axis."""
    tensor = torch.as_tensor(constant).detach().double()
    if tensor.ndim == 1 + len(value.tail) and tensor.shape[0] == 1:
        return tensor[0]
    return tensor


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
    over_classes = call.axis("dim", value) == 1
    if not call.is_end or not over_classes:
        raise call.unsupported(
            "inside the network", "keep it for the end, over the classes, where it is left out"
        )
    return call.leave_out(
        value,
        f"{call.operator} at the end ({call.place}) is left out: the class stays the same, and "
        "the scores are those before it",
    )
