"""The operators that a file may name, by the names that torch writes.

torch's loader finds operators by attribute, from any module of torch: ``torch.os.system`` is as
good to it as ``torch.ops.aten.relu.default``. Here a name is looked up in a table, and what it
stands for is decided in this file: what the front end makes layers of, the same in place, what a
network computes its weights and constants with, and arithmetic on sizes. All of them compute
numbers from numbers; none touches a file, a device or memory beyond its results.
"""

from __future__ import annotations

import operator
from collections.abc import Callable
from typing import Any

import torch
from torch._ops import OpOverload

from ..aten import CHECKS, Target
from ..draft.call import LOWERINGS, in_place_twins

_aten = torch.ops.aten

_FROM_NUMBERS: tuple[OpOverload, ...] = (
    _aten.arange.default, _aten.arange.start, _aten.arange.start_step, _aten.eye.default,
    _aten.eye.m, _aten.full.default, _aten.full_like.default, _aten.linspace.default,
    _aten.new_full.default, _aten.new_ones.default, _aten.new_zeros.default, _aten.ones.default,
    _aten.ones_like.default, _aten.scalar_tensor.default, _aten.zeros.default,
    _aten.zeros_like.default,
)  # fmt: skip
"""Tensors made of numbers."""

_ELEMENT_BY_ELEMENT: tuple[OpOverload, ...] = (
    _aten.abs.default, _aten.ceil.default, _aten.copy_.default, _aten.eq.Scalar, _aten.eq.Tensor,
    _aten.exp.default, _aten.fill_.Scalar, _aten.fill_.Tensor, _aten.floor.default,
    _aten.ge.Scalar, _aten.ge.Tensor, _aten.gt.Scalar, _aten.gt.Tensor, _aten.le.Scalar,
    _aten.le.Tensor, _aten.log.default, _aten.logical_and.default, _aten.logical_not.default,
    _aten.logical_or.default, _aten.lt.Scalar, _aten.lt.Tensor, _aten.maximum.default,
    _aten.minimum.default, _aten.ne.Scalar, _aten.ne.Tensor, _aten.pow.Tensor_Scalar,
    _aten.pow.Tensor_Tensor, _aten.reciprocal.default, _aten.round.default, _aten.rsqrt.default,
    _aten.sign.default, _aten.sqrt.default, _aten.square.default, _aten.where.self,
    _aten.zero_.default,
)  # fmt: skip

_OF_MANY_ONE: tuple[OpOverload, ...] = (
    _aten._weight_norm.default, _aten._weight_norm_interface.default, _aten.amax.default,
    _aten.amin.default, _aten.dot.default, _aten.linalg_vector_norm.default, _aten.max.default,
    _aten.mean.default, _aten.min.default, _aten.mv.default, _aten.norm.Scalar,
    _aten.norm.ScalarOpt_dim, _aten.norm.ScalarOpt_dim_dtype, _aten.norm_except_dim.default,
    _aten.outer.default, _aten.prod.default, _aten.std.correction, _aten.sum.default,
    _aten.sum.dim_IntList, _aten.var.correction,
)  # fmt: skip
"""Sums, norms and products, as weight norm and spectral norm take them."""

_REARRANGED: tuple[OpOverload, ...] = (
    _aten.cat.default, _aten.chunk.default, _aten.detach_.default, _aten.diag.default,
    _aten.expand.default, _aten.expand_as.default, _aten.flip.default, _aten.movedim.int,
    _aten.movedim.intlist, _aten.narrow.default, _aten.permute.default, _aten.repeat.default,
    _aten.roll.default, _aten.select.int, _aten.split.Tensor, _aten.split_with_sizes.default,
    _aten.stack.default, _aten.swapaxes.default, _aten.t.default, _aten.tile.default,
    _aten.transpose.int, _aten.tril.default, _aten.triu.default, _aten.unbind.int,
)  # fmt: skip

_SIZES: dict[str, Callable[..., Any]] = {
    f"_operator.{function.__name__}": function
    for function in (
        operator.add, operator.sub, operator.mul, operator.floordiv, operator.mod, operator.neg,
        operator.eq, operator.ne, operator.lt, operator.le, operator.gt, operator.ge,
    )
} | {"torch.sym_max": max, "torch.sym_min": min, "torch.sym_not": operator.not_}  # fmt: skip
"""Arithmetic on the sizes of tensors."""


def known_operators() -> dict[str, Target | None]:
    """What each name stands for, as `LOWERINGS` is now; None for what is left out."""
    of_aten = (
        *_FROM_NUMBERS, *_ELEMENT_BY_ELEMENT, *_OF_MANY_ONE, *_REARRANGED, *LOWERINGS,
        *in_place_twins(), _aten.sym_size.int,
    )  # fmt: skip
    table: dict[str, Target | None] = dict(_SIZES)
    table |= {_name(target): None for target in CHECKS}
    table |= {_name(target): target for target in of_aten}
    return table


def _name(target: OpOverload) -> str:
    return f"torch.ops.{target}"
