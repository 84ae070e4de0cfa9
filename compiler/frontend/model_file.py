"""Saved networks: torch.export's own ``.pt2`` archive with a note of ours inside, or ONNX models.

The note (``tabfab.json``) carries a format version, the image shape and the class names. A
``.pt2`` that some other program exported has no note and loads too.
"""

from __future__ import annotations

import json
import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import torch
from torch import nn

from ..graph import Graph
from ..graph.float_file import has_graph, load_graph
from ..program.program_file import float_model_path
from ..store.errors import TabfabError, reason, shown
from ..store.files import atomic_file
from ..store.zip_archive import ArchiveError
from ..tasks.binary import TWO_CLASSES
from . import import_network
from .aten import AtenGraph
from .draft.place import UnsupportedOperatorError
from .exported import ExportError, export
from .onnx.network import read_onnx
from .onnx.reference import OnnxReference
from .pt2.archive import Archive, read_archive
from .pt2.network import read_network
from .pt2.other_files import is_onnx

FORMAT_VERSION = 1

_NOTE = "tabfab.json"


class ModelFileError(TabfabError):
    """A saved network that cannot be read, or a network that cannot be saved."""


@dataclass(frozen=True, eq=False)
class LoadedModel:
    """A network as it comes from a file.

    Parameters
    ----------
    network: its operators.
    classes: names of the classes; numbers where the file has none.
    meta: what made it (any JSON values).
    reference: what onnx computes of it, to compare with; None for a network of torch.
    """

    network: AtenGraph
    classes: tuple[str, ...]
    meta: Mapping[str, object] = field(default_factory=dict)
    reference: OnnxReference | None = None

    @property
    def image_shape(self) -> tuple[int, ...]:
        """(channels, height, width), (channels, length) or (features,)."""
        return self.network.image_shape


def save_model(
    module: nn.Module,
    image_shape: tuple[int, ...],
    path: Path,
    classes: Sequence[str],
    meta: Mapping[str, object] | None = None,
) -> None:
    """Export `module` and write it to `path`, whole or not at all.

    Parameters
    ----------
    module: in evaluation mode; takes images in [0, 1].
    image_shape: (channels, height, width), (channels, length) or (features,).
    path: of the file to write or replace; its folder is made.
    classes: names of the classes.
    meta: any JSON values worth keeping with the network.

    Raises
    ------
    ModelFileError: torch cannot export or write the module.
    TabfabError: `path` is a directory, is written by another run, or cannot be written.
    """
    note = {
        "format_version": FORMAT_VERSION,
        "image_shape": list(image_shape),
        "classes": list(classes),
        "meta": dict(meta or {}),
    }
    try:
        exported = export(module, image_shape)
    except ExportError as error:
        raise ModelFileError(str(error)) from error
    try:
        with atomic_file(path) as temporary, warnings.catch_warnings():
            extra = {_NOTE: json.dumps(note, allow_nan=False)}
            # Of weights with channels last, which are written whole and read as they lie.
            warnings.filterwarnings("ignore", "No complete tensor found")
            torch.export.save(exported, temporary, extra_files=extra)
    except (OSError, RuntimeError, ValueError, TypeError) as error:
        raise ModelFileError(f"cannot write {path}: {reason(error)}") from error


def load_model(path: Path) -> LoadedModel:
    """Read a network saved by `save_model` or by `torch.export.save`, or an ONNX model.

    Nothing in the file is run, unpickled or looked up by attribute.

    Raises
    ------
    ModelFileError: if the file is not there, damaged, neither a ``.pt2`` nor an ONNX model, written
        by a newer tabfab, holds pickled objects, or its network does not take batches of images.
    UnsupportedOperatorError: its network has an operator that tabfab does not know.
    TabfabError: it is an ONNX model and the onnx package is not installed.
    """
    if not path.exists():
        raise ModelFileError(f"there is no model file {path}")
    try:
        if is_onnx(path):
            return _load_onnx(path)
        archive = read_archive(path)
        network = read_network(archive)
    except ArchiveError as error:
        raise ModelFileError(str(error)) from error
    except UnsupportedOperatorError:
        raise
    except OSError as error:
        raise ModelFileError(f"{path} cannot be read: {error.strerror}") from error
    note = _read_note(path, archive)
    meta = note.get("meta") or {}
    if not isinstance(meta, dict):
        raise ModelFileError(f"{path} is damaged: its {_NOTE} is not as it was written")
    return LoadedModel(network, _read_classes(path, note, _outputs(path, network)), meta)


def kept_graph(directory: Path) -> Graph | None:
    """The float network of the program in `directory`, or None if it keeps none.

    Earlier programs keep the file that torch saved, which is imported again.

    Raises
    ------
    TabfabError: what it keeps is damaged.
    """
    if has_graph(directory):
        return load_graph(directory)
    path = float_model_path(directory)
    return None if path is None else import_network(load_model(path).network).graph


def _load_onnx(path: Path) -> LoadedModel:
    found = read_onnx(path)
    classes = numbered_classes(path, found.network)
    return LoadedModel(found.network, classes, reference=found.reference)


def numbered_classes(path: Path, network: AtenGraph) -> tuple[str, ...]:
    """Numbers for names of the classes of a network that has none; `path` is for messages."""
    return tuple(str(number) for number in range(_outputs(path, network)))


def _outputs(path: Path, network: AtenGraph) -> int:
    """Numbers that a network returns for an image; for every pixel, where it returns a map."""
    try:
        shape = network.output_shape
    except Exception as error:  # torch says what does not fit by any exception
        raise ModelFileError(
            f"{path} is damaged: its operators do not fit one another ({reason(error)}): save it "
            "again"
        ) from error
    return shape[0] if shape else 1


def _read_note(path: Path, archive: Archive) -> dict[str, object]:
    """What `save_model` noted; empty for a file that another program wrote."""
    text = archive.members.get(f"extra/{_NOTE}")
    if not text:
        return {}
    try:
        note = json.loads(text.decode(), parse_constant=_refuse_constant)
        version = note["format_version"]
        json.dumps(note, ensure_ascii=False).encode()
    except (ValueError, TypeError, KeyError, RecursionError) as error:
        raise ModelFileError(f"{path} is damaged: its {_NOTE} cannot be read") from error
    if type(version) is not int or version < 1:
        raise ModelFileError(f"{path} is damaged: its format version is {shown(version)}")
    if version > FORMAT_VERSION:
        raise ModelFileError(
            f"{path} has format version {shown(version)}, but this tabfab reads up to "
            f"{FORMAT_VERSION}: update tabfab"
        )
    return dict(note)


def _refuse_constant(name: str) -> object:
    raise ValueError(f"{name} is not JSON")


def _read_classes(path: Path, note: Mapping[str, object], outputs: int) -> tuple[str, ...]:
    """The names of the classes: those noted, or numbers."""
    classes = note.get("classes") or [str(number) for number in range(outputs)]
    if not isinstance(classes, list) or not all(isinstance(name, str) for name in classes):
        raise ModelFileError(f"{path} is damaged: its {_NOTE} is not as it was written")
    # The sign of a single output tells two classes apart.
    if len(classes) != outputs and not (outputs == 1 and len(classes) == TWO_CLASSES):
        raise ModelFileError(
            f"{path} names {len(classes)} classes, but its network has {outputs} outputs: save it "
            "again with a name for each"
        )
    return tuple(classes)
