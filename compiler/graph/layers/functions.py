"""Activation functions by name, in double precision: what a table of one holds.

`tabfab.compiler.graph.operators.activation` computes the same with torch. Nothing here imports
torch.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Doubles = NDArray[np.float64]


@dataclass(frozen=True)
class Function:
    """An elementwise function.

    Parameters
    ----------
    compute: from values of any shape, and the parameters, each of a shape that is broadcast to it.
    parameters: names of these, in order.
    nonnegative: it is nowhere below 0.
    keeps_sign: it is nowhere below 0 where its argument is not, whatever the parameters.
    """

    compute: Callable[..., Doubles]
    parameters: tuple[str, ...] = ()
    nonnegative: bool = False
    keeps_sign: bool = True


def _sigmoid(x: Doubles) -> Doubles:
    from scipy.special import expit

    result: Doubles = expit(x)
    return result


def _hard_sigmoid(x: Doubles) -> Doubles:
    result: Doubles = np.clip(x + 3, 0, 6) / 6
    return result


def _gelu(x: Doubles) -> Doubles:
    from scipy.special import ndtr

    result: Doubles = x * ndtr(x)
    return result


def _gelu_tanh(x: Doubles) -> Doubles:
    result: Doubles = 0.5 * x * (1 + np.tanh(np.sqrt(2 / np.pi) * (x + 0.044715 * x**3)))
    return result


def _elu(x: Doubles, alpha: Doubles, scale: Doubles, input_scale: Doubles) -> Doubles:
    below = alpha * np.expm1(np.minimum(x, 0) * input_scale)
    return scale * np.where(x > 0, x, below)


def _softplus(x: Doubles, beta: Doubles, threshold: Doubles) -> Doubles:
    return np.where(x * beta > threshold, x, np.logaddexp(0, x * beta) / beta)


def _mish(x: Doubles) -> Doubles:
    return x * np.tanh(np.logaddexp(0, x))


def _leaky_relu(x: Doubles, slope: Doubles) -> Doubles:
    return np.where(x > 0, x, slope * x)


def _hard_shrink(x: Doubles, limit: Doubles) -> Doubles:
    return np.where(np.abs(x) > limit, x, 0.0)


def _soft_shrink(x: Doubles, limit: Doubles) -> Doubles:
    return np.sign(x) * np.maximum(np.abs(x) - limit, 0)


def _threshold(x: Doubles, threshold: Doubles, value: Doubles) -> Doubles:
    return np.where(x > threshold, x, value)


FUNCTIONS: dict[str, Function] = {
    "abs": Function(np.abs, nonnegative=True),
    "tanh": Function(np.tanh),
    "sigmoid": Function(_sigmoid, nonnegative=True),
    "hard_sigmoid": Function(_hard_sigmoid, nonnegative=True),
    "hard_swish": Function(lambda x: x * _hard_sigmoid(x)),
    "silu": Function(lambda x: x * _sigmoid(x)),
    "gelu": Function(_gelu),
    "gelu_tanh": Function(_gelu_tanh),
    "leaky_relu": Function(_leaky_relu, ("slope",)),
    "elu": Function(_elu, ("alpha", "scale", "input_scale"), keeps_sign=False),
    "softplus": Function(_softplus, ("beta", "threshold"), keeps_sign=False),
    "mish": Function(_mish),
    "log_sigmoid": Function(lambda x: -np.logaddexp(0, -x), keeps_sign=False),
    "soft_sign": Function(lambda x: x / (1 + np.abs(x))),
    "tanh_shrink": Function(lambda x: x - np.tanh(x)),
    "hard_shrink": Function(_hard_shrink, ("limit",)),
    "soft_shrink": Function(_soft_shrink, ("limit",)),
    "threshold": Function(_threshold, ("threshold", "value"), keeps_sign=False),
}
"""By name; a test may add to it. A ReLU and other clamps are none of these: whatever produces
their input clamps it."""
