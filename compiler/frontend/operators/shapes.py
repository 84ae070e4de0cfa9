"""Views, permutations and slices, which leave no layer behind where they are a matter of order."""

from __future__ import annotations

import dataclasses
import math

import numpy as np
import torch

from ...graph import Flatten, Pad, SlicePad
from ...program import NO_EDGES, Edges, Pair, kept_pixels
from ..draft.call import Call, lowers
from ..draft.values import Value, as_image
from .channels import select_channels

aten = torch.ops.aten


@lowers(
    aten._unsafe_view.default,
    aten.flatten.using_ints,
    aten.reshape.default,
    aten.reshape_as.default,
    aten.squeeze.default,
    aten.squeeze.dim,
    aten.squeeze.dims,
    aten.unflatten.int,
    aten.unsqueeze.default,
    aten.view.default,
    aten.view_as.default,
    same_numbers=True,
)
def lower_view(call: Call) -> Value:
    """Another shape of the same numbers; a `Flatten` where that is a vector."""
    value = call["self"]
    if not isinstance(value, Value):
        raise call.unsupported("of a constant to a layer's shape", "use fixed sizes")
    order = None if value.order is None else value.order.reshape(call.tail)
    viewed = dataclasses.replace(value, tail=call.tail, order=order)
    if len(call.tail) == 1 and len(value.tail) != 1 and value.shape[1:] != (1, 1):
        return flattened(call, viewed)
    return viewed


def flattened(call: Call, value: Value, name: str | None = None) -> Value:
    """`value` as some of a vector, of a layer that is called `name`, or as the call has it."""
    layer = Flatten(
        name=call.layer_name("flatten") if name is None else call.draft.unique(name),
        inputs=(value.layer,),
        shape=(math.prod(value.shape), 1, 1),
        source=call.place.source,
    )
    call.draft.add(layer)
    return Value(layer.name, layer.shape, value.tail, value.places)


@lowers(aten.permute.default, same_numbers=True)
def lower_permute(call: Call) -> Value:
    """The same numbers in another order of the axes."""
    return _permuted(call, [int(dim) for dim in call["dims"]])


@lowers(aten.transpose.int, aten.t.default, aten.numpy_T.default, same_numbers=True)
def lower_transpose(call: Call) -> Value:
    """Two axes the other way round."""
    axes = list(range(1 + len(call.layer_value().tail)))
    first, second = int(call.arguments.get("dim0", 0)), int(call.arguments.get("dim1", 1))
    axes[first], axes[second] = axes[second], axes[first]
    return _permuted(call, axes)


@lowers(aten.movedim.int, aten.movedim.intlist, same_numbers=True)
def lower_move(call: Call) -> Value:
    """Axes in other places."""
    value = call.layer_value()
    numbers = np.moveaxis(_with_batch(value), call["source"], call["destination"])
    return dataclasses.replace(value, tail=call.tail, order=numbers[0].reshape(call.tail))


def _permuted(call: Call, axes: list[int]) -> Value:
    value = call.layer_value()
    order = _with_batch(value).transpose(axes)[0]
    return dataclasses.replace(value, tail=call.tail, order=order)


def _with_batch(value: Value) -> np.ndarray[tuple[int, ...], np.dtype[np.int64]]:
    """(1, tail) the value's places: an axis of one stands for the images of a batch."""
    return value.places[None]


@lowers(aten.slice.Tensor)
def lower_slice(call: Call) -> Value:
    """Some of the numbers: a `SlicePad` of every n-th row or column, a choice of channels."""
    value = call["self"]
    dimension = call.axis("dim", value)
    step, start, end = int(call["step"]), call["start"] or 0, call["end"]
    # Of the images of a batch, a slice keeps all: it would have another shape.
    size = value.tail[dimension - 1] if dimension else 0
    whole = start == 0 and (end is None or end >= size)
    if whole and step == 1:
        return dataclasses.replace(value, tail=call.tail)
    is_image = value.order is None and 2 <= len(value.tail) <= 3
    is_image = is_image and as_image(value.tail) == value.shape
    kept = slice(start, end, step)
    if dimension == 1 and is_image:
        return select_channels(call, value, range(size)[kept])
    if whole and dimension >= 2 and is_image:
        down = dimension == 2 and len(value.tail) == 3
        steps = (step, 1) if down else (1, step)
        return slice_pad(call, call.layer_name("shortcut"), value, step=steps)
    return _chosen(call, value, dimension, kept)


