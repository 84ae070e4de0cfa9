"""Weights and constants of an ONNX model: numbers in memory, their sizes checked first."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import torch
from torch import Tensor

from ...store.errors import reason, shown
from ...store.zip_archive import ArchiveError
from .package import onnx_package

MOST_CONSTANTS = 1 << 28
"""Elements of a constant."""
DTYPES = {
    1: torch.float32, 2: torch.uint8, 3: torch.int8, 5: torch.int16, 6: torch.int32,
    7: torch.int64, 9: torch.bool, 10: torch.float16, 11: torch.float64, 16: torch.bfloat16,
}  # fmt: skip
"""torch's types by ONNX's numbers of them; others are not computed with."""
_NARROW = {4: torch.int32, 12: torch.int64}
"""Types that torch has none for, uint16 and uint32, in one that holds them."""


def tensor_of(proto: Any) -> Tensor:
    """The numbers of a ``TensorProto``.

    Raises
    ------
    ArchiveError: it is larger than any constant, its numbers do not fit its shape, or they are of
        a type that tabfab does not compute with.
    """
    onnx = onnx_package()
    name, shape = shown(proto.name or "a constant"), tuple(proto.dims)
    if any(size < 0 for size in shape) or math.prod(shape) > MOST_CONSTANTS:
        raise ArchiveError(
            f"the ONNX model's tensor {name} has shape {shown(shape)}: no network needs so many "
            "numbers; export it again"
        )
    dtype = DTYPES.get(proto.data_type, _NARROW.get(proto.data_type))
    if dtype is None:
        raise ArchiveError(
            f"the ONNX model's tensor {name} is of ONNX's type {shown(_type_name(proto.data_type))}"
            ", which tabfab does not compute with: use floating-point numbers or integers"
        )
    try:
        array = onnx.numpy_helper.to_array(proto)
        if array.shape != shape:
            raise ValueError(f"there are {array.size} numbers")
    except Exception as error:  # NumPy and onnx say what does not fit by any exception
        raise ArchiveError(
            f"the ONNX model's tensor {name} is damaged ({reason(error)}): export it again"
        ) from error
    if array.dtype.kind not in "fiub":  # bfloat16 and the narrow integers have no type of NumPy's
        array = array.astype(np.float32 if dtype.is_floating_point else np.int64)
    elif array.dtype.kind == "u" and array.dtype != np.uint8:
        array = array.astype(np.int64)
    return torch.from_numpy(np.array(array)).to(dtype)


def _type_name(number: int) -> str:
    onnx = onnx_package()
    names = {value: key for key, value in onnx.TensorProto.DataType.items()}
    return str(names.get(number, number))
