"""First in, first out queue between two stages."""

from __future__ import annotations

from collections.abc import Mapping

from amaranth.hdl import Module, ShapeLike
from amaranth.lib import fifo, wiring
from amaranth.lib.wiring import In, Out

from .core import Memory
from .streams import elastic
from .timing import Rule, shifted


class Queue(wiring.Component):
    """A queue whose `valid` and `ready` come from registers alone.

    Parameters
    ----------
    shape: of an element.
    lanes: elements in a beat.
    depth: beats that it holds.

    Members
    -------
    i, o: streams.
    level: beats in the queue.
    """

    def __init__(self, shape: ShapeLike, lanes: int, depth: int) -> None:
        if depth < 1:
            raise TypeError(f"a queue holds at least one beat, not {depth!r}")
        self.depth = depth
        super().__init__(
            {
                "i": In(elastic(shape, lanes)),
                "o": Out(elastic(shape, lanes)),
                "level": Out(range(depth + 1)),
            }
        )

    def timing(self, counts: Mapping[str, int]) -> list[Rule]:
        """Rules between `i` and `o` for so many beats of each."""
        beats = counts["o"]
        return [
            Rule("o", "i", shifted(beats, 0), 1),
            Rule("i", "o", shifted(beats, self.depth), 1),
        ]

    def memories(self) -> list[Memory]:
        """Its memories."""
        return [Memory(self.depth, len(self.i.p.as_value()), "queue")]

    def elaborate(self, platform: object) -> Module:
        m = Module()
        m.submodules.fifo = queue = fifo.SyncFIFO(width=len(self.i.p.as_value()), depth=self.depth)
        m.d.comb += [
            queue.w_data.eq(self.i.p),
            queue.w_en.eq(self.i.valid),
            self.i.ready.eq(queue.w_rdy),
            self.o.p.eq(queue.r_data),
            self.o.valid.eq(queue.r_rdy),
            queue.r_en.eq(self.o.ready),
            self.level.eq(queue.level),
        ]
        return m
