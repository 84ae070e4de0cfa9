"""Proofs of a whole design's ports: the rules of AXI4-Stream."""

from __future__ import annotations

from functools import partial
from typing import Any

import numpy as np
from amaranth.hdl import Const, Value

from ...compiler.program import UINT8, Input, Program, TableConv, with_bounds
from ...hw.engine.folding import Folding
from ...hw.nodes.assemble import assemble
from ...hw.rtl.top import Top
from .components.streams import answered, numbered
from .contents import random_tables, random_trees
from .formal_bench import FormalBench, implies
from .proof import Proof, bounded


def axi(bench: FormalBench, dut: Top) -> None:
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


def axi_images(bench: FormalBench, dut: Top, beats: int) -> None:
    """Answers of as many beats as they should have, for packets of any length."""
    give = _drive(bench, dut)
    beat, _ = numbered(bench.m, "beat", beats, give)
    bench.check(
        "m_axis: tlast on the last beat of each answer and no other",
        implies(dut.m_axis_tvalid, dut.m_axis_tlast == (beat == beats - 1)),
    )
    answered(bench, dut.aresetn & dut.s_axis_tvalid, dut.m_axis_tvalid, _PATIENCE)


def _drive(bench: FormalBench, dut: Top) -> Value:
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


def _small_top() -> Top:
    return Top(assemble(small_program(), {"layer": Folding(1, 1)}))


_SMALL = "2x2 image, one table layer of two channels"

PROOFS = (
    Proof("Top", _SMALL, _small_top, axi),
    Proof("Top", f"{_SMALL}, answers", _small_top, partial(axi_images, beats=2), bounded(45)),
)
