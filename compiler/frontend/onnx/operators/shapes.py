"""Flattening, reshaping, and what else changes the order of numbers and not the numbers."""

from __future__ import annotations

import math
from typing import Any

import torch
from torch import Tensor

from ...aten import Ref
from ..node import Node, translates
from ..values import Computed, Sizes
from .sizes import sizes_of

aten = torch.ops.aten


@translates("Flatten")
def translate_flatten(node: Node) -> Any:
    """All axes behind the batch in one."""
    value = node.input(0)
    axis = node.attribute("axis", 1)
    rank = len(value.shape)
    axis = axis + rank if axis < 0 else axis
    if isinstance(value, Tensor):
        rows = math.prod(value.shape[:axis])
        return value.reshape(rows, -1)
    if axis != 1:
        raise node.unsupported(f"from axis {axis} on", "keep the images apart: axis=1")
    if rank == 2:
        return value
    return node.aten(aten.flatten.using_ints, value, 1)


@translates("Reshape")
def translate_reshape(node: Node) -> Any:
    """The same numbers in another shape; the images of a batch stay apart."""
    sizes = list(sizes_of(node, 1).entries)
    source = node.inputs[0]
    if isinstance(source, Sizes):
        return _reshaped_sizes(node, source, len(sizes))
    value = node.input(0)
    if not node.attribute("allowzero", 0):
        for axis, size in enumerate(sizes):
            if size == 0:
                if axis >= len(value.shape):
                    raise node.unsupported("with a 0 where there is no axis", "say the size")
                is_batch = axis == 0 and isinstance(value, Computed)
                sizes[axis] = (
                    node.aten(aten.sym_size.int, value, 0) if is_batch else value.shape[axis]
                )
    if isinstance(value, Computed) and sizes:
        sizes = _of_images(node, value, sizes)
    return node.aten(aten.reshape.default, value, sizes)


def _of_images(node: Node, value: Computed, sizes: list[int | Ref]) -> list[int | Ref]:
    """`sizes` with the number of images in front, if that is what they say.

    A 1 there is taken for any number: networks are exported for one image and run on many.
    """
    first, rest = sizes[0], [size for size in sizes[1:] if isinstance(size, int)]
    per_image = math.prod(value.shape[1:])
    keeps = isinstance(first, Ref) or first in (-1, 1, value.shape[0])
    if not keeps or len(rest) < len(sizes) - 1:
        return sizes
    if -1 in rest:
        known = math.prod(size for size in rest if size != -1)
        rest[rest.index(-1)] = per_image // max(known, 1)
    if math.prod(rest) != per_image:
        return sizes
    return [node.aten(aten.sym_size.int, value, 0), *rest]


def _reshaped_sizes(node: Node, source: Sizes, rank: int) -> Sizes:
    if rank > 1 or (rank == 0 and len(source.entries) != 1):
        raise node.unsupported("of sizes to a table", "keep them a list")
    return Sizes(source.entries, is_scalar=rank == 0)


@translates("Squeeze")
def translate_squeeze(node: Node) -> Any:
    """The same numbers without axes of size 1."""
    axes = node.integers("axes", 1)
    source = node.inputs[0]
    if isinstance(source, Sizes):
        return Sizes(source.entries, is_scalar=True)
    value = node.input(0)
    rank = len(value.shape)
    if axes is None:
        axes = [axis for axis, size in enumerate(value.shape) if size == 1]
    return node.aten(aten.squeeze.dims, value, sorted(node.axis(axis, rank) for axis in axes))


@translates("Unsqueeze")
def translate_unsqueeze(node: Node) -> Any:
    """The same numbers with axes of size 1 more."""
    axes = node.integers("axes", 1) or []
    source = node.inputs[0]
    if isinstance(source, Sizes):
        if not source.is_scalar:
            raise node.unsupported("of sizes to a table", "keep them a list")
        return Sizes(source.entries)
    value: Any = node.input(0)
    rank = len(value.shape) + len(axes)
    for axis in sorted(node.axis(axis, rank) for axis in axes):
        value = node.aten(aten.unsqueeze.default, value, axis)
    return value


