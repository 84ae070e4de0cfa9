"""An ``.onnx`` file and the files of weights beside it, read and checked, nothing of it run."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from ...store.errors import reason, shown
from ...store.zip_archive import ArchiveError
from .package import onnx_package
from .wire import described_bytes

OLDEST_OPSET = 9
"""Of ONNX's own operators; older ones mean other things by the same names."""
_MOST_BYTES = 2 << 30
"""Of a file: protobuf reads no more."""
_MOST_DESCRIPTION = 16 << 20
"""Bytes that are no weights: a node takes 200, and 4,000 with torch's notes of where it stands."""
_AGAIN = "export it again"


def read_model(path: Path) -> Any:
    """The ``ModelProto`` in `path`; what lies in files beside it is not read yet.

    Raises
    ------
    ArchiveError: it cannot be read, is damaged or cut off, or is of a version that tabfab does not
        read.
    TabfabError: the onnx package is not installed.
    """
    onnx = onnx_package()
    size = path.stat().st_size
    if size > _MOST_BYTES:
        raise ArchiveError(
            f"{path} takes {size} bytes, and an ONNX file holds {_MOST_BYTES} at most: keep the "
            "weights in a file beside it (external data)"
        )
    data = path.read_bytes()
    try:
        if described_bytes(data) > _MOST_DESCRIPTION:
            raise ArchiveError(
                f"{path} takes more than {_MOST_DESCRIPTION >> 20} MiB beside its weights: no "
                "network needs so many nodes"
            )
        model = onnx.ModelProto.FromString(data)
    except ArchiveError:
        raise
    except Exception as error:  # protobuf's own exceptions, and those of damaged text
        raise ArchiveError(
            f"{path} is no ONNX model or is cut off ({reason(error)}): {_AGAIN}"
        ) from error
    _check_versions(path, model)
    return model


def _check_versions(path: Path, model: Any) -> None:
    onnx = onnx_package()
    if not model.HasField("graph") or not len(model.graph.node):
        raise ArchiveError(f"{path} holds no network: {_AGAIN}")
    newest = onnx.defs.onnx_opset_version()
    opset = opset_of(model)
    if opset is None:
        raise ArchiveError(f"{path} is damaged: it does not say which opset it has: {_AGAIN}")
    if opset < OLDEST_OPSET:
        raise ArchiveError(
            f"{path} has opset {opset}, and tabfab reads {OLDEST_OPSET} to {newest}: export it "
            "again with opset_version=17"
        )
    if opset > newest:
        raise ArchiveError(
            f"{path} has opset {opset}, and the installed onnx knows up to {newest}: update onnx, "
            "or export it again with an older opset_version"
        )
    if len(model.functions):
        raise ArchiveError(
            f"{path} defines the function {shown(model.functions[0].name)}, and tabfab reads plain "
            "nodes: save onnx.inliner.inline_local_functions(model) instead"
        )
    if len(model.graph.sparse_initializer):
        raise ArchiveError(f"{path} holds sparse weights: save them as they are, dense")


def opset_of(model: Any) -> int | None:
    """Version of ONNX's own operators in `model`."""
    versions = [entry.version for entry in model.opset_import if entry.domain in ("", "ai.onnx")]
    return max(versions, default=None)


def external_data(path: Path, tensors: Iterator[Any]) -> None:
    """Put the numbers that lie in files beside `path` into `tensors`.

    Parameters
    ----------
    path: of the model.
    tensors: every ``TensorProto`` of it; those with their own numbers stay as they are.

    Raises
    ------
    ArchiveError: a file is not beside the model, a link, or too short.
    """
    onnx = onnx_package()
    for tensor in tensors:
        if tensor.data_location != onnx.TensorProto.EXTERNAL:
            continue
        entries = {entry.key: entry.value for entry in tensor.external_data}
        tensor.raw_data = _external(path, tensor.name, entries)
        tensor.data_location = onnx.TensorProto.DEFAULT
        del tensor.external_data[:]


def _external(path: Path, tensor: str, entries: dict[str, str]) -> bytes:
    location = entries.get("location", "")
    what = f"{path} keeps the weights {shown(tensor)} in the file {shown(location)}"
    if not location or location in (".", "..") or set(location) & set("/\\\0"):
        raise ArchiveError(f"{what}: tabfab reads them from a file in the model's own folder only")
    beside = path.parent / location
    if beside.is_symlink() or not beside.is_file():
        why = "is a link" if beside.is_symlink() else "is not there"
        raise ArchiveError(f"{what}, which {why}: put that file beside the model")
    size = beside.stat().st_size
    start = _number(entries.get("offset", "0"))
    length = _number(entries.get("length", str(size - (start or 0))))
    if start is None or length is None or start + length > size:
        raise ArchiveError(
            f"{what}, which has {size} bytes, too few: it is cut off or of another model; {_AGAIN}"
        )
    with beside.open("rb") as file:
        file.seek(start)
        return file.read(length)


def _number(text: str) -> int | None:
    """`text` as a count of bytes."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else None
