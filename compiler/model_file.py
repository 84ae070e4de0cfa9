"""Saved networks: torch.export's own ``.pt2`` archive with a note of ours inside.

The note (``tabfab.json``) carries a format version, the image shape and the class names. A
``.pt2`` that some other program exported has no note and loads too.
"""

from __future__ import annotations

import io
import json
import os
import warnings
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import torch
from torch import nn
from torch.export import Dim, ExportedProgram

from .errors import TabfabError
from .program import Shape

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
    """Export `module` and write it to `path` (by renaming a finished temporary file).

    Parameters
    ----------
    module: in evaluation mode; takes images in [0, 1].
    image_shape: (channels, height, width).
    path: its folder must exist.
    classes: names of the classes.
    meta: any JSON values worth keeping with the network.

    Raises
    ------
    ModelFileError: if torch cannot export the module, or the file cannot be written.
    """
    note = {
        "format_version": FORMAT_VERSION,
        "image_shape": list(image_shape),
        "classes": list(classes),
        "meta": dict(meta or {}),
    }
    exported = export(module, image_shape)
    temporary = path.with_name(f".{path.name}.part.pt2")
    try:
        torch.export.save(exported, temporary, extra_files={_NOTE: json.dumps(note)})
        os.replace(temporary, path)
    except (OSError, RuntimeError) as error:
        temporary.unlink(missing_ok=True)
        raise ModelFileError(f"cannot write {path}: {error}") from error


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
        reason = str(error).strip().splitlines() or [type(error).__name__]
        raise ModelFileError(
            f"torch.export cannot trace {type(module).__name__} for images of shape "
            f"{image_shape}: {reason[0]}"
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
    _check_archive(path)
    extra: dict[str, object] = {_NOTE: ""}
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", FutureWarning)  # torch's own use of its pytree
            exported = torch.export.load(path, extra_files=extra)
    except Exception as error:  # a wrong archive may raise anything at all
        raise ModelFileError(
            f"{path} cannot be loaded by torch {torch.__version__} "
            f"({type(error).__name__}: {error}): save it again with torch.export"
        ) from error
    note = _read_note(path, extra[_NOTE])
    shape = input_shape(exported)
    classes = note.get("classes") or list(map(str, range(_outputs(exported))))
    meta = note.get("meta") or {}
    if not isinstance(classes, list) or not isinstance(meta, dict):
        raise ModelFileError(f"{path} is damaged: its {_NOTE} is not as it was written")
    return LoadedModel(exported, shape, tuple(map(str, classes)), meta)


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
    (output,) = (node for node in exported.graph.nodes if node.op == "output")
    value = output.args[0][0].meta["val"]
    return int(value.shape[1]) if value.ndim >= 2 else 0


def _read_note(path: Path, text: object) -> dict[str, object]:
    if not text:
        return {}
    try:
        note = json.loads(text)  # type: ignore[arg-type]
        version = int(note["format_version"])
    except (ValueError, TypeError, KeyError) as error:
        raise ModelFileError(f"{path} is damaged: its {_NOTE} cannot be read") from error
    if version > FORMAT_VERSION:
        raise ModelFileError(
            f"{path} has format version {version}, but this tabfab reads up to "
            f"{FORMAT_VERSION}: update tabfab"
        )
    return dict(note)


def _check_archive(path: Path) -> None:
    """Refuse an archive with damaged members, and one that would unpickle objects on loading."""
    try:
        with zipfile.ZipFile(path) as archive:
            damaged = archive.testzip()
            if damaged is not None:
                raise ModelFileError(f"{path} is damaged in {damaged}: save it again")
            # A cut-off archive may still end in a whole one: torch stores the sample inputs as a
            # zip file of their own.
            if not any(name.endswith("/archive_format") for name in archive.namelist()):
                raise zipfile.BadZipFile("it has no member archive_format")
            pickled = [name for name in archive.namelist() if _is_pickled(archive, name)]
    except (zipfile.BadZipFile, OSError, EOFError, NotImplementedError, ValueError) as error:
        raise ModelFileError(
            f"{path} is not a .pt2 archive or is cut off ({error}): save it again with "
            "torch.export.save"
        ) from error
    if pickled:
        raise ModelFileError(
            f"{path} holds pickled objects ({pickled[0]}), which loading would run: export the "
            "network again from plain tensors"
        )


def _is_pickled(archive: zipfile.ZipFile, name: str) -> bool:
    """Whether torch would unpickle this member without its safe tensors-only reader."""
    if name.endswith("_config.json"):
        return b'"use_pickle":true' in archive.read(name).replace(b" ", b"")
    if "/aotinductor/" in name or name.rpartition("/")[2].startswith(("custom_obj", "opaque")):
        return True
    if "/sample_inputs/" in name:
        try:
            torch.load(io.BytesIO(archive.read(name)), weights_only=True)
        except Exception:  # anything that the safe reader refuses, torch would retry unsafely
            return True
    return False
