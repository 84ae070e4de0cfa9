"""Reads CIFAR's Python batches without unpickling arbitrary objects.

A pickle may name any importable function and call it. This reader knows three names, the ones
that NumPy arrays are made of, and gives them stand-ins that only collect the array's parts, so
reading a batch never runs code from the file, NumPy's included.
"""

from __future__ import annotations

import io
import math
import pickle
from collections.abc import Callable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from . import files
from .image_set import DataError


class _ArrayType:
    """Stands for the class `numpy.ndarray`, which pickles only pass to `_reconstruct`."""


class _DataType:
    """Stands for `numpy.dtype`; keeps its code (``u1``)."""

    def __init__(self, code: object, *_flags: object) -> None:
        self.code = code

    def __setstate__(self, state: object) -> None:
        """Byte order and the like: irrelevant to single bytes."""


class _Array:
    """Stands for an array; keeps the state that NumPy would have been given."""

    def __init__(self, *_arguments: object) -> None:
        self.state: tuple[object, ...] = ()

    def __setstate__(self, state: tuple[object, ...]) -> None:
        self.state = state


_ADMITTED: dict[tuple[str, str], Callable[..., object]] = {
    ("numpy.core.multiarray", "_reconstruct"): _Array,
    ("numpy._core.multiarray", "_reconstruct"): _Array,
    ("numpy", "ndarray"): _ArrayType,
    ("numpy", "dtype"): _DataType,
}


class _ArrayUnpickler(pickle.Unpickler):
    def find_class(self, module: str, name: str) -> Callable[..., object]:
        """The stand-in for an admitted name."""
        try:
            return _ADMITTED[module, name]
        except KeyError:
            raise pickle.UnpicklingError(
                f"it wants to run {module}.{name}, which no image batch needs"
            ) from None


def read(path: Path) -> dict[str, object]:
    """The dictionary in the batch file `path`: its keys as text, its arrays as uint8.

    Raises
    ------
    DataError: for a file that is no pickle, that names anything but NumPy arrays, or that is
        not a dictionary.
    """
    try:
        batch = _ArrayUnpickler(io.BytesIO(files.read(path)), encoding="bytes").load()
    except DataError:
        raise
    except Exception as error:  # a damaged pickle may raise anything at all
        raise DataError(f"{path} is not a CIFAR batch: {error}") from error
    if not isinstance(batch, dict):
        raise DataError(f"{path} is not a CIFAR batch: it holds a {type(batch).__name__}")
    return {
        _text(key): _as_array(path, value) if isinstance(value, _Array) else value
        for key, value in batch.items()
    }


def _text(key: object) -> str:
    return key.decode("utf-8", "replace") if isinstance(key, bytes) else str(key)


def _as_array(path: Path, array: _Array) -> NDArray[np.uint8]:
    match array.state:
        case (_, tuple() as shape, _DataType(code="u1" | b"u1"), order, bytes() as data) if all(
            isinstance(size, int) and size >= 0 for size in shape
        ) and math.prod(shape) == len(data):
            return np.frombuffer(data, np.uint8).reshape(shape, order="F" if order else "C")
    raise DataError(f"{path} is damaged or not a CIFAR batch: an array in it is not uint8")
