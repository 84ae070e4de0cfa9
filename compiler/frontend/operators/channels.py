"""Channels side by side, and choices among them."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Sequence

import numpy as np
import torch
from torch import Tensor

from ...graph import ChannelSelect, Concat, Flatten, Outputs
from ..draft.call import Call, lowers
from ..draft.values import Value, channel_first

aten = torch.ops.aten


@lowers(aten.cat.default, aten.concat.default, aten.concatenate.default)
def lower_cat(call: Call) -> Value:
    """A `Concat` of images, or of vectors."""
    values = call["tensors"]
    if not all(isinstance(value, Value) for value in values):
        raise call.unsupported("with a constant", "put computed layers side by side")
    if len(values) == 1:
        return dataclasses.replace(values[0], tail=call.tail)
    if call.axis("dim", values[0]) != 1:
        raise call.unsupported(
            f"along dimension {call['dim']}", "put channels side by side, torch.cat(x, 1)"
        )
    if len(call.tail) > 3:
        raise call.unsupported(f"of tensors of shape {call.tail}", "use it on images or sequences")
    values = [call.arranged(value) for value in values]
    return call.add(
        Concat(
            name=call.layer_name("concat"),
            inputs=tuple(value.layer for value in values),
            shape=(sum(value.shape[0] for value in values), *values[0].shape[1:]),
            source=call.place.source,
        )
    )


@lowers(aten.stack.default)
def lower_stack(call: Call) -> Value:
    """A `Concat` whose channels torch sees along an axis of their own."""
    values = call["tensors"]
    if not all(isinstance(value, Value) for value in values):
        raise call.unsupported("with a constant", "stack computed layers")
    axis = int(call["dim"]) % (1 + len(call.tail))
    if axis == 0 or len(values[0].tail) > 3:
        raise call.unsupported(
            f"along dimension {axis} of tensors of shape {values[0].tail}",
            "stack images, sequences or vectors along another axis than the batch's",
        )
    values = [call.arranged(value) for value in values]
    shape = (sum(value.shape[0] for value in values), *values[0].shape[1:])
    layer = Concat(
        name=call.layer_name("stack"),
        inputs=tuple(value.layer for value in values),
        shape=shape,
        source=call.place.source,
    )
    parts = np.split(channel_first(shape), len(values))
    order = np.stack([part.reshape(values[0].tail) for part in parts], axis - 1)
    return call.add(layer, order)


@lowers(aten.chunk.default, aten.split.Tensor, aten.split_with_sizes.default, aten.split.sizes)
def lower_split(call: Call) -> list[Value]:
    """A `ChannelSelect` for each part."""
    value = call["self"]
    if call.axis("dim", value) != 1:
        raise call.unsupported(f"along dimension {call['dim']}", "split channels, dimension 1")
    count = value.tail[0]
    if "chunks" in call.arguments:
        size = -(-count // int(call["chunks"]))
    else:
        size = call.arguments.get("split_size", call.arguments.get("split_sizes"))
    sizes = [size] * -(-count // size) if isinstance(size, int) else [int(n) for n in size]
    parts, first = [], 0
    for size in sizes:
        channels = range(first, min(first + size, count))
        parts.append(select_channels(call, value, channels))
        first += size
    return parts


@lowers(aten.narrow.default)
def lower_narrow(call: Call) -> Value:
    """A `ChannelSelect` of channels that follow each other."""
    value = call["self"]
    if call.axis("dim", value) != 1:
        raise call.unsupported(f"along dimension {call['dim']}", "choose channels, dimension 1")
    start = int(call["start"]) % value.tail[0]
    return select_channels(call, value, range(start, start + int(call["length"])))


@lowers(aten.index_select.default)
def lower_index_select(call: Call) -> Value:
    """A `ChannelSelect` of any channels."""
    value, index = call["self"], call["index"]
    if not isinstance(index, Tensor) or call.axis("dim", value) != 1:
        raise call.unsupported("of anything but channels", "choose channels by constant numbers")
    return select_channels(call, value, index.tolist())


@lowers(aten.channel_shuffle.default, aten.native_channel_shuffle.default)
def lower_channel_shuffle(call: Call) -> Value:
    """A `ChannelSelect` of one channel of each group after the other."""
    value, groups = call["self"], int(call["groups"])
    numbers = torch.arange(value.tail[0]).reshape(groups, -1).T.flatten()
    return select_channels(call, value, numbers.tolist())


def lower_outputs(call: Call) -> Value:
    """`Outputs`, one after the other, each flattened."""
    values = [value for value in call.arguments.values() if isinstance(value, Value)]
    if len(values) < len(call.arguments):
        raise call.unsupported("that do not depend on the image", "return what does")
    for value in values:
        if not 1 <= len(value.tail) <= 3:
            raise call.unsupported(
                f"of a tensor of shape {value.tail}", "return images, sequences or vectors"
            )
    values = [call.arranged(value) for value in values]
    rows = []
    for value in values:
        if value.shape[1:] == (1, 1):
            rows.append(value.layer)
            continue
        flat = Flatten(
            name=call.draft.unique(f"{value.layer}.flatten"), inputs=(value.layer,),
            shape=(math.prod(value.shape), 1, 1),
        )  # fmt: skip
        call.draft.add(flat)
        rows.append(flat.name)
    return call.add(
        Outputs(
            name=call.draft.unique("outputs"), inputs=tuple(rows), shape=(call.tail[0], 1, 1),
            heads=tuple(value.layer for value in values),
            shapes=tuple(value.shape for value in values),
        )
    )  # fmt: skip


def select_channels(call: Call, value: Value, channels: Sequence[int]) -> Value:
    """`value` with some of its channels, in this order; nothing is added where it is all of them.

    Raises
    ------
    UnsupportedOperatorError: `value` is no image, sequence or vector, nor in an order of one.
    """
    if not 1 <= len(value.tail) <= 3:
        raise call.unsupported(
            f"of a tensor of shape {value.tail}",
            "use it on images (N, channels, height, width), sequences or vectors",
        )
    value = call.arranged(value)
    tail = (len(channels), *value.tail[1:])
    if list(channels) == list(range(value.shape[0])):
        return dataclasses.replace(value, tail=tail)
    layer = ChannelSelect(
        name=call.layer_name("channels"),
        inputs=(value.layer,),
        shape=(len(channels), *value.shape[1:]),
        source=call.place.source,
        channels=tuple(channels),
    )
    return dataclasses.replace(call.add(layer), tail=tail)
