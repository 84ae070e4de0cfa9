"""Proofs of what changes how many elements travel in a beat."""

from __future__ import annotations

from functools import partial
from typing import Any

from amaranth.hdl import Array, Cat, Const, unsigned

from ....hw.stream.lanes import Collector, Narrow, Widen
from ..formal_bench import FormalBench, implies
from ..proof import Proof
from .cores import Group, core
from .streams import count, numbered, sink, source, watch


def narrow(bench: FormalBench, dut: Narrow, parts: list[int], depth: int) -> None:
    """Wide beats taken apart; `parts` of each wide beat of a pixel."""
    enter = source(bench, dut.i)
    moves = sink(bench, dut.o)
    place, _ = numbered(bench.m, "place", sum(parts), moves)
    part = Array(n for size in parts for n in range(size))[place]
    final = Array(n == size - 1 for size in parts for n in range(size))[place]
    inside = count(bench, "inside", enter, moves & final, depth)
    followed = watch(bench, "beat", enter, moves & final, inside)
    contents = bench.held("contents", followed.enters, dut.i.p.data)
    last = bench.held("last", followed.enters, dut.i.p.last)
    out = dut.o.p.data.as_value()
    bench.check("ready exactly while there is room", dut.i.ready == (inside != depth))
    bench.check("valid exactly while it holds a beat", dut.o.valid == (inside != 0))
    bench.check(
        "every part of every beat once, in order, without the fill",
        implies(followed.next, out == contents.word_select(part, len(out))),
    )
    bench.check(
        "last with the last part and no other",
        implies(followed.next, dut.o.p.last == (last & final)),
    )


def widen(bench: FormalBench, dut: Widen, parts: list[int]) -> None:
    """Narrow beats put together, zeros behind a pixel's last."""

    def answer(group: Group) -> list[Any]:
        size = Array(parts)[group.number]
        return [
            (n < size).replicate(len(element)) & element
            for n, beat in enumerate(group.beats)
            for element in beat
        ]

    core(bench, dut, answer, len(parts))


def collector(bench: FormalBench, dut: Collector, size: int) -> None:
    """Narrow beats put together, behind a single wide one."""
    enter = source(bench, dut.i)
    leave = sink(bench, dut.o)
    place, ends = numbered(bench.m, "place", size, enter)
    inside = count(bench, "inside", ends, leave, 1)
    now = dut.i.p.data.as_value()
    parts = [
        *(bench.held(f"part{n}", enter & (place == n), now) for n in range(size - 1)),
        bench.held("final_part", ends, now),
    ]
    # The parts of the next group arrive while a wide beat waits.
    earlier = [bench.held(f"earlier{n}", ends, part) for n, part in enumerate(parts[:-1])]
    last = bench.held("last", ends, dut.i.p.last)
    out = dut.o.p.data.as_value()
    whole = Cat(*earlier, parts[-1], Const(0, len(out) - size * len(now)))
    bench.check(
        "ready but for a group's last beat while the one before waits",
        dut.i.ready == ~((place == size - 1) & (inside == 1)),
    )
    bench.check("valid exactly while it holds a group", dut.o.valid == (inside != 0))
    bench.check("every beat of a group in its place", implies(inside != 0, out == whole))
    bench.check("last as with the group's last", implies(inside != 0, dut.o.p.last == last))


def _parts(elements: int, wide: int, narrow: int) -> list[int]:
    """Narrow beats in each wide beat of a pixel."""
    return [-(-min(wide, elements - first) // narrow) for first in range(0, elements, wide)]


def _narrow_proof(elements: int, wide: int, narrow_: int) -> Proof:
    depth = 2
    return Proof(
        "Narrow",
        f"{elements} elements, {wide} to {narrow_} lanes",
        lambda: Narrow(unsigned(1), elements, wide, narrow_, depth),
        partial(narrow, parts=_parts(elements, wide, narrow_), depth=depth),
    )


def _widen_proof(elements: int, narrow_: int, wide: int) -> Proof:
    return Proof(
        "Widen",
        f"{elements} elements, {narrow_} to {wide} lanes",
        lambda: Widen(unsigned(2), elements, narrow_, wide),
        partial(widen, parts=_parts(elements, wide, narrow_)),
    )


def _collector_proof(narrow_: int, wide: int, size: int) -> Proof:
    return Proof(
        "Collector",
        f"{size} beats of {narrow_} to {wide} lanes",
        lambda: Collector(unsigned(2), narrow_, wide, size),
        partial(collector, size=size),
    )


PROOFS = (
    _narrow_proof(7, 4, 1),
    _narrow_proof(10, 4, 2),
    _narrow_proof(3, 3, 1),
    _widen_proof(7, 1, 4),
    _widen_proof(10, 2, 4),
    _widen_proof(4, 2, 4),
    _collector_proof(1, 2, 2),
    _collector_proof(2, 6, 3),
    _collector_proof(1, 8, 5),
)
