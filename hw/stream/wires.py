"""ChannelWires: elements of a stream's beats in other places."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from amaranth.hdl import Cat, Module, ShapeLike
from amaranth.lib import stream
from amaranth.lib.wiring import In, Out

from ..logic.component import Component
from ..logic.demand import Demand
from .streams import elastic
from .timing import Rule, shifted


class ChannelWires(Component):
    """Puts the elements of every beat in other places: wires, and no clock.

    Parameters
    ----------
    shape: of an element.
    lanes: elements of a beat that comes in.
    places: which of them each element of a beat that goes out is.

    Members
    -------
    i: in, a stream of `lanes` elements of `shape`.
    o: out, a stream of as many elements as there are places.
    """

    i: stream.Interface
    o: stream.Interface

    def __init__(self, shape: ShapeLike, lanes: int, places: Sequence[int]) -> None:
        if not places or min(places) < 0 or max(places) >= lanes:
            raise ValueError(f"there are no places {list(places)} in {lanes} lanes")
        self.places = tuple(places)
        super().__init__({"i": In(elastic(shape, lanes)), "o": Out(elastic(shape, len(places)))})

    def timing(self, counts: Mapping[str, int]) -> list[Rule]:
        """Every beat moves in and out on the same clock."""
        together = shifted(counts["o"], 0)
        return [Rule("o", "i", together, 0), Rule("i", "o", together, 0)]

    def demand(self) -> Demand:
        """Wires alone."""
        return Demand()

    def elaborate(self, platform: object) -> Module:
        m = Module()
        m.d.comb += [
            self.o.valid.eq(self.i.valid),
            self.o.p.last.eq(self.i.p.last),
            self.i.ready.eq(self.o.ready),
            self.o.p.data.as_value().eq(Cat(self.i.p.data[place] for place in self.places)),
        ]
        return m
