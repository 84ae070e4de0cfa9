"""Constants, and what exporters compute of them."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor

from ..node import Node, translates
from ..values import Computed
from .sizes import sizes_of
from .written import note_power

aten = torch.ops.aten
_FUNCTIONS = {
    "Ceil": aten.ceil.default,
    "Exp": aten.exp.default,
    "Floor": aten.floor.default,
    "Log": aten.log.default,
    "Reciprocal": aten.reciprocal.default,
    "Round": aten.round.default,
    "Sign": aten.sign.default,
    "Sqrt": aten.sqrt.default,
}
"""Functions that are computed of constants, and of nothing else."""


@translates("Constant")
def translate_constant(node: Node) -> Any:
    """A tensor, or numbers."""
    for name in ("value", "value_float", "value_floats", "value_int", "value_ints"):
        value = node.attribute(name)
        if isinstance(value, Tensor):
            return value
        if value is not None:
            dtype = torch.float32 if "float" in name else torch.int64
            return torch.tensor(value, dtype=dtype)
    raise node.unsupported("without a number", "use numbers")


@translates("ConstantOfShape")
def translate_filled(node: Node) -> Any:
    """A tensor of one number."""
    sizes = sizes_of(node, 0).entries
    value = node.attribute("value", torch.zeros(1))
    if not all(isinstance(size, int) for size in sizes) or value.numel() != 1:
        raise node.unsupported("of the number of images", "use a constant of fixed size")
    return node.aten(aten.expand.default, value.reshape(()), list(sizes))


@translates(*_FUNCTIONS)
def translate_function(node: Node) -> Any:
    """The function of a constant; of a layer, it is refused."""
    return node.aten(_FUNCTIONS[node.operator], node.input(0))


@translates("Pow")
def translate_power(node: Node) -> Any:
    """The power of a constant; of a layer, a step of GELU."""
    value, exponent = node.input(0), node.input(1)
    result = node.aten(aten.pow.Tensor_Tensor, value, exponent)
    if isinstance(result, Computed):
        note_power(node, value, exponent, result)
    return result
