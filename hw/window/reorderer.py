"""Reorderer: the beats of every row in another order, some of them several times."""

from __future__ import annotations

from collections.abc import Mapping
from math import prod

import numpy as np
from amaranth.hdl import Const, Module, Shape, ShapeLike, Signal, Value
from amaranth.lib import stream, wiring
from amaranth.lib.wiring import In, Out
from numpy.typing import NDArray

from ...compiler.program import Pair
from ..logic.component import Component
from ..logic.counters import bounded, loop, registered, unreset, wrap_add
from ..logic.demand import Demand, counter
from ..logic.memory import Memory
from ..logic.ring_memory import fill, ring_memory
from ..stream.queue import Queue, queue_demand
from ..stream.streams import elastic
from ..stream.timing import Rule, shifted

ROWS = 2
"""Rows that it holds: one is read while the next comes in."""
FRONT = 4
"""Beats of the queue in front: as many as leave while another one is read."""
_WRITTEN, _READ = 2, 3
"""Clocks from a row's last beat to the first that can be read, and from there to the output."""

Loops = tuple[Pair, ...]
"""(count, step) of each loop of an order, the outermost first: beat ``sum of index * step``."""


def order_of(loops: Loops) -> NDArray[np.int64]:
    """Numbers of the beats of a row in the order in which `loops` read them."""
    numbers = np.zeros(1, np.int64)
    for count, step in loops:
        numbers = (numbers[:, None] + np.arange(count) * step).reshape(-1)
    return numbers


class Reorderer(Component):
    """Gives the beats of every row in an order that nested loops say, as soon as a row is there.

    A row goes into one half of a memory while the other half is read.

    Parameters
    ----------
    shape: of an element.
    lanes: elements of a beat.
    beats: of a row that comes in.
    loops: how they are read; the last beat that is read is the row's last.

    Members
    -------
    i: in, a stream of `lanes` elements of `shape`.
    o: out, the same.
    """

    i: stream.Interface
    o: stream.Interface

    def __init__(self, shape: ShapeLike, lanes: int, beats: int, loops: Loops) -> None:
        if beats < 1 or any(count < 1 or step < 0 for count, step in loops):
            raise ValueError(f"a row of {beats} beats cannot be read in loops of {loops}")
        if sum((count - 1) * step for count, step in loops) != beats - 1:
            raise ValueError(f"loops of {loops} do not end with the last of {beats} beats")
        self.shape = Shape.cast(shape)
        self.lanes = lanes
        self.beats = beats
        self.loops = tuple(each for each in loops if each[0] > 1)
        self.answers = prod(count for count, _ in self.loops)
        super().__init__({"i": In(elastic(shape, lanes)), "o": Out(elastic(shape, lanes))})

    def timing(self, counts: Mapping[str, int]) -> list[Rule]:
        """Rules between `i`, `o` and the reads of the memory."""
        reads = np.arange(counts["o"])
        row, place = np.divmod(reads, self.answers)
        starts = np.where(place == 0, (row + 1) * self.beats - 1, -1)
        beat = np.arange(counts["i"])
        row, place = np.divmod(beat, self.beats)
        freed = np.where((place == 0) & (row >= ROWS), (row - ROWS + 1) * self.answers - 1, -1)
        return [
            Rule("read", "i", starts, _WRITTEN),
            Rule("i", "read", freed, 1),
            Rule("o", "read", reads, _READ),
            Rule("read", "o", shifted(counts["o"], FRONT), 1),
        ]

    def demand(self) -> Demand:
        """What it is made of."""
        return reorderer_demand(
            width=self.shape.width * self.lanes + 1, beats=self.beats, loops=self.loops
        )

    def elaborate(self, platform: object) -> Module:
        m = Module()
        depth = ROWS * self.beats
        m.submodules.memory = ram = ring_memory(len(self.i.p.as_value()), depth)
        m.submodules.front = front = Queue(self.shape, self.lanes, FRONT)
        wiring.connect(m, wiring.flipped(self.o), front.o)

        step, row_read = Signal(), Signal()
        put = self.i.valid & self.i.ready
        _, row_put = loop(m, "put", self.beats, put)
        _, room = bounded(m, "held", ROWS, row_put, row_read)
        m.d.comb += self.i.ready.eq(room)
        fill(m, [ram.write_port()], depth, put, self.i.p.as_value())

        some = _waiting(m, registered(m, "row_arrived", row_put), row_read)
        take = self.o.valid & self.o.ready
        _, front_room = bounded(m, "leaving", FRONT, step, take)
        m.d.comb += step.eq(some & front_room)
        address, end = self._address(m, step, depth)
        m.d.comb += row_read.eq(end)

        read = ram.read_port()
        answer = Signal(self.i.p.shape())
        ended = registered(m, "end_answered", registered(m, "end_addressed", end))
        m.d.comb += [
            read.addr.eq(address),
            answer.as_value().eq(unreset(m, "answer", read.data)),
            front.i.valid.eq(registered(m, "answered", registered(m, "addressed", step))),
            front.i.p.data.eq(answer.data),
            front.i.p.last.eq(answer.last & ended),
        ]
        return m

    def _address(self, m: Module, step: Signal, depth: int) -> tuple[Signal, Value]:
        """Where to read, and whether this clock's `step` reads a row's last beat."""
        address = Signal(range(depth), name="address")
        ends: list[tuple[Value, int]] = []  # of each loop, innermost first, and what follows it
        ended: Value = step
        passed = 0  # from a loop's first beat to its last, all inner loops included
        for number, (count, stride) in reversed(list(enumerate(self.loops))):
            ends.append((ended, stride - passed))
            _, ended = loop(m, f"loop{number}", count, ended)
            passed += (count - 1) * stride
        with m.If(ended):
            m.d.sync += address.eq(wrap_add(address, 1, depth))
        for when, ahead in reversed(ends):
            with m.Elif(when):
                m.d.sync += address.eq(address + Const(ahead, len(address) + 1))
        return address, ended


def _waiting(m: Module, up: Value, down: Value) -> Signal:
    """Whether rows have been written and not read yet: a flip-flop."""
    waiting, some = Signal(range(ROWS + 1)), Signal()
    m.d.sync += waiting.eq(waiting + up - down)
    with m.If(up & ~down):
        m.d.sync += some.eq(1)
    with m.Elif(down & ~up):
        m.d.sync += some.eq(waiting != 1)
    return some


def reorderer_demand(*, width: int, beats: int, loops: Loops) -> Demand:
    """What a `Reorderer` is made of.

    Parameters
    ----------
    width: bits of a beat, with `last`.
    beats: of a row.
    loops: as it reads them.
    """
    depth = ROWS * beats
    counters = counter(beats, ROWS + 1, ROWS + 1, FRONT + 1, depth, depth)
    addresses = counter(*(count for count, _ in loops)) + Demand(adders=(depth - 1).bit_length())
    ring = Demand(registers=7 + width, memories=(Memory(depth, width, "ram"),))
    return counters + addresses + ring + queue_demand(depth=FRONT, width=width)
