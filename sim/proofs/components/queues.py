"""Proofs of what passes beats on unchanged: queues and forks."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from amaranth.hdl import Cat, unsigned

from ....hw.stream.block_queue import LATENCY, BlockQueue
from ....hw.stream.fork import Fork
from ....hw.stream.queue import Queue
from ..formal_bench import FormalBench, implies
from ..proof import Proof
from .streams import count, sink, source, watch


def queue(bench: FormalBench, dut: Queue, depth: int) -> None:
    """A queue against a counter and one beat, any one."""
    enter = source(bench, dut.i)
    leave = sink(bench, dut.o)
    inside = count(bench, "inside", enter, leave, depth)
    followed = watch(bench, "beat", enter, leave, inside)
    contents = bench.held("contents", followed.enters, dut.i.p)
    bench.check("ready exactly while there is room", dut.i.ready == (inside != depth))
    bench.check("valid exactly while it holds a beat", dut.o.valid == (inside != 0))
    bench.check("level is what went in less what came out", dut.level == inside)
    bench.check(
        "first in, first out, unchanged", implies(followed.next, dut.o.p.as_value() == contents)
    )


def block_queue(bench: FormalBench, dut: BlockQueue, depth: int) -> None:
    """A queue that takes its time, against a counter and one beat, any one."""
    enter = source(bench, dut.i)
    leave = sink(bench, dut.o)
    inside = count(bench, "inside", enter, leave, depth)
    followed = watch(bench, "beat", enter, leave, inside, LATENCY)
    contents = bench.held("contents", followed.enters, dut.i.p)
    bench.check("ready exactly while there is room", dut.i.ready == (inside != depth))
    bench.check(
        f"a beat waits for those before it and {LATENCY} clocks, no longer",
        implies(followed.next, dut.o.valid == (followed.age == LATENCY)),
    )
    bench.check("nothing comes out that did not go in", implies(dut.o.valid, inside != 0))
    bench.check(
        "first in, first out, unchanged",
        implies(followed.next & dut.o.valid, dut.o.p.as_value() == contents),
    )


def fork(bench: FormalBench, dut: Fork, depths: Sequence[int]) -> None:
    """A fork as one queue per reader."""
    enter = source(bench, dut.i)
    room = []
    for n, depth in enumerate(depths):
        port = getattr(dut, f"o{n}")
        leave = sink(bench, port, f"o{n}")
        inside = count(bench, f"inside{n}", enter, leave, depth)
        followed = watch(bench, f"beat{n}", enter, leave, inside)
        contents = bench.held(f"contents{n}", followed.enters, dut.i.p)
        room.append(inside != depth)
        bench.check(f"o{n}: valid exactly while it is owed a beat", port.valid == (inside != 0))
        bench.check(
            f"o{n}: every beat once, in order, unchanged",
            implies(followed.next, port.p.as_value() == contents),
        )
    bench.check("ready exactly while every reader has room", dut.i.ready == Cat(room).all())


def _queue_proof(depth: int, bits: int, short: bool = False) -> Proof:
    return Proof(
        "Queue",
        f"depth {depth}, {bits} bit{'s' if bits > 1 else ''}",
        lambda: Queue(unsigned(bits), 1, depth),
        partial(queue, depth=depth),
        short=short,
    )


def _block_queue_proof(depth: int) -> Proof:
    return Proof(
        "BlockQueue",
        f"depth {depth}, 1 bit",
        lambda: BlockQueue(unsigned(1), 1, depth),
        partial(block_queue, depth=depth),
    )


def _fork_proof(depths: tuple[int, ...]) -> Proof:
    return Proof(
        "Fork",
        f"depths {depths}, 1 bit",
        lambda: Fork(unsigned(1), 1, depths),
        partial(fork, depths=depths),
    )


PROOFS = (
    _queue_proof(1, 4),
    _queue_proof(2, 4),
    _queue_proof(3, 4, short=True),
    _queue_proof(4, 2),
    _queue_proof(8, 1),
    _block_queue_proof(1),
    _block_queue_proof(3),
    _block_queue_proof(6),
    _fork_proof((2, 3)),
    _fork_proof((1, 2, 2)),
)
