"""First in, first out queue for hundreds of beats, in block RAM."""

from __future__ import annotations

from collections.abc import Mapping

from amaranth.hdl import Module, Shape, ShapeLike, Signal, Value
from amaranth.lib import stream, wiring
from amaranth.lib.wiring import In, Out

from ..logic.component import Component
from ..logic.counters import bounded, loop, registered, unreset
from ..logic.demand import Demand, counter
from ..logic.memory import Memory
from ..logic.ring_memory import fill, ring_memory
from .queue import Queue, queue_demand
from .streams import elastic
from .timing import Rule, shifted

DEEP = 64
"""Beats above which a queue is better off in block RAM: `queue_for` chooses by it. A memory that
answers on the clock of its address needs a multiplexer for every few rows."""

LATENCY = 5
"""Clocks from a beat's arrival to where it can leave: a register, the memory written, read, a
register behind it, the queue in front."""
FRONT = 4
"""Beats of the queue in front: as many as leave while another one is read."""


class BlockQueue(Component):
    """A queue whose memory answers a clock after its address, so that block RAM can hold it.

    Beats leave through a short `Queue`, for which they are read as soon as it has room. It moves a
    beat on every clock, like any queue; only a beat that enters an empty one takes longer.

    Parameters
    ----------
    shape: of an element.
    lanes: elements in a beat.
    depth: beats that it holds.

    Members
    -------
    i: in, a stream of `lanes` elements of `shape`.
    o: out, the same.
    """

    i: stream.Interface
    o: stream.Interface

    def __init__(self, shape: ShapeLike, lanes: int, depth: int) -> None:
        if depth < 1:
            raise ValueError(f"a queue holds at least one beat, not {depth!r}")
        self.shape = Shape.cast(shape)
        self.lanes = lanes
        self.depth = depth
        super().__init__({"i": In(elastic(shape, lanes)), "o": Out(elastic(shape, lanes))})

    def timing(self, counts: Mapping[str, int]) -> list[Rule]:
        """Rules between `i` and `o` for so many beats of each."""
        beats = counts["o"]
        return [
            Rule("o", "i", shifted(beats, 0), LATENCY),
            Rule("i", "o", shifted(beats, self.depth), 1),
        ]

    def demand(self) -> Demand:
        """What it is made of."""
        return block_queue_demand(depth=self.depth, width=len(self.i.p.as_value()))

    def elaborate(self, platform: object) -> Module:
        m = Module()
        m.submodules.memory = ram = ring_memory(len(self.i.p.as_value()), self.depth)
        m.submodules.front = front = Queue(self.shape, self.lanes, FRONT)
        wiring.connect(m, wiring.flipped(self.o), front.o)
        put, take = self.i.valid & self.i.ready, self.o.valid & self.o.ready
        _, room = bounded(m, "held", self.depth, put, take)
        m.d.comb += self.i.ready.eq(room)

        arrived = fill(m, [ram.write_port()], self.depth, put, self.i.p.as_value())
        read = ram.read_port()
        step = Signal()
        some = self._waiting(m, arrived, step)
        _, front_room = bounded(m, "leaving", FRONT, step, take)
        address, _ = loop(m, "read", self.depth, step)
        answer = unreset(m, "answer", read.data)
        m.d.comb += [
            step.eq(some & front_room),
            read.addr.eq(address),
            front.i.valid.eq(registered(m, "answered", registered(m, "addressed", step))),
            front.i.p.as_value().eq(answer),
        ]
        return m

    def _waiting(self, m: Module, up: Value, down: Value) -> Signal:
        """Whether beats have been written and not read yet: a flip-flop."""
        waiting, some = Signal(range(self.depth + 1)), Signal()
        m.d.sync += waiting.eq(waiting + up - down)
        with m.If(up & ~down):
            m.d.sync += some.eq(1)
        with m.Elif(down & ~up):
            m.d.sync += some.eq(waiting != 1)
        return some


def block_queue_demand(*, depth: int, width: int) -> Demand:
    """What a `BlockQueue` of beats of `width` bits is made of."""
    counters = counter(depth + 1, depth + 1, depth, depth, FRONT + 1)
    ring = Demand(registers=3 + width, memories=(Memory(depth, width, "ram"),))
    return counters + ring + queue_demand(depth=FRONT, width=width)


def queue_for(shape: ShapeLike, lanes: int, depth: int) -> Queue | BlockQueue:
    """The queue that suits a depth."""
    return (BlockQueue if depth > DEEP else Queue)(shape, lanes, depth)
