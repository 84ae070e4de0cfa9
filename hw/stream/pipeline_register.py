"""PipelineRegister: a clock for the way from one component to the next."""

from __future__ import annotations

from amaranth.hdl import Module, ShapeLike

from ..logic.counters import unreset
from ..logic.demand import Demand
from .core import Core


class PipelineRegister(Core):
    """Passes every beat on, a clock later.

    On a large device the wires between two stages can take most of a clock; between two of these
    there is nothing but wires. Elements are not reset, so that a multiplier behind it can take them
    into the registers that it has inside.

    Parameters
    ----------
    shape, lanes: of a beat.

    Members
    -------
    i: in, `lanes` elements of `shape`.
    o: out, the same, one clock later.
    """

    def __init__(self, shape: ShapeLike, lanes: int) -> None:
        super().__init__(i=(shape, lanes), o=(shape, lanes), latency=1)

    def demand(self) -> Demand:
        """What it is made of."""
        return pipeline_register_demand(width=self.input_bits * self.input[1])

    def elaborate(self, platform: object) -> Module:
        m = Module()
        m.d.sync += [self.o.valid.eq(self.i.valid), self.o.p.last.eq(self.i.p.last)]
        data = unreset(m, "data", self.i.p.data.as_value())
        m.d.comb += self.o.p.data.as_value().eq(data)
        return m


def pipeline_register_demand(*, width: int) -> Demand:
    """What a `PipelineRegister` of beats of `width` bits is made of."""
    return Demand(registers=2 + width)