@lowers(aten.select.int)
def lower_select(call: Call) -> Value:
    """The numbers at one place of an axis."""
    value = call.layer_value()
    return _chosen(call, value, call.axis("dim", value), int(call["index"]))


@lowers(aten.unbind.int)
def lower_unbind(call: Call) -> list[Value]:
    """The numbers at each place of an axis."""
    value = call.layer_value()
    axis = call.axis("dim", value)
    if axis == 0:
        raise call.unsupported("of the images of a batch", "keep the batch axis first and as it is")
    return [_chosen(call, value, axis, number) for number in range(value.tail[axis - 1])]


def _chosen(call: Call, value: Value, dimension: int, which: slice | int) -> Value:
    """What a slice keeps, as long as nothing needs it as an image of its own."""
    order = value.places[(slice(None),) * (dimension - 1) + (which,)]
    return dataclasses.replace(value, tail=call.tail, order=order)


@lowers(aten.pad.default, aten.constant_pad_nd.default)
def lower_pad(call: Call) -> Value:
    """A `Pad` of rows and columns, or a `SlicePad` that adds channels, of zeros."""
    value = call.layer_value()
    mode = call.arguments.get("mode", "constant")
    if mode != "constant":
        raise call.unsupported(f"with mode={mode!r}", "pad with zeros (padding_mode='zeros')")
    if call["value"]:
        raise call.unsupported(f"with value={call['value']:g}", "pad with zeros, value=0")
    axes = len(value.tail) - 1
    image = call.image("self", axes) if axes in (1, 2) else call.image("self")
    # Pairs (before, after), the last axis first: width, height, channels, images.
    widths = [int(width) for width in call["pad"]] + [0] * 8
    pairs = [(widths[2 * axis], widths[2 * axis + 1]) for axis in range(4)]
    columns, rows = pairs[0], pairs[1] if axes == 2 else (0, 0)
    channels, images = pairs[axes : axes + 2]
    if any(images):
        raise call.unsupported("of images of a batch", "keep the batch axis first and as it is")
    if min(channels) < 0:
        raise call.unsupported(f"by {list(call['pad'])}, which cuts off channels", "slice them")
    rows, columns, image = _without_cut(call, image, rows, columns)
    if any(columns) or any(rows):
        _, height, width = image.shape
        image = call.add(
            Pad(
                name=call.layer_name("pad"),
                inputs=(image.layer,),
                shape=(image.shape[0], height + sum(rows), width + sum(columns)),
                source=call.place.source,
                border=(rows, columns),
            )
        )
    if not any(channels):
        return image
    return slice_pad(call, call.layer_name("shortcut"), image, channels=channels)


def _without_cut(call: Call, image: Value, rows: Pair, columns: Pair) -> tuple[Pair, Pair, Value]:
    """What is padded by 0 or more, of an image of which negative padding has cut off the rest."""
    cut = _at_least_0((-rows[0], -rows[1])), _at_least_0((-columns[0], -columns[1]))
    if cut == NO_EDGES:
        return rows, columns, image
    made = slice_pad(call, call.layer_name("crop"), image, cut=cut)
    return _at_least_0(rows), _at_least_0(columns), made


def _at_least_0(pair: Pair) -> Pair:
    return max(0, pair[0]), max(0, pair[1])


def slice_pad(
    call: Call,
    name: str,
    value: Value,
    *,
    step: Pair = (1, 1),
    channels: Pair = (0, 0),
    cut: Edges = NO_EDGES,
) -> Value:
    """A `SlicePad` of an image; parameters are its own."""
    rows, columns = kept_pixels(value.shape[1:], cut, step)
    return call.add(
        SlicePad(
            name=name,
            inputs=(value.layer,),
            shape=(value.shape[0] + sum(channels), len(rows), len(columns)),
            source=call.place.source,
            step=step,
            channels=channels,
            cut=cut,
        )
    )
