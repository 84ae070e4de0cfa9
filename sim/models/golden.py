"""The golden model: runs a Program in NumPy integers. It is the meaning of the Program."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np
from numpy.typing import NDArray

from ...compiler.program import Node, Program
from ...compiler.store.batches import BATCH, batches
from ...compiler.store.errors import TabfabError
from ...compiler.store.progress import Progress, silent
from .catalog import model_of
from .parts import Activations, Source

Images = NDArray[np.uint8]
"""(images, height, width, channels)."""


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
    TabfabError: the images have another shape or type than the program's input, or the golden
        model does not know a kind of node.
    """
    check_images(program, images)
    values = {program.input.name: images.astype(np.int16)}
    for node in program.nodes[1:]:
        values[node.name] = evaluate(program, node, values)
    return values


def evaluate(program: Program, node: Node, values: Mapping[str, Activations]) -> Activations:
    """One node's output; `values` holds at least those of the nodes that it reads.

    Raises
    ------
    TabfabError: the golden model does not know the kind of `node`.
    """
    return model_of(node).evaluate(node, *sources(program, node, values))


def sources(program: Program, node: Node, values: Mapping[str, Activations]) -> list[Source]:
    """What a node reads: its inputs' values, each with what stands for a real zero in it."""
    return [Source(values[name], program.padding_value(name)) for name in node.inputs]


def outputs(program: Program, images: Images, batch: int = BATCH) -> Iterator[Activations]:
    """The last node's output, a batch of images at a time, freeing what is no longer read.

    Of 100 images at a time, ResNet-20's largest temporary array stays near 200 MB.
    """
    check_images(program, images)
    last_reader = {name: node.name for node in program for name in node.inputs}
    for chosen in batches(len(images), batch):
        values = {program.input.name: images[chosen].astype(np.int16)}
        for node in program.nodes[1:]:
            values[node.name] = evaluate(program, node, values)
            for name in set(node.inputs):
                if last_reader[name] == node.name:
                    del values[name]
        yield values[program.output.name]


def logits(
    program: Program,
    images: Images,
    progress: Progress = silent,
    batch: int = BATCH,
) -> NDArray[np.int16]:
    """(N, channels of the output) int16: the network's answers.

    Parameters
    ----------
    program: the network; its output is a 1x1 image.
    images: (N, height, width, channels) uint8.
    progress: told after each batch how many images are done.
    batch: images at a time.
    """
    parts = []
    done = 0
    for part in outputs(program, images, batch):
        parts.append(part.reshape(len(part), -1))
        done += len(part)
        progress(done, len(images), "")
    if not parts:
        raise TabfabError("there are no images to classify; give at least one")
    return np.concatenate(parts)
