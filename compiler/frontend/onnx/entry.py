"""What an ONNX model takes: images, sequences or vectors, one or several."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch

from ...store.zip_archive import ArchiveError
from .tensors import DTYPES

_MOST_PIXELS = 1 << 20


@dataclass(frozen=True)
class Entry:
    """An input of a network.

    Parameters
    ----------
    name: in the ONNX model.
    shape: of an image, a sequence or a vector, in the order of axes that the model has; what comes
        of it before anything is computed says which image it is (`input_layout`).
    dtype: of its numbers.
    batch: how many images it takes; None where it takes any number.
    """

    name: str
    shape: tuple[int, ...]
    dtype: torch.dtype
    batch: int | None


def entries_of(path: Path, graph: Any, nodes: Sequence[Any]) -> list[Entry]:
    """The inputs of `graph` that are no weights.

    Parameters
    ----------
    path: of the model.
    graph: a ``GraphProto``.
    nodes: those of it that are needed.

    Raises
    ------
    ArchiveError: there are none, or one is no batch of images or vectors.
    """
    weights = {tensor.name for tensor in graph.initializer}
    read = {name for node in nodes for name in node.input}
    inputs = [entry for entry in graph.input if entry.name not in weights]
    needed = [entry for entry in inputs if entry.name in read] or inputs
    if not needed:
        raise ArchiveError(f"{path}: the network must take a tensor of images, but it takes none")
    return [_entry(path, proto) for proto in needed]


def _entry(path: Path, proto: Any) -> Entry:
    kind = proto.type.tensor_type
    if not proto.type.HasField("tensor_type") or not kind.HasField("shape"):
        raise ArchiveError(
            f"{path} does not say which shape its input has: export it for images of one size"
        )
    sizes = [int(dim.dim_value) if dim.HasField("dim_value") else None for dim in kind.shape.dim]
    listed = ", ".join("any" if size is None else str(size) for size in sizes)
    batch, *rest = sizes or [None]
    fixed = [size for size in rest if size is not None]
    if len(sizes) not in (2, 3, 4) or len(fixed) < len(rest):
        raise ArchiveError(
            f"{path}: the network must take a tensor (N, channels, height, width), "
            "(N, channels, length) or (N, features), of fixed sizes but for N, but it takes one of "
            f"shape ({listed}): export it for images of one size"
        )
    batch = None if batch == 0 else batch  # skl2onnx writes 0 for any number
    if any(not 1 <= size <= _MOST_PIXELS for size in (*fixed, batch or 1)):
        raise ArchiveError(
            f"{path} takes images of shape ({listed}), as no network does: export it again"
        )
    dtype = DTYPES.get(kind.elem_type)
    if dtype is None:
        raise ArchiveError(
            f"{path} takes images of a type that does not hold pixels: export it for "
            "floating-point images"
        )
    return Entry(proto.name, tuple(fixed), dtype, batch)
