"""Weights, buffers and constants of a ``.pt2``: numbers in memory as they lie in the file."""

from __future__ import annotations

import math

import torch
from torch import Tensor

from ...store.errors import shown
from ...store.zip_archive import ArchiveError
from .archive import Archive
from .document import Value

DTYPES = {
    1: torch.uint8,
    2: torch.int8,
    3: torch.int16,
    4: torch.int32,
    5: torch.int64,
    6: torch.float16,
    7: torch.float32,
    8: torch.float64,
    12: torch.bool,
    13: torch.bfloat16,
}
"""torch's numbers for the types that a network may have; no complex ones, none of 8-bit floats."""

_REPEATED = 1 << 16
"""Elements of a tensor that shows the same numbers again and again; others are all in the file."""
_MOST_AXES = 8
_FOLDERS = {"weights": "weight_", "constants": "tensor_"}
"""Where tensors lie, and what their members' names begin with."""


def dtype_of(value: Value) -> torch.dtype:
    """The dtype that a number of torch's schema stands for.

    Raises
    ------
    ArchiveError: it stands for none that a network may have.
    """
    number = value.integer()
    if number not in DTYPES:
        raise value.wrong("the number of a plain type of integers or floating-point numbers")
    return DTYPES[number]


def integer_of(size: Value) -> int:
    """A size that is a plain number.

    Raises
    ------
    ArchiveError: it is symbolic, or none.
    """
    kind, value = size.choice()
    if kind != "as_int":
        raise value.wrong("a plain number")
    return value.integer()


def read_tensors(archive: Archive) -> dict[str, Tensor]:
    """Every tensor of the network by its dotted path.

    Raises
    ------
    ArchiveError: for pickled objects, and for tensors that their members do not hold.
    """
    _refuse_pickles(archive)
    tensors: dict[str, Tensor] = {}
    for folder, prefix in _FOLDERS.items():
        name = f"data/{folder}/model_{folder}_config.json"
        document = Value(archive.json(name), f"{archive.path}, {folder}")
        for path, payload in document["config"].items():
            document.checked_path(path)
            member = payload["path_name"].text()
            if payload["use_pickle"].truth() or not member.startswith(prefix):
                raise ArchiveError(
                    f"{archive.path} holds {shown(path)} as a pickled object, which is never "
                    "opened: export the network again from plain tensors"
                )
            data = archive.member(f"data/{folder}/{member}")
            tensors[path] = _tensor(payload["tensor_meta"], data)
    return tensors


def _refuse_pickles(archive: Archive) -> None:
    """Refuse what older or other programs put in the place of plain tensors."""
    for name in archive.members:
        folder, _, last = name.rpartition("/")
        pickled = folder in ("data/weights", "data/constants") and last.endswith((".pt", ".pkl"))
        if pickled or last.startswith(("custom_obj", "opaque")):
            raise ArchiveError(
                f"{archive.path} holds pickled objects ({shown(name)}), which are never opened: "
                "export the network again from plain tensors, with torch 2.9 or newer"
            )
        if name.startswith("data/aotinductor/"):
            raise ArchiveError(
                f"{archive.path} holds compiled code ({shown(name)}), which is never run: save "
                "the network alone, with torch.export.save"
            )


def _tensor(meta: Value, data: bytes) -> Tensor:
    dtype = dtype_of(meta["dtype"])
    sizes = [integer_of(size) for size in meta["sizes"]]
    strides = [integer_of(stride) for stride in meta["strides"]]
    offset = integer_of(meta["storage_offset"])
    held = len(data) // dtype.itemsize
    reach = offset + 1 + sum((size - 1) * step for size, step in zip(sizes, strides, strict=False))
    fits = (
        len(sizes) == len(strides) <= _MOST_AXES
        and len(data) % dtype.itemsize == 0
        and min([offset, *sizes, *strides]) >= 0
        and (reach <= held or 0 in sizes)
        and math.prod(sizes) <= max(held, _REPEATED)
    )
    if not fits:
        raise meta.wrong(f"a tensor of the {len(data)} bytes that the file holds of it")
    if 0 in sizes:
        return torch.zeros(sizes, dtype=dtype)
    as_bytes = torch.uint8 if dtype is torch.bool else dtype
    flat = torch.frombuffer(bytearray(data), dtype=as_bytes)
    if dtype is torch.bool:  # of a byte that is neither 0 nor 1, torch could make anything
        flat = flat != 0
    return flat.as_strided(sizes, strides, offset)
