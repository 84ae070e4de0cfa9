"""Fork: one stream to several readers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from amaranth.hdl import Cat, Module, Shape, ShapeLike
from amaranth.lib import stream, wiring
from amaranth.lib.wiring import In, Out

from ..logic.component import Component
from ..logic.demand import Demand
from .block_queue import queue_for
from .streams import elastic
from .timing import Rule


class Fork(Component):
    """Copies every beat into one queue per reader; waits while any of them is full.

    Parameters
    ----------
    shape, lanes: of a beat.
    depths: beats of each reader's queue.

    Members
    -------
    i: in, a stream of `lanes` elements of `shape`.
    o0, o1, ...: out, the same stream, once per reader.
    """

    i: stream.Interface

    def __init__(self, shape: ShapeLike, lanes: int, depths: Sequence[int]) -> None:
        if len(depths) < 2:
            raise ValueError(f"a fork has at least two readers, not {len(depths)}")
        self.shape = Shape.cast(shape)
        self.lanes = lanes
        self.queues = [queue_for(shape, lanes, depth) for depth in depths]
        readers = {f"o{n}": Out(elastic(shape, lanes)) for n in range(len(depths))}
        super().__init__({"i": In(elastic(shape, lanes))} | readers)

    def with_depths(self, depths: Sequence[int]) -> Fork:
        """The same with other queues."""
        return Fork(self.shape, self.lanes, depths)

    def timing(self, counts: Mapping[str, int]) -> list[Rule]:
        """Rules between `i` and each reader for so many beats."""
        beats = counts["i"]
        return [
            rule.renamed({"i": "i", "o": f"o{n}"}.__getitem__)
            for n, queue in enumerate(self.queues)
            for rule in queue.timing({"i": beats, "o": beats})
        ]

    def demand(self) -> Demand:
        """What its queues are made of."""
        return sum((queue.demand() for queue in self.queues), Demand())

    def elaborate(self, platform: object) -> Module:
        m = Module()
        m.d.comb += self.i.ready.eq(Cat(queue.i.ready for queue in self.queues).all())
        for n, queue in enumerate(self.queues):
            m.submodules[f"queue{n}"] = queue
            m.d.comb += [
                queue.i.p.eq(self.i.p),
                queue.i.valid.eq(self.i.valid & self.i.ready),
            ]
            wiring.connect(m, wiring.flipped(getattr(self, f"o{n}")), queue.o)
        return m
