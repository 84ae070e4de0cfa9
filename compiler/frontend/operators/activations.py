"""Activation functions that are more than a clamp."""

from __future__ import annotations

import math

import numpy as np
import torch
from torch import Tensor

from ...graph import Activation
from ..draft.call import Call, lowers
from ..draft.values import Value

aten = torch.ops.aten

_NAMES = {
    aten.tanh.default: "tanh",
    aten.hardsigmoid.default: "hard_sigmoid",
    aten.hardswish.default: "hard_swish",
    aten.silu.default: "silu",
    aten.mish.default: "mish",
    aten.abs.default: "abs",
}
"""Functions without parameters."""

_SELU = (1.6732632423543772848170429916717, 1.0507009873554804934193349852946)
"""Alpha and scale, as torch has them."""


@lowers(*_NAMES)
def lower_function(call: Call) -> Value:
    """A function without parameters."""
    names = {target._schema.name.partition("::")[2]: name for target, name in _NAMES.items()}
    return activation(call, names[call.operator])


@lowers(aten.sigmoid.default)
def lower_sigmoid(call: Call) -> Value:
    """Nothing at the end of the network, where it does not change which score is larger."""
    return _left_out(call) if call.is_end else activation(call, "sigmoid")


@lowers(aten.log_sigmoid.default)
def lower_log_sigmoid(call: Call) -> Value:
    """Nothing at the end of the network, where it does not change which score is larger."""
    return _left_out(call) if call.is_end else activation(call, "log_sigmoid")


def _left_out(call: Call) -> Value:
    return call.leave_out(
        call.layer_value(),
        f"{call.operator} at the end ({call.place}) is left out: the order of scores stays the "
        "same, and a probability above 0.5 is a score above 0",
    )


@lowers(aten.gelu.default)
def lower_gelu(call: Call) -> Value:
    """The exact form, or the one with tanh."""
    return activation(call, {"none": "gelu", "tanh": "gelu_tanh"}[call["approximate"]])


@lowers(aten.leaky_relu.default)
def lower_leaky_relu(call: Call) -> Value:
    """A smaller slope below zero."""
    return activation(call, "leaky_relu", call["negative_slope"])


@lowers(aten.rrelu.default)
def lower_randomized_leaky_relu(call: Call) -> Value:
    """In evaluation mode the slope below zero is the middle of its range."""
    if call["training"]:
        raise call.unsupported("in training mode", "call the network's eval() before exporting it")
    return activation(call, "leaky_relu", (float(call["lower"]) + float(call["upper"])) / 2)


@lowers(aten.prelu.default, aten._prelu_kernel.default)
def lower_prelu(call: Call) -> Value:
    """A slope below zero for all channels, or for each."""
    value, slopes = call.layer_value(), call.constant("weight")
    assert slopes is not None
    return activation(call, "leaky_relu", _per_channel(call, slopes, value))


@lowers(aten.elu.default)
def lower_elu(call: Call) -> Value:
    """An exponential below zero."""
    return activation(call, "elu", call["alpha"], call["scale"], call["input_scale"])


@lowers(aten.selu.default)
def lower_selu(call: Call) -> Value:
    """An ELU with constants of its own."""
    return activation(call, "elu", *_SELU, 1.0)


@lowers(aten.celu.default)
def lower_celu(call: Call) -> Value:
    """An ELU that is smooth at zero."""
    alpha = float(call["alpha"])
    return activation(call, "elu", alpha, 1.0, 1.0 / alpha)


@lowers(aten.softplus.default)
def lower_softplus(call: Call) -> Value:
    """A smooth ReLU."""
    return activation(call, "softplus", call["beta"], call["threshold"])


@lowers(aten.hardshrink.default, aten.softshrink.default)
def lower_shrink(call: Call) -> Value:
    """Zero around zero."""
    name = {"hardshrink": "hard_shrink", "softshrink": "soft_shrink"}[call.operator]
    return activation(call, name, call["lambd"])


@lowers(aten.threshold.default)
def lower_threshold(call: Call) -> Value:
    """A constant up to a threshold."""
    return activation(call, "threshold", call["threshold"], call["value"])


def activation(call: Call, function: str, *parameters: float | Tensor) -> Value:
    """Append an `Activation` of the call's argument.

    Parameters
    ----------
    call: of an operator with one layer among its arguments.
    function: its name in `FUNCTIONS`.
    parameters: of the function; a tensor has one number for each channel, in the layer's order.
    """
    value = call.layer_value()
    rows = [torch.as_tensor(row, dtype=torch.float64).reshape(-1).numpy() for row in parameters]
    width = max((len(row) for row in rows), default=1)
    table = np.array([np.broadcast_to(row, width) for row in rows]).reshape(len(rows), width)
    if not all(math.isfinite(number) for number in table.flat):
        raise call.unsupported("with NaN or infinite parameters", "use numbers")
    return call.add(
        Activation(
            name=call.layer_name(call.operator),
            inputs=(value.layer,),
            shape=value.shape,
            source=call.place.source,
            function=function,
            parameters=table,
        ),
        value.order,
    )


def _per_channel(call: Call, slopes: Tensor, value: Value) -> Tensor:
    """`slopes` of torch's channels, of which there may be one for all, in the layer's order."""
    flat = slopes.reshape(-1)
    if len(flat) == 1:
        return flat
    found = None
    if len(flat) == value.tail[0]:
        found = value.by_channel(flat.reshape(-1, *[1] * (len(value.tail) - 1)))
    if found is None:
        raise call.unsupported(
            f"with {len(flat)} slopes for {value.tail[0]} channels", "use one, or one per channel"
        )
    return torch.from_numpy(found)
