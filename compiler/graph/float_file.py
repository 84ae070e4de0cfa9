"""A float network on disk: what a program directory keeps of the network that it came from.

``float.json`` holds every layer with its settings, ``float.safetensors`` the weights, named
``layer/field``. The JSON records the SHA-256 of itself and of the tensors, as a program's does.
Both are plain numbers and text: nothing in them is run or unpickled.
"""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import safetensors.numpy
import torch
from safetensors import SafetensorError

from ..store.errors import TabfabError, reason, shown
from ..store.manifest import ManifestKind, read_manifest, write_manifest
from ..store.records.decode_record import decode_tagged
from ..store.records.encode_record import encode_record
from ..store.records.record_rules import Arrays, RecordRules
from . import float_graph
from .graph import Graph
from .layers.input import Input
from .layers.layer import Layer, Window
from .layers.shapes import Pad, SlicePad
from .operators.catalog import FLOAT_OPERATORS

VERSION = 1
MANIFEST = "float.json"
TENSORS = "float.safetensors"

_MOST_ELEMENTS = 1 << 28
"""Elements of one tensor of one image: more is a mistake, not a network."""


class GraphFileError(TabfabError):
    """A float network that cannot be read."""


_RULES = RecordRules(error=GraphFileError)
DIRECTORY = ManifestKind(
    MANIFEST, "tabfab float network", VERSION, "tabfab compile", GraphFileError
)


@contextmanager
def graph_files(graph: Graph) -> Iterator[dict[str, Path]]:
    """The files that hold `graph`, by the names that they have in a directory, for a while."""
    with TemporaryDirectory() as temporary:
        write_graph(graph, Path(temporary))
        yield {name: Path(temporary) / name for name in (MANIFEST, TENSORS)}


def write_graph(graph: Graph, directory: Path) -> None:
    """Write the two files of `graph` into the existing directory `directory`."""
    arrays: Arrays = {}
    layers = [
        {"kind": layer.kind, **encode_record(layer, layer.name, arrays, _RULES)} for layer in graph
    ]
    # A contiguous copy: safetensors writes the memory of an array as it lies.
    tensors = safetensors.numpy.save({n: np.ascontiguousarray(a) for n, a in arrays.items()})
    (directory / TENSORS).write_bytes(tensors)
    write_manifest(DIRECTORY, directory, {"layers": layers}, (TENSORS,))


def has_graph(directory: Path) -> bool:
    """Whether `directory` keeps a float network."""
    return (directory / MANIFEST).is_file()


def load_graph(directory: Path) -> Graph:
    """The float network that `directory` keeps.

    Raises
    ------
    GraphFileError: a file is missing, damaged, of a newer format, or contradicts itself.
    """
    document = read_manifest(DIRECTORY, directory)
    try:
        if TENSORS not in document["files"]:
            raise GraphFileError(f"it does not list {TENSORS}")
        graph = _graph(document.get("layers"), _tensors(directory / TENSORS))
        _check(graph)
    except TabfabError as error:
        raise GraphFileError(
            f"{directory / MANIFEST} is not a valid float network: {error}; compile it again"
        ) from error
    return graph


def _tensors(path: Path) -> Arrays:
    try:
        return safetensors.numpy.load(path.read_bytes())
    except (SafetensorError, LookupError, OSError, TypeError, ValueError) as error:
        raise GraphFileError(f"{path.name} cannot be read ({reason(error)})") from error


def _graph(layers: object, arrays: Arrays) -> Graph:
    if not isinstance(layers, list) or not layers:
        raise GraphFileError("it lists no layers")
    kinds = {layer.kind: layer for layer in FLOAT_OPERATORS}
    decoded: list[Layer] = []
    for number, value in enumerate(layers):
        name = value.get("name") if isinstance(value, dict) else None
        where = f"layer {shown(name)}" if isinstance(name, str) else f"layer number {number}"
        decoded.append(decode_tagged(kinds, value, where, arrays, _RULES))
    if arrays:
        raise GraphFileError(f"{TENSORS} has a tensor {shown(min(arrays))} that no layer refers to")
    return Graph(tuple(decoded))


# ------------------------------------------------------------------------------ consistency


def _check(graph: Graph) -> None:
    """Refuse layers that do not fit one another, or that would fill the memory."""
    seen: dict[str, Layer] = {}
    for layer in graph:
        if isinstance(layer, Input) == bool(seen) or bool(layer.inputs) != bool(seen):
            raise GraphFileError("the first layer, and no other, must be the input")
        if layer.name in seen:
            raise GraphFileError(f"two layers are named {shown(layer.name)}")
        for name in layer.inputs:
            if name not in seen:
                raise GraphFileError(
                    f"layer {shown(layer.name)} reads {shown(name)}, which does not come before it"
                )
        _check_numbers(layer)
        _check_shape(layer, [seen[name] for name in layer.inputs])
        seen[layer.name] = layer


def _check_numbers(layer: Layer) -> None:
    for field in dataclasses.fields(layer):
        value = getattr(layer, field.name)
        if isinstance(value, np.ndarray) and not bool(np.isfinite(value).all()):
            raise GraphFileError(f"layer {shown(layer.name)} has a {field.name} that is no number")
    if isinstance(layer, Input) and not bool((layer.std > 0).all()):
        raise GraphFileError("the input's std must be above zero")
    if math.isnan(layer.low) or math.isnan(layer.high):
        raise GraphFileError(f"layer {shown(layer.name)} has a clamp that is no number")
    if not (math.isfinite(layer.grid) and layer.grid >= 0):
        raise GraphFileError(f"layer {shown(layer.name)} has a grid of {layer.grid}")


def _check_shape(layer: Layer, sources: list[Layer]) -> None:
    """Refuse a layer whose result has another shape than it says; torch tells, with no images.

    (Tensors of torch's device for that, ``meta``, take seconds of imports.)
    """
    sizes = [*layer.shape]
    if isinstance(layer, Window):
        sizes += [*layer.kernel, *layer.stride, *layer.dilation]
        rows, columns = (
            size + sum(edge) for size, edge in zip(sources[0].shape[1:], layer.edges, strict=True)
        )
        if min(map(min, layer.edges)) < 0 or sources[0].shape[0] * rows * columns > _MOST_ELEMENTS:
            raise GraphFileError(f"layer {shown(layer.name)} has a padding of {layer.edges}")
    if isinstance(layer, SlicePad):
        sizes += layer.step
        if min(map(min, layer.cut)) < 0:
            raise GraphFileError(f"layer {shown(layer.name)} cuts off {layer.cut}")
    if isinstance(layer, Pad) and min(map(min, layer.border)) < 0:
        raise GraphFileError(f"layer {shown(layer.name)} has a border of {layer.border}")
    if min(sizes) < 1 or math.prod(layer.shape) > _MOST_ELEMENTS:
        raise GraphFileError(f"layer {shown(layer.name)} has the shape {layer.shape}")
    shapes = [source.shape for source in sources] or [layer.shape]
    try:
        made = float_graph.before_clamp(layer, [torch.empty((0, *shape)) for shape in shapes])
    except Exception as error:  # torch says what does not fit by any exception
        raise GraphFileError(
            f"layer {shown(layer.name)} does not fit what it reads ({reason(error)})"
        ) from error
    if tuple(made.shape) != (0, *layer.shape):
        raise GraphFileError(
            f"layer {shown(layer.name)} says that its shape is {layer.shape}, but it gives "
            f"{tuple(made.shape[1:])}"
        )
