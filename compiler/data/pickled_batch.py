"""Reads CIFAR's Python batches without unpickling arbitrary objects.

A pickle may name any importable function and call it. This reader knows three names, the ones
that NumPy arrays are made of, and gives them stand-ins that only collect the array's parts, so
reading a batch never runs code from the file, NumPy's included.
"""

from __future__ import annotations

import io
import pickle
import pickletools
from collections.abc import Callable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ..store.errors import reason
from . import files
from .image_set import DataError

_MOST_REFERENCES = 64
"""A batch as CIFAR's authors or `pickle` write it has a dozen."""


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
    data = files.read(path)
    try:
        _check_references(data)
        batch = _ArrayUnpickler(io.BytesIO(data), encoding="bytes").load()
    except Exception as error:  # a damaged pickle may raise anything at all
        raise DataError(f"{path} is not a CIFAR batch ({reason(error)}): fetch it again") from error
    if not isinstance(batch, dict):
        raise DataError(f"{path} is not a CIFAR batch: it holds a {type(batch).__name__}")
    return {
        key.decode("utf-8", "replace") if isinstance(key, bytes) else key: (
            _as_array(path, value) if isinstance(value, _Array) else value
        )
        for key, value in batch.items()
        if isinstance(key, bytes | str)
    }


def _check_references(data: bytes) -> None:
    """Refuse a pickle that would take more memory or time than its size.

    Two things do: a reference number of two thousand millions makes the unpickler reserve a table
    of that length, and tuples of references to tuples of references name exponentially many
    values, all of which are visited where one is a dictionary's key.
    """
    references = 0
    for opcode, argument, _ in pickletools.genops(data):
        if "PUT" in opcode.name and int(argument or 0) > len(data):
            raise pickle.UnpicklingError(f"it numbers a value {argument}")
        references += "GET" in opcode.name or opcode.name == "DUP"
        if references > _MOST_REFERENCES:
            raise pickle.UnpicklingError("it refers to its own parts too often")


def _as_array(path: Path, array: _Array) -> NDArray[np.uint8]:
    match array.state:
        case (_, (int(rows), int(columns)), _DataType(code="u1" | b"u1"), order, bytes(data)):
            if rows >= 0 and columns > 0 and rows * columns == len(data):
                flat = np.frombuffer(data, np.uint8)
                return flat.reshape((rows, columns), order="F" if order else "C")
    raise DataError(f"{path} is damaged or not a CIFAR batch: an array in it is not uint8 (N, M)")
