"""Programs on disk.

A program directory holds ``program.json`` (every node with its scalars, and the dtype and shape
of its arrays), ``tensors.safetensors`` (the arrays, named ``node/field``) and any extra files
given by the caller, such as the float model. The JSON records the SHA-256 of itself and of every
other file, so that damage is noticed before a value is used. The same program always gives the
same bytes. Nothing here imports torch and nothing is unpickled.
"""

from __future__ import annotations

import dataclasses
import hashlib
import json
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import safetensors.numpy
from safetensors import SafetensorError

from .files import atomic_directory
from .node_codec import Arrays, decode_node, decode_record, encode_node
from .program import Conv, Program, ProgramError, accumulator_bounds

FORMAT = "tabfab program"
VERSION = 1
MANIFEST = "program.json"
TENSORS = "tensors.safetensors"
FLOAT_MODEL = "float.pt2"
"""Name under which `tabfab compile` keeps the float model among the extra files."""

MAX_MANIFEST_BYTES = 64 << 20
MAX_TENSORS_BYTES = 4 << 30


@dataclass(frozen=True)
class _FileRecord:
    """What the manifest says about another file of the directory."""

    bytes: int
    sha256: str


def save_program(
    program: Program, directory: Path, extra_files: Mapping[str, Path] | None = None
) -> None:
    """Write `program` as a program directory, whole or not at all.

    Parameters
    ----------
    program: what to write.
    directory: the directory to make, or an earlier program's to replace.
    extra_files: name in the directory -> file to copy there.

    Raises
    ------
    ProgramError: the program has arrays of the wrong dtype or bounds that do not hold.
    TabfabError: `directory` cannot be written or replaced (`atomic_directory`).
    """
    with atomic_directory(directory, "program") as temporary:
        write_program(program, temporary, extra_files)


def write_program(
    program: Program, directory: Path, extra_files: Mapping[str, Path] | None = None
) -> None:
    """Write the files of `save_program` into the existing directory `directory`."""
    _check_bounds(program)
    arrays: Arrays = {}
    nodes = [encode_node(node, arrays) for node in program]
    # A contiguous copy: safetensors writes the memory of an array as it lies.
    tensors = safetensors.numpy.save({n: np.ascontiguousarray(a) for n, a in arrays.items()})
    (directory / TENSORS).write_bytes(tensors)
    for name, source in (extra_files or {}).items():
        shutil.copyfile(source, directory / name)
    records = {name: _record(directory / name) for name in (TENSORS, *(extra_files or {}))}
    manifest = _serialize(
        {
            "format": FORMAT,
            "version": VERSION,
            "files": {name: dataclasses.asdict(record) for name, record in records.items()},
            "classes": list(program.classes),
            "meta": program.meta,
            "nodes": nodes,
        }
    )
    (directory / MANIFEST).write_bytes(manifest)


def load_program(directory: Path) -> Program:
    """Read a program directory.

    Raises
    ------
    ProgramError: a file is missing, damaged, of a newer format, or contradicts itself.
    """
    document = _read_manifest(directory)
    _check_files(directory, document)
    try:
        return _build_program(document, _read_tensors(directory / TENSORS))
    except ProgramError as error:
        raise ProgramError(
            f"{directory} is not a valid program: {error}; compile it again"
        ) from error


def float_model_path(directory: Path) -> Path | None:
    """The float model that `directory`'s program was compiled from, if it was kept."""
    path = directory / FLOAT_MODEL
    return path if path.is_file() else None


# ------------------------------------------------------------------------------ manifest


def _serialize(document: dict[str, object]) -> bytes:
    """The manifest's bytes, with the checksum of all the others among them."""
    try:
        text = json.dumps({**document, "checksum": ""}, indent=1, sort_keys=True, allow_nan=False)
    except (TypeError, ValueError) as error:
        raise ProgramError(f"the program's meta must hold JSON values only: {error}") from error
    blank = f"{text}\n".encode()
    return blank.replace(_checksum_entry(""), _checksum_entry(_sha256(blank)), 1)


def _checksum_entry(checksum: str) -> bytes:
    return f'"checksum": "{checksum}"'.encode()


