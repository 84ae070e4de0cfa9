"""Two streams that move together through a core, and nodes that are made so."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping
from typing import ClassVar

from amaranth.hdl import Module, Shape, signed
from amaranth.lib import stream, wiring
from amaranth.lib.wiring import In, Out

from ....compiler.program import ActivationType
from ...logic.component import Component
from ...logic.demand import Demand
from ...network.content import Activations
from ...network.network import Port
from ...network.node_hardware import NodeHardware, NodeT
from ...network.stage_list import OpenStream, StageList
from ...stream.core import Chain
from ...stream.elastic import Elastic
from ...stream.streams import elastic, shape_of
from ...stream.timing import Rule, shifted


class StreamPair(Component):
    """Takes two streams beat by beat and gives what a core makes of both.

    Both streams move on the same clock: `ready` of one depends on `valid` of the other without
    a register between.

    Parameters
    ----------
    a, b: types of the two streams' elements.
    kind: of the results.
    lanes: elements of each.
    core: that takes `lanes` elements of a, then `lanes` of b, each in `common_shape`.

    Members
    -------
    a, b: in, streams of `lanes` elements of the types `a` and `b`.
    o: out, a stream of `lanes` results of the type `kind`.
    """

    a: stream.Interface
    b: stream.Interface
    o: stream.Interface

    def __init__(
        self, a: ActivationType, b: ActivationType, kind: ActivationType, lanes: int, core: Chain
    ) -> None:
        self.lanes = lanes
        self.inner = Elastic(core)
        super().__init__(
            {
                "a": In(elastic(shape_of(a), lanes)),
                "b": In(elastic(shape_of(b), lanes)),
                "o": Out(elastic(shape_of(kind), lanes)),
            }
        )

    def timing(self, counts: Mapping[str, int]) -> list[Rule]:
        """`a` and `b` move together; `o` follows."""
        together = shifted(counts["o"], 0)
        rules = self.inner.timing({"o": counts["o"]})
        return [
            Rule("a", "b", together, 0),
            Rule("b", "a", together, 0),
            *(rule.renamed(lambda port: "a" if port == "i" else port) for rule in rules),
        ]

    def demand(self) -> Demand:
        """What its core and what is around it are made of."""
        return self.inner.demand()

    def elaborate(self, platform: object) -> Module:
        m = Module()
        m.submodules.inner = inner = self.inner
        for n in range(self.lanes):
            m.d.comb += [
                inner.i.p.data[n].eq(self.a.p.data[n]),
                inner.i.p.data[self.lanes + n].eq(self.b.p.data[n]),
            ]
        m.d.comb += [
            inner.i.p.last.eq(self.a.p.last),
            inner.i.valid.eq(self.a.valid & self.b.valid),
            self.a.ready.eq(inner.i.ready & self.b.valid),
            self.b.ready.eq(inner.i.ready & self.a.valid),
        ]
        wiring.connect(m, wiring.flipped(self.o), inner.o)
        return m


def common_shape(a: ActivationType, b: ActivationType) -> Shape:
    """The smallest shape that holds both types."""
    if a.signed == b.signed:
        return Shape(max(a.bits, b.bits), signed=a.signed)
    return signed(max(a.bits + (not a.signed), b.bits + (not b.signed)))


class PairHardware(NodeHardware[NodeT]):
    """A `StreamPair`, as wide as the wider of its operands."""

    part: ClassVar[str]
    """What it does, in the name of its stage."""

    @abstractmethod
    def pair(self, lanes: int) -> StreamPair:
        """What makes one stream of two, `lanes` elements of each in a beat."""

    def build(self, stages: StageList, sources: list[OpenStream]) -> OpenStream:
        lanes = max(source.format.lanes for source in sources)
        operands = [
            (port, stages.lanes(source, lanes, port))
            for port, source in zip(("a", "b"), sources, strict=True)
        ]
        name = stages.append(self.part, self.pair(lanes))
        for port, operand in operands:
            stages.link(operand, Port(name, port))
        return OpenStream(Port(name, "o"), self.format(lanes), Activations(self.node.name))
