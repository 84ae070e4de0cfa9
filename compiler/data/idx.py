"""MNIST's IDX files: a big-endian header (type, axes, sizes), then the bytes.

Format: http://yann.lecun.com/exdb/mnist/ (LeCun, Cortes, Burges).
"""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from . import files
from .image_set import DataError

_UNSIGNED_BYTE = 0x08


def read(path: Path, axes: int) -> NDArray[np.uint8]:
    """The array in `path`, which must be unsigned bytes with `axes` axes.

    Raises
    ------
    DataError: for a wrong magic number, type or number of axes, and for a file that is shorter
        or longer than its header says.
    """
    data = files.read(path)
    magic = bytes([0, 0, _UNSIGNED_BYTE, axes])
    if data[:4] != magic:
        raise DataError(
            f"{path} is not an IDX file of unsigned bytes with {axes} axes: it starts with "
            f"{data[:4].hex(' ') or 'nothing'} instead of {magic.hex(' ')}"
        )
    header = 4 + 4 * axes
    if len(data) < header:
        raise DataError(f"{path} is cut off within its header: fetch it again")
    shape = tuple(int(size) for size in np.frombuffer(data, ">u4", axes, 4))
    if len(data) != header + math.prod(shape):
        raise DataError(
            f"{path} holds {len(data) - header} bytes of data, but its header announces "
            f"{math.prod(shape)} (shape {shape}): fetch it again"
        )
    return np.frombuffer(data, np.uint8, offset=header).reshape(shape).copy()
