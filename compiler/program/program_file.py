"""Programs on disk.

A program directory holds ``program.json`` (every node with its scalars, and the dtype and shape
of its arrays), ``tensors.safetensors`` (the arrays, named ``node/field``) and any extra files
given by the caller, such as the float model. The JSON records the SHA-256 of itself and of every
other file, so that damage is noticed before a value is used. The same program always gives the
same bytes. Nothing here imports torch and nothing is unpickled.
"""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import safetensors.numpy
from safetensors import SafetensorError

from ..store.errors import reason, shown
from ..store.files import atomic_directory
from ..store.manifest import ManifestKind, read_manifest, write_manifest
from ..store.records.record_rules import Arrays
from .activation import ProgramError
from .bounds import accumulator_bounds
from .node_codec import MAX_ELEMENTS, decode_node, encode_node
from .nodes.conv import Conv
from .nodes.exact import ExactConv
from .nodes.node import Window
from .nodes.table import TableConv
from .program import Program

VERSION = 3
"""1 had leaf codes of 8 bits; 2 had ``mask`` for ``methods`` in what made a program."""
MANIFEST = "program.json"
TENSORS = "tensors.safetensors"
FLOAT_MODEL = "float.pt2"
"""Extra file that earlier programs kept: the network as torch saved it. Today's keep
`tabfab.compiler.graph.float_file` instead."""

DIRECTORY = ManifestKind(MANIFEST, "tabfab program", VERSION, "tabfab compile", ProgramError)


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
    document = {"classes": list(program.classes), "meta": program.meta, "nodes": nodes}
    write_manifest(DIRECTORY, directory, document, (TENSORS, *(extra_files or {})))


def load_program(directory: Path) -> Program:
    """Read a program directory.

    Raises
    ------
    ProgramError: a file is missing, damaged, of a newer format, or contradicts itself.
    """
    document = read_manifest(DIRECTORY, directory)
    if TENSORS not in document["files"]:
        raise DIRECTORY.refuse(f"{directory / MANIFEST} does not list {TENSORS}")
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


def _read_tensors(path: Path) -> Arrays:
    try:
        return safetensors.numpy.load(path.read_bytes())
    except (SafetensorError, LookupError, TypeError, ValueError) as error:
        raise ProgramError(f"{path.name} cannot be read ({reason(error)})") from error


# ------------------------------------------------------------------------------- program


def _build_program(document: dict[str, Any], arrays: Arrays) -> Program:
    """The program of a checked manifest."""
    nodes, classes, meta = (document.get(key) for key in ("nodes", "classes", "meta"))
    if not (isinstance(nodes, list) and isinstance(classes, list) and isinstance(meta, dict)):
        raise ProgramError(f"{MANIFEST} lacks its nodes, classes or meta")
    if not all(isinstance(name, str) for name in classes):
        raise ProgramError(f"{MANIFEST} has class names that are not strings")
    if document["version"] < 3:
        meta = _with_methods(meta)
    program = Program(tuple(decode_node(node, arrays) for node in nodes), tuple(classes), meta)
    if arrays:
        raise ProgramError(f"{TENSORS} has a tensor {min(arrays)!r} that no node refers to")
    _check_padding(program)
    _check_bounds(program)
    return program


def _with_methods(meta: dict[str, Any]) -> dict[str, Any]:
    """What made a program of format 1 or 2, with the layers' methods by name.

    Those formats had a mask, in which 1 stood for tables and 0 for multiplication: there were no
    other methods.
    """
    mask = meta.get("mask")
    if not (isinstance(mask, list) and all(type(bit) is int and bit in (0, 1) for bit in mask)):
        return meta  # made by hand, not by the compiler
    methods = [(ExactConv.method, TableConv.method)[bit] for bit in mask]
    return {**{key: value for key, value in meta.items() if key != "mask"}, "methods": methods}


def _check_padding(program: Program) -> None:
    """Refuse padding that makes a small tensor enormous."""
    for node in program:
        if isinstance(node, Window):
            channels, height, width = program[node.inputs[0]].shape
            rows, columns = (height + sum(node.edges[0]), width + sum(node.edges[1]))
            if channels * rows * columns > MAX_ELEMENTS:
                raise ProgramError(
                    f"node {shown(node.name)} pads its input to {rows} x {columns} pixels, more "
                    f"than {MAX_ELEMENTS} elements"
                )


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
