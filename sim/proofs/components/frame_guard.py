"""Proofs of what makes images of packets."""

from __future__ import annotations

from functools import partial

from amaranth.hdl import Mux, Signal, unsigned

from ....hw.stream.frame_guard import FrameGuard
from ..formal_bench import FormalBench, implies
from ..proof import Proof
from .streams import numbered, source


def frame_guard(bench: FormalBench, dut: FrameGuard, beats: int) -> None:
    """Packets of any length against images."""
    m = bench.m
    take = source(bench, dut.i)
    m.d.comb += dut.o.ready.eq(bench.free("o_ready"))
    last = dut.i.p.last
    place = Signal(range(beats + 1), name="place")  # of the next beat in its packet
    with m.If(take):
        m.d.sync += place.eq(Mux(last, 0, Mux(place == beats, beats, place + 1)))
    beat, image = numbered(m, "beat", beats, dut.o.valid & dut.o.ready)
    packet = take & last
    # The end of a short packet comes before its image's, that of a long one behind it.
    ended, ahead = Signal(), Signal()
    m.d.sync += [
        ended.eq((ended | (packet & ~ahead)) & ~image),
        ahead.eq((ahead | (image & ~ended)) & ~packet),
    ]
    through = (
        (dut.o.valid == dut.i.valid)
        & (dut.i.ready == dut.o.ready)
        & (dut.o.p.data.as_value() == dut.i.p.data.as_value())
    )
    zeros = dut.o.valid & ~dut.i.ready & (dut.o.p.data.as_value() == 0)
    bench.check(
        "a beat passes unchanged on the clock on which it comes", implies(~ended & ~ahead, through)
    )
    bench.check("a short packet is filled up with zeros", implies(ended, zeros))
    bench.check(
        "the surplus of a long packet is dropped", implies(ahead, dut.i.ready & ~dut.o.valid)
    )
    bench.check(
        "last on the last beat of each image and no other",
        implies(dut.o.valid, dut.o.p.last == (beat == beats - 1)),
    )
    wrong = take & (place < beats) & (last != (place == beats - 1))
    bench.check(
        "error one clock after a packet shows to be too short or too long, and never else",
        dut.error == bench.register("wrong", wrong),
    )


def _guard_proof(beats: int, short: bool = False) -> Proof:
    return Proof(
        "FrameGuard",
        f"images of {beats} beat{'s' if beats > 1 else ''}",
        lambda: FrameGuard(unsigned(2), 1, beats),
        partial(frame_guard, beats=beats),
        short=short,
    )


PROOFS = (
    _guard_proof(1),
    _guard_proof(3, short=True),
    _guard_proof(6),
)
