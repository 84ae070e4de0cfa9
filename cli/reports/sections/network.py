"""The network as a graph, each layer with its method, shape, similarity and cost."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ....compiler.program import Conv, Node, Program
from ..figures import Row, row, size, words
from ..marks import Wires, width, wires
from ..section import Section
from ..subject import Subject


@dataclass(frozen=True)
class LayerCell:
    """What one subject makes of a layer.

    Parameters
    ----------
    method: of it.
    similarity: 0 to 1, of its output to the float layer's; None if that is not known.
    operations, bytes: per image, of the program, and that it stores.
    operations_share, bytes_share: of the largest in any layer before and after, in percent.
    differs: whether the method is another than the first subject's.
    """

    method: str
    similarity: float | None
    operations: int
    bytes: int
    operations_share: float
    bytes_share: float
    differs: bool


@dataclass(frozen=True)
class NodeRow:
    """One node of a network, which several subjects share.

    Parameters
    ----------
    name, kind, shape: of the node; of a layer, its kind is the kernel that it has.
    wires: beside it.
    before: operations of a layer by multiplication; None for other nodes.
    before_share, weight_bytes, weight_share: of a layer, as `LayerCell` has them.
    cells: of a layer, one for each subject.
    """

    name: str
    kind: str
    shape: str
    wires: Wires
    before: int | None
    before_share: float
    weight_bytes: int
    weight_share: float
    cells: tuple[LayerCell, ...]


def _view(subjects: Sequence[Subject]) -> Mapping[str, Any]:
    groups: dict[Any, list[Subject]] = {}
    for subject in subjects:
        groups.setdefault(_skeleton(subject.program), []).append(subject)
    methods = dict.fromkeys(node.method for each in subjects for node in each.program.convs)
    return {"graphs": [_graph(group) for group in groups.values()], "methods": list(methods)}


def _skeleton(program: Program) -> tuple[Any, ...]:
    """What programs of the same network have in common."""
    return tuple((node.name, node.inputs, node.shape) for node in program)


def _graph(subjects: Sequence[Subject]) -> dict[str, Any]:
    program = subjects[0].program
    layers = [{each["name"]: each for each in s.summary["layers"]} for s in subjects]
    figures = [layer for of_subject in layers for layer in of_subject.values()]
    most_operations = max(
        (max(each["operations_exact"], each["operations_program"]) for each in figures), default=1
    )
    most_bytes = max(
        (max(each["weight_bytes"], each["stored_bytes"]) for each in figures), default=1
    )
    lines = wires(program)
    rows = [
        _row(node, [of_subject.get(node.name) for of_subject in layers], line, most_operations,
             most_bytes)
        for node, line in zip(program, lines, strict=True)
    ]  # fmt: skip
    return {
        "subjects": subjects,
        "rows": rows,
        "lanes": width(lines),
        "settings": _settings(subjects),
    }


def _row(
    node: Node,
    layers: Sequence[Mapping[str, Any] | None],
    line: Wires,
    most_operations: int,
    most_bytes: int,
) -> NodeRow:
    known = [each for each in layers if each is not None]
    first = known[0] if known else {}

    def share(figure: str, most: int, of: Mapping[str, Any]) -> float:
        return 100 * of[figure] / max(most, 1)

    kind = f"{size(node.kernel)} kernel" if isinstance(node, Conv) else words(node.kind)
    return NodeRow(
        name=node.name,
        kind=kind,
        shape=size(node.shape),
        wires=line,
        before=first.get("operations_exact"),
        before_share=share("operations_exact", most_operations, first) if first else 0,
        weight_bytes=first.get("weight_bytes", 0),
        weight_share=share("weight_bytes", most_bytes, first) if first else 0,
        cells=tuple(
            LayerCell(
                method=each["method"],
                similarity=_similarity(each["similarity"]),
                operations=each["operations_program"],
                bytes=each["stored_bytes"],
                operations_share=share("operations_program", most_operations, each),
                bytes_share=share("stored_bytes", most_bytes, each),
                differs=each["method"] != first["method"],
            )
            for each in known
        ),
    )


def _similarity(value: float | None) -> float | None:
    return None if value is None or not math.isfinite(value) else max(0.0, min(1.0, value))


def _settings(subjects: Sequence[Subject]) -> list[Row]:
    """A row for each setting of each layer."""
    rows = []
    for node in subjects[0].program.convs:
        found = [_details(each.program, node.name) for each in subjects]
        for name in dict.fromkeys(name for each in found for name in each):
            rows.append(row(f"{node.name}: {words(name)}", [each.get(name) for each in found]))
    return rows


def _details(program: Program, name: str) -> Mapping[str, Any]:
    node = program[name]
    return node.details if isinstance(node, Conv) else {}


NETWORK = Section(
    "network",
    "Network",
    "Every node in the order in which it is computed, with lines to what reads it. Similarity is "
    "the cosine between a layer's output and the float layer's on calibration images. Pale bars "
    "are the network's own cost by multiplication, full ones the program's.",
    _view,
)
