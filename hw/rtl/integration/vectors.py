"""Test vectors: images and the answers that they must get."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ...stream.streams import StreamFormat
from ..top import LANE_BITS


@dataclass(frozen=True, eq=False)
class Vectors:
    """Images and answers.

    Parameters
    ----------
    images: (N, height, width, channels) uint8.
    answers: (N, height, width, channels) int16, what the network makes of them.
    """

    images: NDArray[np.uint8]
    answers: NDArray[np.int16]

    def __post_init__(self) -> None:
        if not len(self.images) or len(self.images) != len(self.answers):
            raise ValueError(
                f"there is one answer for each image, not {len(self.answers)} for "
                f"{len(self.images)}"
            )


def memory_lines(tensor: NDArray[np.generic], fmt: StreamFormat) -> str:
    """The beats of images or answers for `$readmemh`, one a line.

    Parameters
    ----------
    tensor: (N, height, width, channels).
    fmt: of the stream that carries them.
    """
    groups = tensor.astype(np.int16).reshape(-1, fmt.elements // fmt.groups)
    beats = fmt.beats_per_pixel // fmt.groups
    filled = np.zeros((len(groups), beats * fmt.lanes), np.int16)
    filled[:, : groups.shape[1]] = groups
    rows = filled.reshape(-1, fmt.lanes).astype(np.uint8)[:, ::-1]  # the lowest byte last on paper
    assert LANE_BITS == 8, "an element takes a byte"
    return "".join(f"{row.tobytes().hex()}\n" for row in rows)
