"""Activation functions."""

from __future__ import annotations

from typing import Any

import torch

from ..node import Node, translates
from ..values import Computed, Quantized
from .quantization import narrowed
from .written import note_erf, note_tanh

aten = torch.ops.aten

_PLAIN = {
    "Abs": aten.abs.default,
    "Mish": aten.mish.default,
    "HardSwish": aten.hardswish.default,
    "Relu": aten.relu.default,
    "Sigmoid": aten.sigmoid.default,
}
"""Functions without parameters."""
_CLOSE = 1e-6
"""How near a written constant is to the one that it stands for, in float32."""


@translates(*_PLAIN)
def translate_function(node: Node) -> Any:
    """The function of the same name."""
    return node.aten(_PLAIN[node.operator], node.input(0))


@translates("Softplus")
def translate_softplus(node: Node) -> Any:
    """A smooth ReLU."""
    return node.aten(aten.softplus.default, node.input(0))


@translates("Clip")
def translate_clip(node: Node) -> Any:
    """A clamp between constants."""
    if isinstance(node.inputs[0], Quantized):
        return narrowed(node, node.inputs[0])
    low, high = _limit(node.number("min", 1), -1), _limit(node.number("max", 2), 1)
    value = node.input(0)
    return value if low is high is None else node.aten(aten.clamp.default, value, low, high)


def _limit(number: float | None, side: int) -> float | None:
    """One end of a clamp; none where it is beyond what single precision holds."""
    far = number is None or side * number >= torch.finfo(torch.float32).max
    return None if far else number


@translates("LeakyRelu")
def translate_leaky_relu(node: Node) -> Any:
    """A smaller slope below zero."""
    return node.aten(aten.leaky_relu.default, node.input(0), node.attribute("alpha", 0.01))


@translates("PRelu")
def translate_prelu(node: Node) -> Any:
    """A slope below zero for all channels, or for each."""
    value, slope = node.computed(0), node.constant(1)
    channels = value.shape[1] if len(value.shape) > 1 else 1
    flat = slope.reshape(-1)
    per_channel = slope.ndim == len(value.shape) - 1 and slope.shape[0] == channels
    if len(flat) != 1 and not (per_channel and len(flat) == channels):
        raise node.unsupported(
            f"with slopes of shape {tuple(slope.shape)}", "use one slope, or one per channel"
        )
    return node.aten(aten.prelu.default, value, flat)


@translates("Elu")
def translate_elu(node: Node) -> Any:
    """An exponential below zero."""
    return node.aten(aten.elu.default, node.input(0), node.attribute("alpha", 1.0))


@translates("Selu")
def translate_selu(node: Node) -> Any:
    """An ELU with a factor."""
    alpha = node.attribute("alpha", 1.6732632423543772)
    gamma = node.attribute("gamma", 1.0507009873554805)
    return node.aten(aten.elu.default, node.input(0), alpha, gamma)


@translates("Celu")
def translate_celu(node: Node) -> Any:
    """An ELU that is smooth at zero."""
    return node.aten(aten.celu.default, node.input(0), node.attribute("alpha", 1.0))


@translates("HardSigmoid")
def translate_hard_sigmoid(node: Node) -> Any:
    """``clamp(alpha * x + beta, 0, 1)``."""
    alpha, beta = node.attribute("alpha", 0.2), node.attribute("beta", 0.5)
    value = node.input(0)
    if abs(alpha - 1 / 6) < _CLOSE and beta == 0.5:
        return node.aten(aten.hardsigmoid.default, value)
    slanted = node.aten(aten.mul.Tensor, value, torch.tensor(alpha))
    raised = node.aten(aten.add.Tensor, slanted, torch.tensor(beta))
    return node.aten(aten.clamp.default, raised, 0.0, 1.0)


@translates("Softsign")
def translate_softsign(node: Node) -> Any:
    """``x / (1 + abs(x))``."""
    value = node.input(0)
    divisor = node.aten(aten.add.Tensor, node.aten(aten.abs.default, value), torch.tensor(1.0))
    return node.aten(aten.div.Tensor, value, divisor)


@translates("Swish")
def translate_swish(node: Node) -> Any:
    """``x * sigmoid(alpha * x)``; SiLU where alpha is 1."""
    value, alpha = node.input(0), node.attribute("alpha", 1.0)
    if alpha == 1:
        return node.aten(aten.silu.default, value)
    inner = node.aten(aten.mul.Tensor, value, torch.tensor(alpha))
    return node.aten(aten.mul.Tensor, value, node.aten(aten.sigmoid.default, inner))


@translates("ThresholdedRelu")
def translate_threshold(node: Node) -> Any:
    """Zero up to a threshold."""
    return node.aten(aten.threshold.default, node.input(0), node.attribute("alpha", 1.0), 0.0)


@translates("Shrink")
def translate_shrink(node: Node) -> Any:
    """Zero around zero; what is beyond stays, or moves to zero by as much."""
    width, bias = node.attribute("lambd", 0.5), node.attribute("bias", 0.0)
    if bias not in (0.0, width):
        raise node.unsupported(
            f"with lambd {width:g} and bias {bias:g}", "use a bias of 0 or lambd"
        )
    return node.aten(
        aten.hardshrink.default if bias == 0 else aten.softshrink.default, node.input(0), width
    )


@translates("Gelu")
def translate_gelu(node: Node) -> Any:
    """The exact form, or the one with tanh."""
    kind = node.attribute("approximate", "none")
    if kind not in ("none", "tanh"):
        raise node.unsupported("with another approximation", "use none or tanh")
    return node.aten(aten.gelu.default, node.input(0), kind)


@translates("Erf")
def translate_erf(node: Node) -> Any:
    """Of x / sqrt(2), a step of GELU; of anything else refused."""
    value = node.input(0)
    result = node.aten(aten.erf.default, value)
    if isinstance(result, Computed):
        note_erf(node, value, result)
    return result


@translates("Tanh")
def translate_tanh(node: Node) -> Any:
    """The function of the same name, or a step of GELU."""
    value = node.input(0)
    result = node.aten(aten.tanh.default, value)
    if isinstance(result, Computed):
        note_tanh(node, value, result)
    return result
