"""Sizes of tensors, as exporters compute them to reshape by: numbers, or the number of images."""

from __future__ import annotations

import operator
from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor

from ...aten import Ref
from ..node import Node, translates
from ..values import Computed, Sizes

aten = torch.ops.aten
_ARITHMETIC: dict[str, Callable[[int, int], int]] = {
    "Add": operator.add,
    "Sub": operator.sub,
    "Mul": operator.mul,
    "Div": operator.floordiv,
}
_BEYOND = 1 << 62


@translates("Shape")
def translate_shape(node: Node) -> Any:
    """The sizes of a tensor."""
    value = node.input(0)
    if isinstance(value, Tensor):
        entries: list[int | Ref] = list(value.shape)
    else:
        batch = node.aten(aten.sym_size.int, value, 0)
        entries = [batch, *value.shape[1:]]
    start = node.attribute("start", 0)
    end = node.attribute("end", len(entries))
    return Sizes(tuple(entries[start:end]))


@translates("Size")
def translate_size(node: Node) -> Any:
    """The number of elements of a constant."""
    return torch.tensor(node.constant(0).numel())


@translates("Gather")
def translate_gather(node: Node) -> Any:
    """Some of a list of sizes, or of a constant."""
    source, indices = node.inputs[0], node.constant(1)
    axis = node.attribute("axis", 0)
    if isinstance(source, Sizes):
        try:
            picked = [source.entries[int(index)] for index in indices.reshape(-1)]
        except IndexError:
            raise node.unsupported("of a size that there is not", "export it again") from None
        if indices.ndim > 1:
            raise node.unsupported("of sizes by a table", "use a list")
        return Sizes(tuple(picked), is_scalar=indices.ndim == 0)
    value = node.input(0)
    rank = len(value.shape)
    axis = node.axis(axis, rank)
    if indices.ndim == 0:
        return node.aten(aten.select.int, value, axis, int(indices))
    if indices.ndim != 1:
        raise node.unsupported("by a table of places", "use a list, or one place")
    size = value.shape[axis]
    return node.aten(aten.index_select.default, value, axis, indices % size)


def arithmetic(node: Node) -> Sizes:
    """A sum, product and so on of sizes that are numbers, element by element."""
    left, right = (sizes_of(node, index) for index in range(2))
    length = max(len(left.entries), len(right.entries))
    pairs = [
        entries if len(entries) == length else entries * length
        for entries in (left.entries, right.entries)
    ]
    function = _ARITHMETIC[node.operator]
    results = []
    for a, b in zip(*pairs, strict=False):
        known = isinstance(a, int) and isinstance(b, int)
        if not known or (node.operator == "Div" and b == 0):
            raise node.unsupported(
                "with the number of images", "export the model for a fixed number of images"
            )
        assert isinstance(a, int)
        assert isinstance(b, int)
        results.append(max(-_BEYOND, min(function(a, b), _BEYOND)))
    return Sizes(tuple(results), left.is_scalar and right.is_scalar)


def sizes_of(node: Node, index: int) -> Sizes:
    """An input that is a list of sizes, or a constant list of whole numbers.

    Raises
    ------
    UnsupportedOperatorError: it is something else.
    """
    value = node.inputs[index] if node.has(index) else None
    if isinstance(value, Sizes):
        return value
    if isinstance(value, Tensor) and value.ndim <= 1 and not value.is_floating_point():
        return Sizes(tuple(int(n) for n in value.reshape(-1).tolist()), value.ndim == 0)
    what = "a computed one" if isinstance(value, Computed) else "none"
    raise node.unsupported(f"with {what} where sizes are needed", "use fixed sizes")
