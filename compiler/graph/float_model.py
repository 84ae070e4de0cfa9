"""Runs the float network on uint8 images: the accuracy that everything is compared with."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import torch
from numpy.typing import NDArray
from torch.export import ExportedProgram

from ..store.errors import TabfabError
from .model_file import LoadedModel, input_shape

Progress = Callable[[int, int], None]
"""Called with the images done so far and in total."""


def logits(
    model: LoadedModel | ExportedProgram,
    images: NDArray[np.uint8],
    batch: int = 256,
    progress: Progress = lambda done, total: None,
) -> NDArray[np.float32]:
    """What the float network answers, `batch` images at a time.

    Parameters
    ----------
    model: takes float images in [0, 1].
    images: (N, height, width, channels) uint8.
    batch: images in memory at once; a network exported for a fixed number overrides it.
    progress: called after every batch.

    Returns
    -------
    (N, classes) float32.

    Raises
    ------
    TabfabError: if the images are not what the network takes.
    """
    exported = model.exported if isinstance(model, LoadedModel) else model
    _check_images(exported, images)
    fixed = _fixed_batch(exported)
    size = fixed or batch
    module = exported.module()
    answers = []
    with torch.inference_mode():
        for start in range(0, len(images), size):
            pixels = images[start : start + size]
            count = len(pixels)
            if fixed and count < fixed:
                pixels = np.concatenate([pixels, np.repeat(pixels[-1:], fixed - count, axis=0)])
            x = torch.from_numpy(np.ascontiguousarray(pixels.transpose(0, 3, 1, 2))).float() / 255
            answers.append(module(x)[:count].float().flatten(1).numpy())
            progress(start + count, len(images))
    return np.concatenate(answers)


def _check_images(exported: ExportedProgram, images: NDArray[np.uint8]) -> None:
    channels, height, width = input_shape(exported)
    if images.dtype != np.uint8 or images.shape[1:] != (height, width, channels):
        raise TabfabError(
            f"the network takes uint8 images of shape (N, {height}, {width}, {channels}), but "
            f"these are {images.dtype} of shape {images.shape}: use the data set that it was "
            "trained on"
        )
    if len(images) == 0:
        raise TabfabError("there are no images to run the network on: give at least one")


def _fixed_batch(exported: ExportedProgram) -> int:
    """Images that the network was exported for; 0 if any number."""
    name = exported.graph_signature.user_inputs[0]
    node = next(node for node in exported.graph.nodes if node.name == name)
    size = node.meta["val"].shape[0]
    return size if isinstance(size, int) else 0
