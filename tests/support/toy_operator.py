"""An operator in one file: the absolute value, which tabfab itself has as a table.

A test registers it in every room, and tabfab knows it as it knows its own:

    with toy_operator():
        ...
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
import pytest
import torch
from amaranth.hdl import Module, Mux
from tabfab.compiler import graph, program
from tabfab.compiler.convert.operators.catalog import INTEGER_OPERATORS
from tabfab.compiler.finetune.student.operators import TRAINED_OPERATORS
from tabfab.compiler.frontend.draft.call import LOWERINGS, Call
from tabfab.compiler.frontend.draft.values import Value
from tabfab.compiler.graph.operators.catalog import FLOAT_OPERATORS
from tabfab.compiler.scales.operators.catalog import OPERATORS
from tabfab.compiler.scales.operators.fields import node_fields
from tabfab.compiler.scales.operators.operator import SameIntegers
from tabfab.compiler.scales.tensor_scale import TensorScale
from tabfab.hw.logic.demand import Demand
from tabfab.hw.network.node_hardware import NodeHardware
from tabfab.hw.network.stage_list import OpenStream, StageList
from tabfab.hw.nodes.catalog import HARDWARE
from tabfab.hw.stream.core import Core
from tabfab.hw.stream.elastic import Elastic
from tabfab.sim.models.catalog import MODELS
from tabfab.sim.models.parts import Activations, NodeModel, Source
from tabfab.sim.reference.catalog import MEANINGS
from tabfab.sim.reference.parts import Source as ReferenceSource
from tabfab.sim.reference.parts import Tensor as ReferenceTensor
from torch import Tensor

# ------------------------------------------------------------------------------- compiler


@dataclass(frozen=True, eq=False, kw_only=True)
class AbsLayer(graph.Layer):
    """The absolute value."""

    kind: ClassVar[str] = "abs"


@dataclass(frozen=True, eq=False, kw_only=True)
class Abs(program.Node):
    """The absolute value, or the largest of the type where there is no such number."""

    kind: ClassVar[str] = "abs"
    arity: ClassVar[int] = 1
    keeps_type: ClassVar[bool] = True

    def output_shape(self, sources: Sequence[program.Node]) -> program.Shape:
        """Its input's."""
        return sources[0].shape


class AbsOperator(SameIntegers[AbsLayer]):
    """The magnitudes of its input's integers, which have the same scale."""

    def takes_normalized_image(self, layer: AbsLayer) -> bool:
        """What is negative would be told from an offset."""
        return False

    def node(self, layer: AbsLayer, scale: TensorScale, sources: Sequence[TensorScale]) -> Abs:
        """See `PlainOperator.node`."""
        return Abs(**node_fields(layer, scale))


def lower_abs(call: Call) -> Value:
    """A layer of its own."""
    value = call.image("self")
    layer = AbsLayer(
        name=call.layer_name(call.operator), inputs=(value.layer,), shape=value.shape,
        source=call.place.source,
    )  # fmt: skip
    return call.add(layer, value.order)


def _largest(node: Abs) -> int:
    return node.type.high


def executed(node: Abs, inputs: Sequence[Tensor]) -> Tensor:
    """The program's integers."""
    return inputs[0].abs().clamp(max=_largest(node))


def trained(layer: AbsLayer, scales: Any, inputs: Sequence[Tensor]) -> Tensor:
    """The same under training."""
    return inputs[0].abs()


# ------------------------------------------------------------------------------- hardware


class Magnitude(Core):
    """`lanes` magnitudes, on the clock on which they come."""

    def __init__(self, source: OpenStream, largest: int) -> None:
        self.largest = largest
        beat = (source.format.shape, source.format.lanes)
        super().__init__(i=beat, o=beat, latency=0)

    def demand(self) -> Demand:
        """A negation and a choice for each lane."""
        bits = len(self.i.p.data.as_value())
        return Demand(adders=bits, selects=2 * bits)

    def elaborate(self, platform: object) -> Module:
        m = Module()
        m.d.comb += [self.o.valid.eq(self.i.valid), self.o.p.last.eq(self.i.p.last)]
        for lane, x in enumerate(self.i.p.data):
            magnitude = Mux(x < 0, -x, x)
            m.d.comb += self.o.p.data[lane].eq(
                Mux(magnitude > self.largest, self.largest, magnitude)
            )
        return m


class AbsHardware(NodeHardware[Abs]):
    """One stage."""

    def build(self, stages: StageList, sources: list[OpenStream]) -> OpenStream:
        (source,) = sources
        core = Magnitude(source, _largest(self.node))
        return stages.stage("magnitude", Elastic(core), source, source.format)


# --------------------------------------------------------------------------------- models


def modelled(node: Abs, source: Source) -> Activations:
    """The golden model's."""
    return np.minimum(np.abs(source.values), _largest(node)).astype(np.int16)


def meant(node: Abs, source: ReferenceSource) -> ReferenceTensor:
    """The reference model's."""
    return [
        [[min(-x if x < 0 else x, _largest(node)) for x in pixel] for pixel in row]
        for row in source.tensor
    ]


@contextmanager
def toy_operator() -> Iterator[None]:
    """The operator is known to all rooms while this lasts."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(LOWERINGS, torch.ops.aten.abs.default, lower_abs)
        patch.setitem(FLOAT_OPERATORS, AbsLayer, lambda layer, sources: sources[0].abs())
        patch.setitem(OPERATORS, AbsLayer, AbsOperator())
        patch.setitem(INTEGER_OPERATORS, Abs, executed)
        patch.setitem(TRAINED_OPERATORS, AbsLayer, trained)
        patch.setitem(program.NODE_KINDS, Abs.kind, Abs)
        patch.setitem(HARDWARE, Abs, AbsHardware)
        patch.setitem(MODELS, Abs, NodeModel(modelled))
        patch.setitem(MEANINGS, Abs, meant)
        yield