def _sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def _read_manifest(directory: Path) -> dict[str, Any]:
    """The manifest's top-level object, its version and checksum checked."""
    path = directory / MANIFEST
    if not path.is_file():
        raise ProgramError(
            f"{directory} is not a program directory: it has no {MANIFEST}; "
            "'tabfab compile' writes one"
        )
    if path.stat().st_size > MAX_MANIFEST_BYTES:
        raise ProgramError(f"{path} is larger than {MAX_MANIFEST_BYTES} bytes; compile it again")
    data = path.read_bytes()
    try:
        document = json.loads(data.decode())
    except (ValueError, RecursionError) as error:
        raise ProgramError(f"{path} is truncated or damaged ({error}); compile it again") from error
    if not isinstance(document, dict) or document.get("format") != FORMAT:
        raise ProgramError(f"{path} is not a tabfab program; compile one with 'tabfab compile'")
    version = document.get("version")
    if type(version) is not int or version < 1:
        raise ProgramError(f"{path} is damaged: its format number is {version!r}; compile it again")
    if version > VERSION:
        raise ProgramError(
            f"{path} was written by a newer tabfab, format {version}, and this one reads up to "
            f"format {VERSION}; upgrade tabfab"
        )
    checksum = document.get("checksum")
    blank = data.replace(_checksum_entry(str(checksum)), _checksum_entry(""), 1)
    if checksum != _sha256(blank):
        raise ProgramError(
            f"{path} is damaged or was edited: its checksum is wrong; compile it again"
        )
    return document


# ------------------------------------------------------------------------- other files


def _record(path: Path) -> _FileRecord:
    with path.open("rb") as file:
        return _FileRecord(path.stat().st_size, hashlib.file_digest(file, "sha256").hexdigest())


def _check_files(directory: Path, document: dict[str, Any]) -> None:
    """Check every file of the manifest's list against its size and checksum."""
    place = f"{directory / MANIFEST}, files"
    files = document.get("files")
    if not isinstance(files, dict) or TENSORS not in files:
        raise ProgramError(f"{place} does not list {TENSORS}; compile it again")
    for name, entry in files.items():
        if Path(name).name != name:
            raise ProgramError(f"{place} lists {name!r}, which is not a plain file name")
        record = decode_record(_FileRecord, entry, place)
        path = directory / name
        if not path.is_file():
            raise ProgramError(f"{path} is missing; compile the program again")
        if path.stat().st_size != record.bytes or _record(path) != record:
            raise ProgramError(f"{path} is truncated or damaged; compile the program again")


def _read_tensors(path: Path) -> Arrays:
    try:
        return safetensors.numpy.load(path.read_bytes())
    except (SafetensorError, LookupError, TypeError, ValueError) as error:
        raise ProgramError(f"{path.name} cannot be read ({error})") from error


# ------------------------------------------------------------------------------- program


def _build_program(document: dict[str, Any], arrays: Arrays) -> Program:
    """The program of a checked manifest."""
    nodes, classes, meta = (document.get(key) for key in ("nodes", "classes", "meta"))
    if not (isinstance(nodes, list) and isinstance(classes, list) and isinstance(meta, dict)):
        raise ProgramError(f"{MANIFEST} lacks its nodes, classes or meta")
    if not all(isinstance(name, str) for name in classes):
        raise ProgramError(f"{MANIFEST} has class names that are not strings")
    program = Program(tuple(decode_node(node, arrays) for node in nodes), tuple(classes), meta)
    if arrays:
        raise ProgramError(f"{TENSORS} has a tensor {min(arrays)!r} that no node refers to")
    _check_bounds(program)
    return program


def _check_bounds(program: Program) -> None:
    """Prove every stored accumulator bound again: hardware is built to its width."""
    for node in program:
        if isinstance(node, Conv):
            proven = accumulator_bounds(node, program[node.inputs[0]].type)
            if node.accumulator != proven:
                raise ProgramError(
                    f"node {node.name!r} has accumulator bounds {node.accumulator}, but its "
                    f"contents give {proven}"
                )
