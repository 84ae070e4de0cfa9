"""Flattening, and the slice-and-pad shortcut."""

from __future__ import annotations

import dataclasses
import math

import torch

from ...graph import Flatten, SlicePad
from ...program import Pair
from ..draft.call import Call, lowers
from ..draft.values import Value
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
    """A `Flatten`, or nothing where the image has one pixel or keeps its shape."""
    value = call["self"]
    if not isinstance(value, Value):
        raise call.unsupported("of a constant to a layer's shape", "use fixed sizes")
    if call.tail == value.tail:
        return value
    channels, height, width = value.shape
    if call.is_end and value.order is None and call.tail == value.shape[1:] and channels == 1:
        return dataclasses.replace(value, tail=call.tail)  # a map without its axis of one channel
    if call.is_end and call.tail == () and math.prod(value.shape) == 1:
        return dataclasses.replace(value, tail=call.tail)
    if height == width == 1 and value.order is None:
        if call.tail in ((channels,), (channels, 1), (channels, 1, 1)):
            return dataclasses.replace(value, tail=call.tail)
    elif call.tail == (math.prod(value.shape),):
        return _flatten(call, value)
    raise call.unsupported(
        f"from {value.tail} to {call.tail}", "flatten a whole image to a vector, flatten(1)"
    )


def _flatten(call: Call, value: Value) -> Value:
    return call.add(
        Flatten(
            name=call.layer_name("flatten"),
            inputs=(value.layer,),
            shape=(math.prod(value.shape), 1, 1),
            source=call.place.source,
        ),
        order=value.shape,
    )


@lowers(aten.slice.Tensor)
def lower_slice(call: Call) -> Value:
    """A `SlicePad` that keeps every n-th row or column, or a choice of channels."""
    value = call["self"]
    dimension = int(call["dim"]) % (1 + len(value.tail))
    step, start, end = int(call["step"]), call["start"] or 0, call["end"]
    # Of the images of a batch, a slice keeps all: it would have another shape.
    size = value.tail[dimension - 1] if dimension else 0
    whole = start == 0 and (end is None or end >= size)
    if whole and step == 1:
        return dataclasses.replace(value, tail=call.tail)
    if dimension == 1:
        return select_channels(
            call, value, range(size)[start : None if _is_open(end) else end : step]
        )
    if not whole or dimension < 2 or not value.is_image:
        raise call.unsupported(
            f"[{start}:{'' if end is None or _is_open(end) else end}:{step}] of dimension "
            f"{dimension}",
            "slice whole rows and columns with a step, x[:, :, ::2, ::2]",
        )
    return _slice_pad(call, value, (step, 1) if dimension == 2 else (1, step), (0, 0))


def _is_open(end: object) -> bool:
    """Whether `end` is torch's mark for "to the end", or a symbolic size."""
    return not isinstance(end, int) or end >= torch.iinfo(torch.int64).max


@lowers(aten.pad.default, aten.constant_pad_nd.default)
def lower_pad(call: Call) -> Value:
    """A `SlicePad` that adds channels of zeros."""
    value = call.image()
    # Pairs (before, after), the last axis first: width, height, channels, images.
    widths = [int(width) for width in call["pad"]] + [0] * 8
    columns, rows, channels, images = (
        (widths[2 * axis], widths[2 * axis + 1]) for axis in range(4)
    )
    if call.arguments.get("mode", "constant") != "constant" or call["value"]:
        raise call.unsupported("with anything but zeros", "pad with zeros")
    if any(columns) or any(rows) or any(images) or min(channels) < 0:
        raise call.unsupported(
            f"of rows and columns by {list(call['pad'])}",
            "use the padding of the convolution or pool that follows",
        )
    return _slice_pad(call, value, (1, 1), channels)


def _slice_pad(call: Call, value: Value, step: Pair, channels: Pair) -> Value:
    count, height, width = value.shape
    return call.add(
        SlicePad(
            name=call.layer_name("shortcut"),
            inputs=(value.layer,),
            shape=(count + sum(channels), -(-height // step[0]), -(-width // step[1])),
            source=call.place.source,
            step=step,
            channels=channels,
        )
    )
