"""From an ONNX model to an `AtenGraph`: what it takes, what it returns, what lies between."""

from __future__ import annotations

import dataclasses
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ...store.errors import TabfabError
from ...store.zip_archive import ArchiveError
from ..aten import AtenCall, AtenGraph, with_outputs
from ..several_inputs import check_alike, with_inputs
from .entry import entries_of
from .file import external_data, opset_of, read_model
from .reference import OnnxReference
from .values import Computed
from .walk import Walk, full_name

_LABELS = ("ArgMax", "TopK", "ai.onnx.ml.ZipMap")
"""Operators that make class numbers and names of scores."""
_OF_LABELS = (
    "Cast", "Identity", "Reshape", "Squeeze", "Unsqueeze", "Flatten",
    "ai.onnx.ml.ArrayFeatureExtractor", "ai.onnx.ml.LabelEncoder",
)  # fmt: skip
"""What may follow them."""
_MOST_STEPS = 20
"""Operators from a label back to its score: exporters write about five."""


@dataclass(frozen=True, eq=False)
class OnnxNetwork:
    """A network out of an ONNX model.

    Parameters
    ----------
    network: its operators.
    reference: what the onnx package computes of the same nodes.
    """

    network: AtenGraph
    reference: OnnxReference


def read_onnx(path: Path) -> OnnxNetwork:
    """The network in `path`.

    Nothing in the file is run before every node that it needs is known.

    Raises
    ------
    ArchiveError: it is damaged, of a version that tabfab does not read, or does not take batches
        of images and return tensors.
    UnsupportedOperatorError: a node of it has no counterpart.
    TabfabError: the onnx package is not installed.
    """
    model = read_model(path)
    external_data(path, _tensors(model.graph))
    graph = model.graph
    answers, notes = _answers(graph)
    nodes = _needed(graph, answers)
    weights = {tensor.name: tensor for tensor in graph.initializer}
    read = Counter(answers) + Counter(name for node in nodes for name in node.input)
    entries = entries_of(path, graph, nodes)
    opset = opset_of(model)
    assert opset is not None
    walk = Walk(opset, entries)
    try:
        check_alike(walk.inputs)
    except TabfabError as error:
        raise ArchiveError(f"{path}: {error}") from error
    walk.notes += notes
    for name in weights:
        if read[name]:
            walk.constant(weights[name])
    for node in nodes:
        walk.node(node, read)
    outputs = [walk.known.get(answer) for answer in answers]
    computed = [output.name for output in outputs if isinstance(output, Computed)]
    if len(computed) < len(outputs) or not outputs:
        raise ArchiveError(
            f"{path}: the network returns a tensor that does not depend on the image: it must "
            "return one that does"
        )
    image = walk.inputs[0]
    network = AtenGraph(
        image.name, image.shape, image.dtype, image.batch, walk.tensors, tuple(walk.calls),
        computed[0], tuple(walk.notes),
    )  # fmt: skip
    network = with_outputs(with_inputs(network, walk.inputs), computed)
    reference = OnnxReference(model, nodes, entries, answers)
    return OnnxNetwork(_without_dead_calls(network), reference)


def _tensors(graph: Any) -> Iterator[Any]:
    """Every tensor in the graph, those of attributes included."""
    yield from graph.initializer
    for node in graph.node:
        for attribute in node.attribute:
            if attribute.HasField("t"):
                yield attribute.t


# ----------------------------------------------------------------------------- outputs


def _answers(graph: Any) -> tuple[list[str], list[str]]:
    """Names of the tensors that the network answers with, and what is worth a word.

    Class numbers and names are made of scores; the scores are taken.
    """
    makers = {name: node for node in graph.node for name in node.output if name}
    answers, notes = [], []
    for output in graph.output:
        scores, maker = _scores(output.name, makers)
        if scores != output.name:
            notes.append(
                f"{maker} at the end is left out: the network answers with the scores in front of "
                "it"
            )
        if scores not in answers:
            answers.append(scores)
    return answers, notes


def _scores(name: str, makers: dict[str, Any]) -> tuple[str, str]:
    """What `name` is the class number of, and the operator that took it; else `name` itself."""
    scores, taken, seen = name, "", name
    for _ in range(_MOST_STEPS):
        node = makers.get(seen)
        if node is None or not len(node.input):
            break
        operator = full_name(node)
        if operator in _LABELS:
            scores, taken = node.input[0], taken or operator
            seen = scores
        elif _is_complement(node, makers):
            scores = seen = node.input[1]
            taken = taken or operator
        elif operator in _OF_LABELS:
            seen = node.input[1 if operator.endswith("ArrayFeatureExtractor") else 0]
        else:
            break
    return scores, taken


def _is_complement(node: Any, makers: dict[str, Any]) -> bool:
    """Whether a node puts 1 - p in front of a probability p, as scikit-learn has two classes."""
    if node.op_type != "Concat" or len(node.input) != 2:
        return False
    first = makers.get(node.input[0])
    return first is not None and first.op_type == "Sub" and first.input[1:] == node.input[1:]


def _needed(graph: Any, answers: Sequence[str]) -> list[Any]:
    """The nodes that the answers depend on, in the order of the graph."""
    wanted = set(answers)
    found = []
    for node in reversed(graph.node):
        if wanted.intersection(node.output):
            found.append(node)
            wanted.update(name for name in node.input if name)
    return found[::-1]


def _without_dead_calls(network: AtenGraph) -> AtenGraph:
    """`network` without operators whose results nothing reads, and without unread constants."""
    wanted = {network.output}
    calls: list[AtenCall] = []
    for call in reversed(network.calls):
        if call.result in wanted:
            calls.append(call)
            wanted.update(call.sources)
    tensors = {name: tensor for name, tensor in network.tensors.items() if name in wanted}
    return dataclasses.replace(network, calls=tuple(calls[::-1]), tensors=tensors)
