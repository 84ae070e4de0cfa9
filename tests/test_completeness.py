"""No kind of node, layer method or kind of float layer is missing in any room.

These walk the lists of what there is and name each catalog that lacks something.
"""

from __future__ import annotations

import typing
from collections.abc import Iterator
from typing import Any

import pytest
from tabfab.compiler.convert.operators.catalog import INTEGER_OPERATORS
from tabfab.compiler.finetune.student.operators import TRAINED_OPERATORS
from tabfab.compiler.graph import Conv as ConvLayer
from tabfab.compiler.graph import Input as InputLayer
from tabfab.compiler.graph import Layer
from tabfab.compiler.graph.operators.catalog import FLOAT_OPERATORS
from tabfab.compiler.methods.catalog import METHODS
from tabfab.compiler.methods.table.options import TableOptions
from tabfab.compiler.program import NODE_KINDS, Conv, Input, Node
from tabfab.compiler.program.encoders import ENCODER_KINDS
from tabfab.compiler.scales.operators.catalog import OPERATORS
from tabfab.hw.network.node_hardware import WithoutHardware
from tabfab.hw.nodes.catalog import HARDWARE
from tabfab.hw.nodes.methods.table.encoders import ENCODER_HARDWARE
from tabfab.sim.models.catalog import MODELS
from tabfab.sim.mutation.extremes.catalog import EXTREMES
from tabfab.sim.proofs.catalog import METHODS as PROOFS
from tabfab.sim.reference.catalog import MEANINGS
from tabfab.sim.reference.methods.table import ENCODERS as ENCODER_MEANINGS

from support.programs import ENCODERS as ENCODERS_DRAWN


def rooms_of(kind: type[Node]) -> Iterator[tuple[str, bool]]:
    """Each catalog that must know a kind of node, and whether it does."""
    yield "hw/nodes/catalog.py", kind in HARDWARE
    if kind is Input:
        return
    yield "sim/models/catalog.py", kind in MODELS
    yield "sim/reference/catalog.py", kind in MEANINGS
    if issubclass(kind, Conv):
        yield "compiler/methods/catalog.py", kind.method in METHODS
        yield "compiler/program/nodes (details)", kind.details is not Conv.details
        yield "sim/mutation/extremes/catalog.py", kind in EXTREMES
        yield "sim/proofs/catalog.py", bool(PROOFS.get(kind.method)) == has_hardware(kind)
    else:
        yield "compiler/convert/operators/catalog.py", kind in INTEGER_OPERATORS


def has_hardware(kind: type[Node]) -> bool:
    """Whether a kind of node can be built; one that cannot has nothing to be proven."""
    return not issubclass(HARDWARE.get(kind, object), WithoutHardware)


def rooms_of_layer(layer: type[Layer]) -> Iterator[tuple[str, bool]]:
    """Each catalog that must know a class of float layers, and whether it does."""
    yield "compiler/graph/operators/catalog.py", layer in FLOAT_OPERATORS
    yield "compiler/scales/operators/catalog.py", layer in OPERATORS
    if layer not in (InputLayer, ConvLayer):  # the image, and what methods train
        yield "compiler/finetune/student/operators.py", layer in TRAINED_OPERATORS


def layer_classes(base: type[Layer] = Layer) -> set[type[Layer]]:
    """The classes of float layers that tabfab itself has and that graphs are made of."""
    found = {base} if hasattr(base, "kind") and base.__module__.startswith("tabfab.") else set()
    return found.union(*(layer_classes(sub) for sub in base.__subclasses__()))


@pytest.mark.parametrize("kind", NODE_KINDS)
def test_every_room_knows_every_kind_of_node(kind: str) -> None:
    lacking = [room for room, known in rooms_of(NODE_KINDS[kind]) if not known]
    assert not lacking, f"{kind} is missing there"


def test_every_room_knows_every_class_of_float_layer() -> None:
    graphs = {layer for layer in layer_classes() if ".graph.layers." in layer.__module__}
    assert graphs >= set(FLOAT_OPERATORS) - {InputLayer}
    lacking: dict[str, list[str]] = {}
    for layer in graphs:
        for room, known in rooms_of_layer(layer):
            if not known:
                lacking.setdefault(room, []).append(layer.__name__)
    assert lacking == {}


def test_every_method_has_a_node_and_every_node_a_method() -> None:
    nodes: dict[str, Any] = {
        kind.method: kind for kind in NODE_KINDS.values() if issubclass(kind, Conv)
    }
    assert set(nodes) == set(METHODS) == set(PROOFS)
    assert all(name == method.name for name, method in METHODS.items())


def test_every_room_knows_every_kind_of_encoder() -> None:
    kinds = set(ENCODER_KINDS.values())
    assert set(ENCODER_HARDWARE) == set(ENCODER_MEANINGS) == kinds
    assert set(ENCODERS_DRAWN) == set(ENCODER_KINDS)
    assert set(typing.get_args(typing.get_type_hints(TableOptions)["encoder"])) == {*ENCODER_KINDS}


def test_a_kind_that_no_room_knows_is_named_with_each_of_them() -> None:
    class Strange(Conv):
        kind = "strange"
        method = "strange"

    lacking = [room for room, known in rooms_of(Strange) if not known]
    assert len(lacking) == 7
