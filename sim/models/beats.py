"""What every stream of a network must carry, from the golden model's tensors."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from ...compiler.program import Program, TableConv
from ...hw.network.network import Activations, Bordered, Codes, Content, Link, Windows
from . import integer

Values = Mapping[str, integer.Activations]
"""Every node's output, as `tabfab.sim.models.golden.run` gives them."""


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
    match content:
        case Activations(name):
            return values[name]
        case Codes(name):
            node = program[name]
            assert isinstance(node, TableConv)
            source = node.inputs[0]
            codes = integer.codes(node, values[source], program.padding_value(source))
            return codes.astype(np.int16)
        case Bordered(source, border, pixel):
            inside = tensor(program, values, source)
            return integer.pad(inside, border, np.asarray(pixel, np.int16))
        case Windows():
            return _windows(tensor(program, values, content.source), content)


def cut(pixels: NDArray[np.int16], lanes: int) -> NDArray[np.int16]:
    """(..., elements) to (..., beats, lanes), each pixel's last beat filled up with zeros."""
    *lead, elements = pixels.shape
    beats = -(-elements // lanes)
    filled = np.zeros((*lead, beats * lanes), pixels.dtype)
    filled[..., :elements] = pixels
    return filled.reshape(*lead, beats, lanes)


def _windows(pixels: NDArray[np.int16], content: Windows) -> NDArray[np.int16]:
    """The elements that a line buffer reads at each position, in its order."""
    g, lanes = content.geometry, content.source_format.lanes
    height, width = content.source_format.height, content.source_format.width
    pixels = pixels.reshape(len(pixels), height, width, -1)  # a flattened image has one pixel
    words = cut(pixels, lanes).reshape(len(pixels), height, width, -1)
    padding = np.asarray(content.padding, np.int16).reshape(-1)
    view = sliding_window_view(integer.pad(words, g.padding, padding), g.kernel, axis=(1, 2))
    view = view[:, :: g.stride[0], :: g.stride[1]]
    images, rows, columns = view.shape[:3]
    taps = view.reshape(images, rows, columns, g.words, lanes, g.taps).swapaxes(-1, -2)
    sections = taps.reshape(images, rows, columns, g.sections, -1)
    return np.tile(sections, g.repeats).reshape(images, rows, columns, -1)
