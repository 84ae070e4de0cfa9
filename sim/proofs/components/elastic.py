"""Proofs of the gate and queue that make a stage of a core."""

from __future__ import annotations

from functools import partial

from amaranth.hdl import Module, Signal, unsigned

from ....hw.stream.core import Core
from ....hw.stream.elastic import Elastic
from ..formal_bench import FormalBench, implies
from ..proof import Proof
from .streams import count, group_ends, sink, source, watch


class Echo(Core):
    """Answers each group with its last beat: a core for `Elastic` to wrap.

    `Elastic` moves payloads without reading them, so that what it does for this core it does
    for any that answers as many clocks after as large groups, which `cores.core` proves of each.
    """

    def __init__(self, latency: int, groups: tuple[int, ...] = (1,)) -> None:
        beat = (unsigned(1), 1)
        super().__init__(i=beat, o=beat, latency=latency, groups=groups)

    def elaborate(self, platform: object) -> Module:
        """A group's end and its payload through as many registers."""
        m = Module()
        valid, payload = group_ends(m, self.i.valid, self.groups), self.i.p.as_value()
        for clock in range(self.latency):
            later_valid = Signal(name=f"valid{clock}")
            later_payload = Signal(len(payload), name=f"payload{clock}")
            m.d.sync += [later_valid.eq(valid), later_payload.eq(payload)]
            valid, payload = later_valid, later_payload
        m.d.comb += [self.o.valid.eq(valid), self.o.p.as_value().eq(payload)]
        return m


def elastic(
    bench: FormalBench, dut: Elastic, latency: int, groups: tuple[int, ...], depth: int
) -> None:
    """A gate, a core that echoes, and a queue."""
    oldest = latency + 1
    moves = source(bench, dut.i)
    leave = sink(bench, dut.o)
    start = group_ends(bench.m, moves, groups)
    inside = count(bench, "inside", start, leave, depth)
    followed = watch(bench, "answer", start, leave, inside, oldest)
    contents = bench.held("contents", followed.enters, dut.i.p)
    bench.check(
        "ready exactly while the queue has room for another answer",
        dut.i.ready == (inside != depth),
    )
    bench.check("nothing comes out that did not go in", implies(dut.o.valid, inside != 0))
    bench.check(
        f"an answer waits for those before it and {oldest} clocks, no longer",
        implies(followed.next, dut.o.valid == (followed.age == oldest)),
    )
    bench.check(
        "every answer once, in order, unchanged",
        implies(followed.next & dut.o.valid, dut.o.p.as_value() == contents),
    )


def _proof(latency: int, groups: tuple[int, ...], depth: int, short: bool = False) -> Proof:
    sizes = " and ".join(map(str, groups))
    return Proof(
        "Elastic",
        f"a core of latency {latency}, groups of {sizes} beats, queue of {depth}",
        lambda: Elastic(Echo(latency, groups), depth),
        partial(elastic, latency=latency, groups=groups, depth=depth),
        short=short,
    )


PROOFS = (
    _proof(0, (1,), 2),
    _proof(1, (1,), 3),
    _proof(3, (1,), 2),
    _proof(3, (1,), 5),
    _proof(2, (2, 1), 2, short=True),
    _proof(4, (3,), 3),
)
