"""Runs the float network as torch does: what tabfab's own layers are compared with."""

from __future__ import annotations

from collections.abc import Collection

import numpy as np
from numpy.typing import NDArray

from ..program import Shape
from ..store.errors import TabfabError
from ..store.progress import Progress, silent
from .aten import AtenGraph, in_float32
from .input_layout import input_layout
from .model_file import LoadedModel
from .pixels import Pixels


def logits(
    model: LoadedModel | AtenGraph,
    images: NDArray[np.uint8],
    batch: int = 256,
    progress: Progress = silent,
    pixels: Pixels | None = None,
    without: Collection[str] = (),
) -> NDArray[np.float32]:
    """What the float network answers, `batch` images at a time.

    Parameters
    ----------
    model: a network.
    images: (N, height, width, channels) uint8.
    batch: images in memory at once; a network exported for a fixed number overrides it.
    progress: counts images, after every batch.
    pixels: what the network takes pixels as.
    without: results of operators that hand on their first argument instead.

    Returns
    -------
    (N, values) float32, in the order of torch: channels before rows and columns.

    Raises
    ------
    TabfabError: if the images are not what the network takes.
    """
    network = in_float32(model.network if isinstance(model, LoadedModel) else model)
    pixels = pixels or Pixels()
    _check_images(input_layout(network).shape, images)
    size = network.batch or batch
    answers = []
    for start in range(0, len(images), size):
        part = images[start : start + size]
        count = len(part)
        if network.batch and count < size:
            part = np.concatenate([part, np.repeat(part[-1:], size - count, axis=0)])
        answer = network.run(pixels.image(network, part), without)
        answers.append(answer[:count].float().reshape(count, -1).numpy())
        progress(start + count, len(images), "")
    return np.concatenate(answers)


def _check_images(shape: Shape, images: NDArray[np.uint8]) -> None:
    channels, height, width = shape
    if images.dtype != np.uint8 or images.shape[1:] != (height, width, channels):
        raise TabfabError(
            f"the network takes uint8 images of shape (N, {height}, {width}, {channels}), but "
            f"these are {images.dtype} of shape {images.shape}: use the data set that it was "
            "trained on"
        )
    if len(images) == 0:
        raise TabfabError("there are no images to run the network on: give at least one")