@translates("Transpose")
def translate_transpose(node: Node) -> Any:
    """Axes in another order; what is turned and turned back is left alone."""
    value = node.input(0)
    rank = len(value.shape)
    order = node.attribute("perm", list(range(rank))[::-1])
    if sorted(order) != list(range(rank)):
        raise node.unsupported(f"with perm {order} of {rank} axes", "name every axis once")
    made = node.emitter.maker(value) if isinstance(value, Computed) else None
    if made is not None and made[0] == "permute":
        _, source, before = made
        value, order = source, [before[axis] for axis in order]
    if order == list(range(rank)):
        return value
    return node.aten(aten.permute.default, value, order)


@translates("Concat")
def translate_concat(node: Node) -> Any:
    """Tensors one behind the other, or lists of sizes."""
    axis = node.attribute("axis", 0)
    if any(isinstance(value, Sizes) for value in node.inputs):
        parts = [sizes_of(node, index) for index in range(len(node.inputs))]
        return Sizes(tuple(entry for part in parts for entry in part.entries))
    values = [node.input(index) for index in range(len(node.inputs))]
    return node.aten(aten.cat.default, values, axis)


@translates("Pad")
def translate_pad(node: Node) -> Any:
    """Zeros, or another number, around an image."""
    value = node.input(0)
    mode = node.attribute("mode", "constant")
    if mode != "constant":
        raise node.unsupported(f"with mode {mode[:20]}", "pad with zeros")
    pads = node.integers("pads", 1) or []
    filling = node.number("value", 2) or 0.0
    rank = len(value.shape)
    axes = [int(axis) for axis in node.constant(3).tolist()] if node.has(3) else list(range(rank))
    if len(pads) != 2 * len(axes):
        raise node.unsupported(f"with {len(pads)} pads for {len(axes)} axes", "give two for each")
    widths = [0] * (2 * rank)
    for number, axis in enumerate(axes):
        place = 2 * (rank - 1 - node.axis(axis, rank))
        widths[place : place + 2] = pads[number], pads[number + len(axes)]
    while widths and not any(widths[-2:]):
        del widths[-2:]
    return node.aten(aten.constant_pad_nd.default, value, widths, filling) if widths else value


@translates("Slice")
def translate_slice(node: Node) -> Any:
    """Every n-th of some rows, columns or channels; or some sizes."""
    starts, ends = node.integers("starts", 1) or [], node.integers("ends", 2) or []
    axes = node.integers("axes", 3)
    steps = node.integers("steps", 4)
    source = node.inputs[0]
    axes = list(range(len(starts))) if axes is None else axes
    steps = [1] * len(starts) if steps is None else steps
    if not len(starts) == len(ends) == len(axes) == len(steps):
        raise node.unsupported("with lists of several lengths", "export the model again")
    if any(step < 1 for step in steps):
        raise node.unsupported(f"with steps {steps}", "use steps of at least 1")
    if isinstance(source, Sizes):
        entries = source.entries
        for start, end, step in zip(starts, ends, steps, strict=True):
            entries = entries[start:end:step]
        return Sizes(entries)
    value: Any = node.input(0)
    rank = len(value.shape)
    for start, end, axis, step in zip(starts, ends, axes, steps, strict=True):
        end = min(end, torch.iinfo(torch.int64).max)
        value = node.aten(aten.slice.Tensor, value, node.axis(axis, rank), start, end, step)
    return value


@translates("Split")
def translate_split(node: Node) -> Any:
    """Channels in several parts."""
    value = node.input(0)
    rank = len(value.shape)
    axis = node.axis(node.attribute("axis", 0), rank)
    parts = node.integers("split", 1)
    count = node.attribute("num_outputs", 0) or max(node.results, 1)
    if parts is None:
        size = -(-value.shape[axis] // count)
        parts = [size] * (count - 1) + [value.shape[axis] - size * (count - 1)]
    return tuple(node.aten(aten.split_with_sizes.default, value, parts, axis))


@translates("Expand")
def translate_expand(node: Node) -> Any:
    """A constant in a larger shape."""
    sizes = list(sizes_of(node, 1).entries)
    value = node.constant(0)
    if not all(isinstance(size, int) for size in sizes):
        raise node.unsupported("to the number of images", "use a constant that fits by itself")
    return node.aten(aten.expand.default, value, _larger(tuple(value.shape), sizes))


def _larger(shape: tuple[int, ...], sizes: list[Any]) -> list[Any]:
    """`sizes`, which a 1 in them leaves as `shape` has it."""
    missing = len(shape) - len(sizes)
    both = zip([1] * -missing + list(shape), [1] * missing + sizes, strict=True)
    return [own if wanted == 1 else wanted for own, wanted in both]
