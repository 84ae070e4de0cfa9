"""Bytes of images and answers: how arrays travel over a network's AXI4-Stream ports."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ..hw.stream.streams import StreamFormat
from ..sim.models.beats import cut


def image_bytes(images: NDArray[np.uint8], fmt: StreamFormat) -> NDArray[np.uint8]:
    """Each image as the bytes of its beats, the lowest byte of each beat first.

    Parameters
    ----------
    images: (N, height, width, channels).
    fmt: of the network's input.

    Returns
    -------
    (N, bytes).
    """
    groups = images.astype(np.int16).reshape(len(images), -1, fmt.elements // fmt.groups)
    beats: NDArray[np.uint8] = cut(groups, fmt.lanes).reshape(len(images), -1).astype(np.uint8)
    return beats


def answer_values(answers: NDArray[np.uint8], fmt: StreamFormat) -> NDArray[np.int16]:
    """The elements of answers, without what fills up beats.

    Parameters
    ----------
    answers: (N, bytes): the beats of each answer, the lowest byte first.
    fmt: of the network's output.

    Returns
    -------
    (N, elements of an answer), pixels row-major, channels within a pixel.
    """
    per_group = fmt.elements // fmt.groups
    lanes = fmt.beats_per_pixel // fmt.groups * fmt.lanes
    values = answers.view(np.int8) if fmt.is_signed else answers
    groups = values.reshape(len(answers), -1, lanes)[:, :, :per_group]
    return groups.reshape(len(answers), -1).astype(np.int16)


def bytes_of(fmt: StreamFormat) -> int:
    """Of an image or an answer on the line."""
    return fmt.beats_per_image * fmt.lanes
