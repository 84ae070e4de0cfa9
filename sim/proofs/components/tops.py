"""Proofs of a design's ports: packets in, and the rules of AXI4-Stream."""

from __future__ import annotations

from functools import partial
from typing import Any

import numpy as np
from amaranth.hdl import Const, Mux, Signal, Value, unsigned

from ....compiler.program import UINT8, Input, Program, TableConv, with_bounds
from ....hw.engine.folding import Folding
from ....hw.nodes.assemble import assemble
from ....hw.rtl.top import Top
from ....hw.stream.frame_guard import FrameGuard
from ..bench import Bench, implies
from ..methods.lookups import random_tables, random_trees
from ..proof import Proof, bounded
from .streams import answered, numbered, source


def frame_guard(bench: Bench, dut: FrameGuard, beats: int) -> None:
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


def axi(bench: Bench, dut: Top) -> None:
    """Offers at the output, for any input."""
    tdata, tlast = dut.m_axis_tdata, dut.m_axis_tlast
    _drive(bench, dut)
    waiting = bench.register("waiting", dut.m_axis_tvalid & ~dut.m_axis_tready)
    same = (tdata == bench.register("offered", tdata)) & (tlast == bench.register("last", tlast))
    bench.check(
        "m_axis: tvalid stays until tready, tdata and tlast unchanged",
        implies(waiting, dut.m_axis_tvalid & same),
    )
    starting = bench.register("starting", Const(0, 1), init=1)
    bench.check("m_axis: tvalid is low after reset", implies(starting, ~dut.m_axis_tvalid))


def axi_images(bench: Bench, dut: Top, beats: int) -> None:
    """Answers of as many beats as they should have, for packets of any length."""
    give = _drive(bench, dut)
    beat, _ = numbered(bench.m, "beat", beats, give)
    bench.check(
        "m_axis: tlast on the last beat of each answer and no other",
        implies(dut.m_axis_tvalid, dut.m_axis_tlast == (beat == beats - 1)),
    )
    answered(bench, dut.aresetn & dut.s_axis_tvalid, dut.m_axis_tvalid, _PATIENCE)


def _drive(bench: Bench, dut: Top) -> Value:
    """Anything at the input, the output taken at any time; returns whether an answer moves."""
    inputs: dict[str, Any] = {
        name: getattr(dut, name)
        for name in ("aclk", "aresetn", "s_axis_tvalid", "s_axis_tdata", "s_axis_tlast")
    }
    inputs["m_axis_tready"] = dut.m_axis_tready
    bench.m.d.comb += [port.eq(bench.free(name, len(port))) for name, port in inputs.items()]
    result: Value = dut.m_axis_tvalid & dut.m_axis_tready
    return result


_PATIENCE = 32
"""Clocks after which `small_program` must have answered."""


def small_program() -> Program:
    """A 2x2 image, and a table layer of two channels with a kernel as large."""
    image = Input(name="image", inputs=(), shape=(1, 2, 2), type=UINT8, zero=np.zeros(1, np.int16))
    layer = TableConv(
        name="layer", inputs=("image",), shape=(2, 1, 1), type=UINT8, low=0, high=255,
        kernel=(2, 2), layout="pixel",
        encoder=random_trees(1, 2, 1, UINT8), tables=random_tables(1, 4, 2, 2),
        bias=np.array([50, -70], np.int32), shift=np.array([1, 0], np.int8),
    )  # fmt: skip
    return Program((image, with_bounds(layer, UINT8)))


def _guard_proof(beats: int, short: bool = False) -> Proof:
    return Proof(
        "FrameGuard",
        f"images of {beats} beat{'s' if beats > 1 else ''}",
        lambda: FrameGuard(unsigned(2), 1, beats),
        partial(frame_guard, beats=beats),
        short=short,
    )


def _small_top() -> Top:
    return Top(assemble(small_program(), {"layer": Folding(1, 1)}))


_SMALL = "2x2 image, one table layer of two channels"

PROOFS = (
    _guard_proof(1),
    _guard_proof(3, short=True),
    _guard_proof(6),
    Proof("Top", _SMALL, _small_top, axi),
    Proof("Top", f"{_SMALL}, answers", _small_top, partial(axi_images, beats=2), bounded(45)),
)
