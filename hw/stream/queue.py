"""First in, first out queue between two stages."""

from __future__ import annotations

from collections.abc import Mapping

from amaranth.hdl import Cat, Module, Mux, ShapeLike, Signal, Value, unsigned
from amaranth.lib import memory, stream
from amaranth.lib.wiring import In, Out

from ..logic.component import Component
from ..logic.counters import bounded, loop
from ..logic.demand import Demand, counter
from ..logic.memory import Memory
from .streams import elastic
from .timing import Rule, shifted

PART_BITS = 36
"""Bits that share an address in the memory of a queue."""


class Queue(Component):
    """A queue whose `valid`, `ready` and payload come from registers alone.

    The beat that leaves next waits in a register, those behind it in a memory that answers on
    the clock of its address: distributed RAM where the device has it.

    Parameters
    ----------
    shape: of an element.
    lanes: elements in a beat.
    depth: beats that it holds.

    Members
    -------
    i: in, a stream of `lanes` elements of `shape`.
    o: out, the same.
    level: out, ``range(depth + 1)``; beats in the queue.

    Examples
    --------
    >>> from amaranth.lib import wiring
    >>> m = Module()
    >>> m.submodules.first = first = Queue(unsigned(8), lanes=4, depth=2)
    >>> m.submodules.second = second = Queue(unsigned(8), lanes=4, depth=16)
    >>> wiring.connect(m, first.o, second.i)
    >>> len(first.o.p.as_value())  # four elements and `last`
    33
    """

    i: stream.Interface
    o: stream.Interface
    level: Signal

    def __init__(self, shape: ShapeLike, lanes: int, depth: int) -> None:
        if depth < 1:
            raise ValueError(f"a queue holds at least one beat, not {depth!r}")
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

    def demand(self) -> Demand:
        """What it is made of."""
        return queue_demand(depth=self.depth, width=len(self.i.p.as_value()))

    def elaborate(self, platform: object) -> Module:
        m = Module()
        put, take = self.i.valid & self.i.ready, self.o.valid & self.o.ready
        level, room = bounded(m, "held", self.depth, put, take)
        m.d.comb += [self.level.eq(level), self.i.ready.eq(room)]
        with m.If(put | take):
            m.d.sync += self.o.valid.eq(put | (level > 1))

        behind = Signal()  # whether beats wait in the memory
        with m.If(put & ~take):
            m.d.sync += behind.eq(level != 0)
        with m.Elif(take & ~put):
            m.d.sync += behind.eq(level > 2)
        free = take | ~self.o.valid
        following = self._memory(m, put & (behind | ~free), free & behind) if self.depth > 1 else 0
        with m.If(free):
            m.d.sync += self.o.p.eq(Mux(behind, following, self.i.p))
        return m

    def _memory(self, m: Module, put: Value, take: Value) -> Value:
        """What waits behind the first beat; returns the oldest of it.

        Parts of a wide beat have memories and addresses of their own: one address for hundreds
        of distributed RAMs would come late to those that are far. For the same reason a register
        enables the writes: while there is room, the row after the last is free, and what is in it
        does not matter until it has been put.
        """
        beat = self.i.p.as_value()
        oldest = []
        for first in range(0, len(beat), PART_BITS):
            data = beat[first : first + PART_BITS]
            name = f"memory{first // PART_BITS}"
            m.submodules[name] = ram = memory.Memory(
                shape=unsigned(len(data)), depth=self.depth - 1, init=[]
            )
            write, read = ram.write_port(), ram.read_port(domain="comb")
            written, _ = loop(m, f"{name}_written", self.depth - 1, put)
            taken, _ = loop(m, f"{name}_taken", self.depth - 1, take)
            m.d.comb += [
                write.addr.eq(written),
                write.data.eq(data),
                write.en.eq(self.i.ready),
                read.addr.eq(taken),
            ]
            oldest.append(read.data)
        return Cat(oldest)


def queue_demand(*, depth: int, width: int) -> Demand:
    """What a `Queue` of beats of `width` bits is made of."""
    first = counter(depth + 1) + Demand(registers=3 + width, selects=2 * width)
    if depth == 1:
        return first
    behind = Demand(memories=(Memory(depth - 1, width, "queue"),))
    parts = -(-width // PART_BITS)
    return first + counter(*[depth - 1] * (2 * parts)) + behind
