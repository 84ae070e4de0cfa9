"""Proofs of what changes how many elements travel in a beat."""

from __future__ import annotations

from functools import partial
from typing import Any

from amaranth.hdl import Array, unsigned

from ....hw.stream.lanes import Narrow, Widen
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


PROOFS = (
    _narrow_proof(7, 4, 1),
    _narrow_proof(10, 4, 2),
    _narrow_proof(3, 3, 1),
    _widen_proof(7, 1, 4),
    _widen_proof(10, 2, 4),
    _widen_proof(4, 2, 4),
)
