"""What every stream of a network must carry, from the golden model's tensors."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from ...compiler.program import Program
from ...compiler.store.errors import TabfabError
from ...hw.network.content import (
    Activations,
    Bordered,
    Content,
    Filled,
    Inside,
    Patches,
    Rearranged,
    Windows,
)
from ...hw.network.network import Link
from . import golden, parts
from .catalog import model_of

Values = Mapping[str, parts.Activations]
"""Every node's output, as `tabfab.sim.models.golden.run` gives them."""


@dataclass(frozen=True)
class Carried:
    """How the values of a stream with one kind of content follow from the program.

    Parameters
    ----------
    tensor: (images, height, width, elements of a pixel) int16 from program, values and content.
    read: the names of the nodes whose values that takes, from program and content.
    """

    tensor: Callable[[Program, Values, Any], NDArray[np.int16]]
    read: Callable[[Program, Any], tuple[str, ...]]


def expected_beats(program: Program, values: Values, link: Link) -> NDArray[np.int16]:
    """The beats of one stream, in order, for all images: (beats, lanes).

    Parameters
    ----------
    program: the network.
    values: the golden model's tensors for the images.
    link: the stream.
    """
    fmt = link.format
    pixels = tensor(program, values, link.content)
    groups = pixels.reshape(-1, fmt.elements // fmt.groups)
    return cut(groups, fmt.lanes).reshape(-1, fmt.lanes)


def tensor(program: Program, values: Values, content: Content) -> NDArray[np.int16]:
    """What a stream carries, as (images, height, width, elements of a pixel)."""
    return _carried(content).tensor(program, values, content)


def read_by(program: Program, content: Content) -> tuple[str, ...]:
    """The nodes whose values what a stream carries is made of."""
    return _carried(content).read(program, content)


def cut(pixels: NDArray[np.int16], lanes: int) -> NDArray[np.int16]:
    """(..., elements) to (..., beats, lanes), each pixel's last beat filled up with zeros."""
    *lead, elements = pixels.shape
    beats = -(-elements // lanes)
    filled = np.zeros((*lead, beats * lanes), pixels.dtype)
    filled[..., :elements] = pixels
    return filled.reshape(*lead, beats, lanes)


def _inside(program: Program, values: Values, content: Inside) -> NDArray[np.int16]:
    """What the model of the layer's method says of the stream."""
    layer = program[content.node]
    carried = model_of(layer).inside.get(content.stream)
    if carried is None:
        raise TabfabError(
            f"node {layer.name!r} is of the kind {layer.kind!r}, whose golden model does not say "
            f"what its stream {content.stream!r} carries; "
            "add it to sim/models/catalog.py"
        )
    return carried(layer, *golden.sources(program, layer, values))


def _bordered(program: Program, values: Values, content: Bordered) -> NDArray[np.int16]:
    pixels = tensor(program, values, content.source)
    return parts.pad(pixels, content.border, np.asarray(content.pixel, np.int16))


def _windows(program: Program, values: Values, content: Windows) -> NDArray[np.int16]:
    """The elements that a line buffer reads at each position, in its order."""
    pixels = tensor(program, values, content.source)
    g, lanes = content.geometry, content.source_format.lanes
    height, width = content.source_format.height, content.source_format.width
    pixels = pixels.reshape(len(pixels), height, width, -1)  # a flattened image has one pixel
    words = cut(pixels, lanes).reshape(len(pixels), height, width, -1)
    padding = np.asarray(content.padding, np.int16).reshape(-1)
    view = sliding_window_view(parts.pad(words, g.edges, padding), g.reach, axis=(1, 2))
    view = view[:, :: g.stride[0], :: g.stride[1], :, :: g.dilation[0], :: g.dilation[1]]
    images, rows, columns = view.shape[:3]
    (high, wide), (tall, broad) = g.kernel, g.at_once
    cut_up = view.reshape(-1, g.words, lanes, high // tall, tall, wide // broad, broad)
    taps = cut_up.transpose(0, 1, 3, 5, 2, 4, 6)  # words, beats of taps, lanes, taps of a beat
    sections = taps.reshape(images, rows, columns, g.sections, -1)
    return np.tile(sections, g.repeats).reshape(images, rows, columns, -1)


def _patches(program: Program, values: Values, content: Patches) -> NDArray[np.int16]:
    """The elements patch by patch, in the shape of the image."""
    pixels = tensor(program, values, content.source)
    images, height, width, elements = pixels.shape
    words = pixels.reshape(images, height, width, -1, content.lanes)
    down, right = content.patch
    parts = [
        words[:, top : top + down, left : left + right].transpose(0, 3, 1, 2, 4)
        for top in range(0, height, down)
        for left in range(0, width, right)
    ]
    in_order = [part.reshape(images, -1) for part in parts]
    return np.concatenate(in_order, axis=1).reshape(images, height, width, elements)


def _filled(program: Program, values: Values, content: Filled) -> NDArray[np.int16]:
    """The elements, the last ones of each part zero."""
    pixels = tensor(program, values, content.source)
    images, height, width, elements = pixels.shape
    each = pixels.reshape(images, height, width, content.parts, elements // content.parts)
    return cut(each, content.elements).reshape(images, height, width, -1)


def _rearranged(program: Program, values: Values, content: Rearranged) -> NDArray[np.int16]:
    """The elements of each part of a pixel in their new places."""
    pixels = tensor(program, values, content.source)
    images, height, width, elements = pixels.shape
    parts = pixels.reshape(images, height, width, -1, len(content.places))
    return parts[..., content.places].reshape(images, height, width, elements)


def _read_by_source(
    program: Program, content: Bordered | Windows | Filled | Rearranged | Patches
) -> tuple[str, ...]:
    return read_by(program, content.source)


CONTENTS: dict[type, Carried] = {
    Activations: Carried(
        lambda program, values, content: values[content.node],
        lambda program, content: (content.node,),
    ),
    Inside: Carried(
        _inside,
        lambda program, content: program[content.node].inputs,
    ),
    Bordered: Carried(_bordered, _read_by_source),
    Windows: Carried(_windows, _read_by_source),
    Filled: Carried(_filled, _read_by_source),
    Rearranged: Carried(_rearranged, _read_by_source),
    Patches: Carried(_patches, _read_by_source),
}
"""For each class of `tabfab.hw.network.network.Content`."""


def _carried(content: Content) -> Carried:
    carried = CONTENTS.get(type(content))
    if carried is None:
        raise TabfabError(
            f"the golden model does not know what a stream of {type(content).__name__} carries; "
            "add it to sim/models/beats.py"
        )
    return carried
