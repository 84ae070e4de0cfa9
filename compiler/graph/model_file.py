"""Saved networks: torch.export's own ``.pt2`` archive with a note of ours inside.

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
from torch.export import Dim, ExportedProgram

from ..program import Shape
from ..store.errors import TabfabError, reason, shown
from ..store.files import atomic_file
from .archive import ArchiveError, check_archive

FORMAT_VERSION = 1

_NOTE = "tabfab.json"


class ModelFileError(TabfabError):
    """A saved network that cannot be read, or a network that cannot be saved."""


@dataclass(frozen=True, eq=False)
class LoadedModel:
    """A network as it comes from a file.

    Parameters
    ----------
    exported: takes float images (N, channels, height, width) in [0, 1], returns (N, classes).
    image_shape: (channels, height, width).
    classes: names of the classes; numbers where the file has none.
    meta: what made it (any JSON values).
    """

    exported: ExportedProgram
    image_shape: Shape
    classes: tuple[str, ...]
    meta: Mapping[str, object] = field(default_factory=dict)


def save_model(
    module: nn.Module,
    image_shape: Shape,
    path: Path,
    classes: Sequence[str],
    meta: Mapping[str, object] | None = None,
) -> None:
    """Export `module` and write it to `path`, whole or not at all.

    Parameters
    ----------
    module: in evaluation mode; takes images in [0, 1].
    image_shape: (channels, height, width).
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
    exported = export(module, image_shape)
    try:
        with atomic_file(path) as temporary:
            extra = {_NOTE: json.dumps(note, allow_nan=False)}
            torch.export.save(exported, temporary, extra_files=extra)
    except (OSError, RuntimeError, ValueError, TypeError) as error:
        raise ModelFileError(f"cannot write {path}: {reason(error)}") from error


def export(module: nn.Module, image_shape: Shape) -> ExportedProgram:
    """`torch.export` of `module` in evaluation mode, for any number of images.

    Raises
    ------
    ModelFileError: with torch's reason, if the module cannot be exported.
    """
    if module.training:
        raise ModelFileError(
            f"{type(module).__name__} is in training mode, in which batch norm and dropout "
            "behave differently: call its eval() first"
        )
    # Two images, because torch.export takes a dimension of size one for a constant.
    example = torch.zeros(2, *image_shape)
    try:
        with torch.no_grad():
            return torch.export.export(module, (example,), dynamic_shapes=({0: Dim("batch")},))
    except Exception as error:  # whatever the user's forward raises comes out here
        raise ModelFileError(
            f"torch.export cannot trace {type(module).__name__} for images of shape "
            f"{image_shape}: {reason(error)}"
        ) from error


def load_model(path: Path) -> LoadedModel:
    """Read a network saved by `save_model` or by `torch.export.save`.

    Raises
    ------
    ModelFileError: if the file is not there, damaged, not a ``.pt2``, written by a newer tabfab,
        holds pickled objects, or its network does not take one batch of images.
    """
    if not path.is_file():
        raise ModelFileError(f"there is no model file {path}")
    try:
        check_archive(path)
    except ArchiveError as error:
        raise ModelFileError(str(error)) from error
    extra: dict[str, object] = {_NOTE: ""}
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", FutureWarning)  # torch's own use of its pytree
            exported = torch.export.load(path, extra_files=extra)
        exported._guards_code = []  # text that calling the module would evaluate as Python
        shape = input_shape(exported)
        outputs = _outputs(exported)
        _check_weights(path, exported)
    except ModelFileError:
        raise
    except Exception as error:  # a wrong archive may raise anything at all
        raise ModelFileError(
            f"{path} cannot be loaded by torch {torch.__version__} "
            f"({type(error).__name__}: {reason(error)}): save it again with torch.export"
        ) from error
    note = _read_note(path, extra[_NOTE])
    meta = note.get("meta") or {}
    if not isinstance(meta, dict):
        raise ModelFileError(f"{path} is damaged: its {_NOTE} is not as it was written")
    return LoadedModel(exported, shape, _read_classes(path, note, outputs), meta)


def input_shape(exported: ExportedProgram) -> Shape:
    """(channels, height, width) of the images that an exported network takes.

    Raises
    ------
    ModelFileError: if it does not take exactly one batch of images of a fixed size.
    """
    names = exported.graph_signature.user_inputs
    shapes = [
        tuple(node.meta["val"].shape)
        for node in exported.graph.nodes
        if node.op == "placeholder" and node.name in names and hasattr(node.meta["val"], "shape")
    ]
    match shapes:
        case [(_, int(channels), int(height), int(width))] if len(names) == 1:
            return channels, height, width
    raise ModelFileError(
        "the exported network must take one tensor (N, channels, height, width) of fixed "
        f"channels, height and width, but it takes {len(names)} of shapes {shapes}"
    )


def _outputs(exported: ExportedProgram) -> int:
    """Classes of an exported network; 0 where its output does not say."""
    (output,) = (node for node in exported.graph.nodes if node.op == "output")
    value = output.args[0][0].meta["val"]
    return int(value.shape[1]) if value.ndim >= 2 else 0


def _check_weights(path: Path, exported: ExportedProgram) -> None:
    for name, value in exported.state_dict.items():
        if not bool(torch.isfinite(value).all()):
            raise ModelFileError(
                f"{path} holds weights that are no numbers, in {shown(name)}: train it again, "
                "with a lower learning rate if that is what became of it"
            )


def _read_note(path: Path, text: object) -> dict[str, object]:
    """What `save_model` noted; empty for a file that another program wrote."""
    if not text:
        return {}
    try:
        note = json.loads(text, parse_constant=_refuse_constant)  # type: ignore[arg-type]
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
    if outputs not in (0, len(classes)):
        raise ModelFileError(
            f"{path} names {len(classes)} classes, but its network has {outputs} outputs: save it "
            "again with a name for each"
        )
    return tuple(classes)
