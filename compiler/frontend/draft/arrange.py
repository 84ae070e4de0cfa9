"""Bringing what torch sees of a layer into the order in which a layer of its own would have it.

A network may view, permute and slice what it likes; what reads the result may need an image,
channel by channel. Often it is one: the same numbers in the same order in another shape (a
`Reshape`, which costs nothing), or channels in another order (a `ChannelSelect`, or weights of a
linear layer or convolution in that order), or some of its rows and columns. Anything else would
have to be moved about in memory while the network runs, and is refused.
"""

from __future__ import annotations

import dataclasses
import math

import numpy as np

from ...graph import Activation, ChannelSelect, Clamp, Conv, Flatten, Layer, Reshape, SlicePad
from ...program import Shape
from .draft import Affine, Draft
from .values import Places, Value, stream_order


def arranged(draft: Draft, value: Value, shape: Shape, name: str, source: str) -> str | None:
    """Name of a layer of `shape` whose output is `value`, channel by channel.

    Parameters
    ----------
    draft: takes the layers that it needs.
    value: of as many numbers as `shape` has.
    shape: (channels, height, width).
    name: of such a layer.
    source: where the user wrote it.

    Returns
    -------
    None where it would take moving numbers about in memory.
    """
    return streamed(draft, value, shape, stream_order(value.places.reshape(shape)), name, source)


def streamed(
    draft: Draft, value: Value, shape: Shape, wanted: Places, name: str, source: str
) -> str | None:
    """Name of a layer of `shape` whose output, pixel by pixel, is the numbers `wanted` of `value`.

    Parameters
    ----------
    draft, value, shape, name, source: see `arranged`.
    wanted: (numbers,) places in the layer of `value`.
    """
    whole = math.prod(value.shape)
    in_order = len(wanted) == whole and bool((wanted == np.arange(whole)).all())
    if in_order and shape == value.shape:
        return value.layer
    if in_order:
        return _reshaped(draft, value.layer, shape, name, source)
    chosen = _channels(value.shape, wanted)
    if chosen is None:
        return _cropped(draft, value, shape, wanted, source)
    found = _with_channels(draft, draft[value.layer], chosen)
    if found is None:
        if isinstance(draft[value.layer], Flatten):
            return None  # whose channels come one image's pixels after the other
        found = draft.unique(f"{value.layer}.channels")
        size = (len(chosen), *value.shape[1:])
        draft.add(
            ChannelSelect(
                name=found, inputs=(value.layer,), shape=size, source=source,
                channels=tuple(chosen.tolist()),
            )
        )  # fmt: skip
    made = draft[found]
    return found if made.shape == shape else _reshaped(draft, found, shape, name, source)


def _reshaped(draft: Draft, layer: str, shape: Shape, name: str, source: str) -> str:
    """Name of a layer that is `layer` in another shape."""
    before = draft[layer]
    if isinstance(before, Flatten | Reshape) and draft[before.inputs[0]].shape == shape:
        return before.inputs[0]
    is_vector = shape[1:] == (1, 1)
    kind = Flatten if is_vector else Reshape
    made = kind(name=draft.unique(name), inputs=(layer,), shape=shape, source=source)
    draft.add(made)
    return made.name


def _cropped(draft: Draft, value: Value, shape: Shape, wanted: Places, source: str) -> str | None:
    """Name of a layer that is some rows and columns of the layer of `value`, all their channels.

    None where the numbers `wanted` are none such, as many apart as they are.
    """
    channels, height, width = value.shape
    if shape[0] != channels:
        return None
    pixels, channel = np.divmod(wanted.reshape(shape[1], shape[2], channels), channels)
    if not (channel == np.arange(channels)).all() or not (pixels == pixels[..., :1]).all():
        return None
    rows, columns = np.divmod(pixels[..., 0], width)
    if not (rows == rows[:, :1]).all() or not (columns == columns[:1]).all():
        return None
    down, right = _steps(rows[:, 0].tolist()), _steps(columns[0].tolist())
    if down is None or right is None:
        return None
    cut = (down.start, height - 1 - down[-1]), (right.start, width - 1 - right[-1])
    made = SlicePad(
        name=draft.unique(f"{value.layer}.crop"), inputs=(value.layer,), shape=shape,
        source=source, step=(down.step, right.step), channels=(0, 0), cut=cut,
    )  # fmt: skip
    draft.add(made)
    return made.name


def _steps(numbers: list[int]) -> range | None:
    """The range that `numbers` are, or None."""
    step = numbers[1] - numbers[0] if len(numbers) > 1 else 1
    kept = range(numbers[0], numbers[-1] + 1, step) if step > 0 else range(0)
    return kept if list(kept) == numbers else None


def _channels(before: Shape, wanted: Places) -> Places | None:
    """Which channels of a layer of the shape `before` the numbers `wanted` are, of every pixel.

    (channels,), in their order; None where they are not the same of every pixel, one after another.
    """
    pixels = before[1] * before[2]
    if len(wanted) % pixels:
        return None
    by_pixel = wanted.reshape(pixels, -1) - before[0] * np.arange(pixels)[:, None]
    same = bool((by_pixel == by_pixel[0]).all())
    inside = bool((by_pixel >= 0).all() and (by_pixel < before[0]).all())
    return by_pixel[0] if same and inside else None


def _with_channels(draft: Draft, layer: Layer, chosen: Places) -> str | None:
    """Name of a layer that computes the `chosen` channels of `layer`; None if there is none.

    It is made beside `layer`, which goes if nothing else reads it.
    """
    if isinstance(layer, Conv) and layer.groups == 1:
        made: Layer = dataclasses.replace(
            layer, weight=layer.weight[chosen], bias=layer.bias[chosen]
        )
    elif isinstance(layer, Clamp | Activation | Affine):
        before = _with_channels(draft, draft[layer.inputs[0]], chosen)
        if before is None:
            return None
        made = dataclasses.replace(_with_parameters(layer, chosen), inputs=(before,))
    else:
        return None
    shape = (len(chosen), *layer.shape[1:])
    made = dataclasses.replace(made, name=draft.unique(layer.name), shape=shape)
    draft.add(made)
    return made.name


def _with_parameters(layer: Clamp | Activation | Affine, chosen: Places) -> Layer:
    """`layer` with its numbers for each channel those of the `chosen` ones."""
    if isinstance(layer, Affine):
        return dataclasses.replace(layer, scale=layer.scale[chosen], offset=layer.offset[chosen])
    if isinstance(layer, Activation):
        parameters, before, after = (
            numbers if numbers.shape[1] == 1 else numbers[:, chosen]
            for numbers in (layer.parameters, layer.before, layer.after)
        )
        shape = (len(chosen), *layer.shape[1:])
        return dataclasses.replace(
            layer, shape=shape, parameters=parameters, before=before, after=after
        )
    return layer
