"""What an ONNX model takes: images with channels first or last, or vectors."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from ...program import Shape
from ...store.errors import shown
from ...store.zip_archive import ArchiveError
from .tensors import DTYPES

_TO_FIRST = [0, 3, 1, 2]
_TO_LAST = [0, 2, 3, 1]
_MOST_PIXELS = 1 << 20


@dataclass(frozen=True)
class Entry:
    """The input of a network.

    Parameters
    ----------
    name: in the ONNX model.
    shape: (channels, height, width) of an image; of a vector (features, 1, 1).
    dtype: of its numbers.
    batch: how many images it takes; None where it takes any number.
    rank: 4 for images, 2 for vectors.
    is_channel_last: whether the model counts channels last, as Keras does.
    """

    name: str
    shape: Shape
    dtype: torch.dtype
    batch: int | None
    rank: int
    is_channel_last: bool

    def as_taken(self, images: Tensor) -> Tensor:
        """(N, channels, height, width) `images` as the model takes them."""
        if self.rank == 2:
            return images.flatten(1)
        return images.permute(_TO_LAST).contiguous() if self.is_channel_last else images

    @property
    def arrangement(self) -> list[int] | None:
        """The order of axes that the model has those of (N, channels, height, width) in."""
        return _TO_LAST if self.is_channel_last else None


def entry_of(path: Path, graph: Any, nodes: Sequence[Any]) -> Entry:
    """The only input of `graph` that is no weight.

    Channels are last where all that reads the input puts them first.

    Parameters
    ----------
    path: of the model.
    graph: a ``GraphProto``.
    nodes: those of it that are needed.

    Raises
    ------
    ArchiveError: there is another number of inputs, or it is no batch of images or vectors.
    """
    weights = {tensor.name for tensor in graph.initializer}
    read = {name for node in nodes for name in node.input}
    inputs = [entry for entry in graph.input if entry.name not in weights]
    needed = [entry for entry in inputs if entry.name in read] or inputs
    if len(needed) != 1:
        names = ", ".join(shown(entry.name) for entry in needed[:5])
        raise ArchiveError(
            f"{path}: the network must take one tensor of images, but it takes {len(needed)} "
            f"({names or 'none'})"
        )
    return _entry(path, needed[0], [node for node in nodes if needed[0].name in node.input])


def _entry(path: Path, proto: Any, readers: Sequence[Any]) -> Entry:
    kind = proto.type.tensor_type
    if not proto.type.HasField("tensor_type") or not kind.HasField("shape"):
        raise ArchiveError(
            f"{path} does not say which shape its input has: export it for images of one size"
        )
    sizes = [int(dim.dim_value) if dim.HasField("dim_value") else None for dim in kind.shape.dim]
    listed = ", ".join("any" if size is None else str(size) for size in sizes)
    batch, *rest = sizes or [None]
    fixed = [size for size in rest if size is not None]
    if len(sizes) not in (2, 4) or len(fixed) < len(rest):
        raise ArchiveError(
            f"{path}: the network must take one tensor (N, channels, height, width) of fixed "
            f"channels, height and width, or (N, features), but it takes one of shape ({listed}): "
            "export it for images of one size"
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
    is_last = len(sizes) == 4 and bool(readers) and all(_puts_first(node) for node in readers)
    if len(fixed) == 1:
        shape: Shape = (fixed[0], 1, 1)
    else:
        shape = (fixed[2], fixed[0], fixed[1]) if is_last else (fixed[0], fixed[1], fixed[2])
    return Entry(proto.name, shape, dtype, batch, len(sizes), is_last)


def _puts_first(node: Any) -> bool:
    """Whether a node makes (N, channels, height, width) of channels that are last."""
    orders = [list(attribute.ints) for attribute in node.attribute if attribute.name == "perm"]
    return node.op_type == "Transpose" and node.domain == "" and orders == [_TO_FIRST]
