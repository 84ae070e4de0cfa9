"""The golden model: runs a Program in NumPy integers. It is the meaning of the Program."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np
from numpy.typing import NDArray

from ...compiler.program import (
    Add,
    Argmax,
    AveragePool,
    Clamp,
    ExactConv,
    Flatten,
    Input,
    MaxPool,
    Node,
    Program,
    SlicePad,
    TableConv,
)
from ...compiler.store.errors import TabfabError
from . import integer
from .integer import Activations

Images = NDArray[np.uint8]
"""(images, height, width, channels)."""

_BATCH = 100
"""Images at a time: ResNet-20's largest temporary array then stays near 200 MB."""


def check_images(program: Program, images: Images) -> None:
    """Raise `TabfabError` unless `images` are what `program` takes."""
    channels, height, width = program.input.shape
    if images.dtype != np.uint8 or images.shape[1:] != (height, width, channels):
        raise TabfabError(
            f"the program takes uint8 images of shape (N, {height}, {width}, {channels}) "
            f"(N, height, width, channels), but these are {images.dtype} {images.shape}; "
            "give the data set that it was compiled for"
        )


def run(program: Program, images: Images) -> dict[str, Activations]:
    """Every node's output for `images`, by node name.

    Parameters
    ----------
    program: the network.
    images: (N, height, width, channels) uint8.

    Returns
    -------
    (N, height, width, channels) int16 for each node.

    Raises
    ------
    TabfabError: the images have another shape or type than the program's input.
    """
    check_images(program, images)
    values: dict[str, Activations] = {}
    for node in program:
        inputs = [values[name] for name in node.inputs]
        values[node.name] = evaluate(program, node, inputs, images)
    return values


def evaluate(
    program: Program, node: Node, inputs: list[Activations], images: Images
) -> Activations:
    """One node's output from its inputs (from `images` for the input node)."""
    match node:
        case Input():
            return images.astype(np.int16)
        case TableConv():
            return integer.table_conv(node, inputs[0], program.padding_value(node.inputs[0]))
        case ExactConv():
            return integer.exact_conv(node, inputs[0], program.padding_value(node.inputs[0]))
        case MaxPool():
            return integer.max_pool(node, inputs[0])
        case AveragePool():
            return integer.average_pool(node, inputs[0])
        case Add():
            return integer.add(node, inputs[0], inputs[1])
        case Clamp():
            return integer.clamp(node, inputs[0])
        case SlicePad():
            return integer.slice_pad(node, inputs[0])
        case Flatten():
            return integer.flatten(inputs[0])
        case Argmax():
            return integer.argmax(inputs[0])
    raise TypeError(f"no meaning for a node of kind {node.kind!r}")


def outputs(program: Program, images: Images, batch: int = _BATCH) -> Iterator[Activations]:
    """The last node's output, a batch of images at a time, freeing what is no longer read."""
    check_images(program, images)
    last_reader = {name: node.name for node in program for name in node.inputs}
    for start in range(0, len(images), batch):
        chunk = images[start : start + batch]
        values: dict[str, Activations] = {}
        for node in program:
            inputs = [values[name] for name in node.inputs]
            values[node.name] = evaluate(program, node, inputs, chunk)
            for name in set(node.inputs):
                if last_reader[name] == node.name:
                    del values[name]
        yield values[program.output.name]


def logits(
    program: Program,
    images: Images,
    progress: Callable[[int, int], None] | None = None,
    batch: int = _BATCH,
) -> NDArray[np.int16]:
    """(N, channels of the output) int16: the network's answers.

    Parameters
    ----------
    program: the network; its output is a 1x1 image.
    images: (N, height, width, channels) uint8.
    progress: called with (images done, images in all) after each batch.
    batch: images at a time.
    """
    parts = []
    done = 0
    for part in outputs(program, images, batch):
        parts.append(part.reshape(len(part), -1))
        done += len(part)
        if progress is not None:
            progress(done, len(images))
    if not parts:
        raise TabfabError("there are no images to classify; give at least one")
    return np.concatenate(parts)
