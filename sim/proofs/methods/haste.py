"""Proofs of haste layers: buckets, their sums, the walk over them, and the order of what comes out.

Of the engine as a whole, bounded proofs follow an image through it: the right values, and no more
clocks than it may take, whatever channels its pixels merge.
"""

from __future__ import annotations

from functools import partial
from typing import Any

import numpy as np
from amaranth.hdl import Array, Cat, Mux, Shape, Signal, Value, signed, unsigned

from ....compiler.program import (
    UINT8,
    ActivationType,
    Clamp,
    HasteConv,
    Input,
    Program,
    with_bounds,
)
from ....hw.engine.folding import Folding
from ....hw.nodes.assemble import assemble
from ....hw.nodes.methods.haste.bucket_numbers import NUMBER_CLOCKS, BucketNumbers
from ....hw.nodes.methods.haste.bucket_sums import (
    DISTANCE,
    READ_CLOCKS,
    WORD_CLOCKS,
    BucketSums,
)
from ....hw.nodes.methods.haste.bucket_walk import BucketWalk
from ....hw.nodes.methods.haste.engine import HasteEngine
from ....hw.nodes.methods.haste.patch_geometry import PatchGeometry
from ....hw.nodes.methods.haste.patch_rows import BANDS, PatchRows
from ..components.arithmetic.sums import clamp
from ..components.rearrangements import Order, rearrangement
from ..components.streams import answered, numbered, sink
from ..formal_bench import FormalBench, implies
from ..proof import Proof, bounded

_TINY = ActivationType(2, False)


def bucket_numbers(bench: FormalBench, dut: BucketNumbers, channels: int) -> None:
    """Buckets against a list of their codes, from memories that may hold anything after a reset."""
    m = bench.m
    idle = Signal(range(NUMBER_CLOCKS + 1), init=NUMBER_CLOCKS)  # clocks since a question
    asked = Signal(range(channels + 1))
    free = idle == NUMBER_CLOCKS
    ask = bench.free("ask") & (free | (idle == NUMBER_CLOCKS - 1)) & (asked != channels)
    clear = bench.free("clear") & free & ~ask
    fresh = bench.free("code", dut.code_bits)
    code = Mux(ask, fresh, bench.held("held_code", ask, fresh))
    m.d.comb += [dut.ask.eq(ask), dut.clear.eq(clear), dut.code.eq(code)]
    m.d.sync += idle.eq(Mux(ask, 0, Mux(free, idle, idle + 1)))
    m.d.sync += asked.eq(Mux(clear, 0, asked + ask))

    codes = [Signal(dut.code_bits, name=f"code{n}") for n in range(channels)]
    sizes = [Signal(range(channels + 1), name=f"size{n}") for n in range(channels)]
    count = Signal(range(channels + 1), name="buckets")
    same = [(n < count) & (codes[n] == fresh) for n in range(channels)]
    is_new = ~Cat(same).any()
    bucket = Mux(is_new, count, sum(Mux(same[n], n, 0) for n in range(channels)))
    for n in range(channels):
        with m.If(ask & (bucket == n)):
            m.d.sync += [codes[n].eq(fresh), sizes[n].eq(Mux(is_new, 1, sizes[n] + 1))]
    m.d.sync += count.eq(Mux(clear, 0, count + (ask & is_new)))
    known = bench.held("bucket", ask, bucket)
    told = bench.register("told", idle) == NUMBER_CLOCKS - 2
    bench.check("answers so many clocks after the question", dut.valid == told)
    bench.check("codes that are equal have the same bucket", implies(told, dut.bucket == known))
    new = bench.held("new", ask, is_new)
    bench.check("a bucket is new with its first code", implies(told, dut.is_new == new))
    size = Array(sizes)[known]
    bench.check("it has as many channels as had its code", implies(told, dut.size == size))
    bench.check("buckets are numbered without gaps", implies(told, dut.count == count))


def bucket_sums(bench: FormalBench, dut: BucketSums) -> None:
    """One row, any one, of either bank: the sum of all words since the first."""
    m = bench.m
    begun = Signal()
    m.d.sync += begun.eq(1)
    row_bits = len(dut.row)
    row = bench.free("put_row", row_bits)
    bank, first, put = bench.free("put_bank"), bench.free("put_first"), bench.free("put")
    word = bench.free("word", len(dut.word))
    read_row, read_bank = bench.free("read_row", row_bits), bench.free("read_bank")
    m.d.comb += [
        dut.put.eq(put), dut.bank.eq(bank), dut.row.eq(row), dut.first.eq(first),
        dut.word.eq(word), dut.read_row.eq(read_row), dut.read_bank.eq(read_bank),
    ]  # fmt: skip
    chosen = Cat(bench.free("chosen_row", row_bits), bench.free("chosen_bank"))
    mine = Mux(begun, bench.held("mine", ~begun, chosen), chosen)
    enters = put & (Cat(row, bank) == mine)
    lately: Any = 0
    entered, started = enters, first
    for clock in range(DISTANCE - 1):
        entered = bench.register(f"entered{clock}", entered)
        started = bench.register(f"started{clock}", started)
        lately = lately | entered
    bench.assume(~(enters & lately))
    added = bench.register("added", word)  # a clock after it came, `WORD_CLOCKS` after its row
    assert WORD_CLOCKS + 1 == DISTANCE - 1
    element = added.as_signed() if dut.shape.signed else added
    total = Signal(dut.sum_shape)
    known = Signal()
    with m.If(entered):
        m.d.sync += [total.eq(Mux(started, 0, total) + element), known.eq(started | known)]
    asks = (Cat(read_row, read_bank) == mine) & known & ~(put & (bank == read_bank))
    expected: Value = total
    for clock in range(READ_CLOCKS):
        asks = bench.register(f"asks{clock}", asks)
        expected = bench.register(f"expected{clock}", expected)
    # A sum of more words than there are channels does not fit; the model wraps around as well.
    bench.check(
        "a row is the sum of its words since the first",
        implies(asks, dut.sums == expected.as_unsigned()),
    )


def bucket_walk(bench: FormalBench, dut: BucketWalk, geometry: PatchGeometry) -> None:
    """Every bucket under every tap of every position of every block, with its pixel."""
    m, g = bench.m, geometry
    m.d.comb += dut.may.eq(bench.free("may"))
    # What a unit's buckets are is known before its first step, and stays until its last.
    free = bench.free("count", len(dut.count))
    bench.assume((free >= 1) & (free <= g.channels))
    inside = Signal()
    count = Mux(inside, bench.held("kept", ~inside, free), free)
    with m.If(dut.step):
        m.d.sync += inside.eq(~dut.unit_end)
    m.d.comb += dut.count.eq(count)
    step: Value = dut.step
    bucket = Signal(range(g.channels + 1))
    buckets_end = step & (bucket == count - 1)
    with m.If(step):
        m.d.sync += bucket.eq(Mux(buckets_end, 0, bucket + 1))
    tap_column, tap_row_end = numbered(m, "at_tap_column", g.kernel[1], buckets_end)
    tap_row, position_end = numbered(m, "at_tap_row", g.kernel[0], tap_row_end)
    positions = [
        (row, column, last_column, last_row)
        for height in g.sizes(0).tolist()
        for width in g.sizes(1).tolist()
        for _ in range(g.groups * g.blocks)
        for row in range(height)
        for column in range(width)
        for last_column, last_row in [(column == width - 1, row == height - 1)]
    ]
    number, image_end = numbered(m, "position", len(positions), position_end)
    row, column, last_column, last_row = (
        Array(each)[number] for each in zip(*positions, strict=True)
    )
    pixel = (row * g.stride[0] + tap_row) * g.halo[1] + column * g.stride[1] + tap_column
    block_end = position_end & last_column & last_row
    _, unit_end = numbered(m, "at_block", g.blocks, block_end)
    within = (bucket != 0) | (tap_row != 0) | (tap_column != 0)
    bench.check("within a position there is a step on every clock", implies(within, step))
    bench.check("every bucket", implies(step, dut.bucket == bucket))
    bench.check("under every tap", implies(step, dut.tap == tap_row * g.kernel[1] + tap_column))
    bench.check("the pixel that the tap is over", implies(step, dut.pixel == pixel))
    for name, ends in (
        ("position", position_end), ("block", block_end), ("unit", unit_end), ("image", image_end)
    ):  # fmt: skip
        bench.check(f"{name} ends", getattr(dut, f"{name}_end") == ends)


def patch_order(geometry: PatchGeometry) -> Order:
    """What `PatchRows` make of patches."""
    g, blocks = geometry, geometry.groups * geometry.blocks
    rows, columns = g.positions
    place = np.zeros((rows, columns, blocks), np.int64)
    number = 0
    for top in range(0, rows, g.patch[0]):
        for left in range(0, columns, g.patch[1]):
            part = place[top : top + g.patch[0], left : left + g.patch[1]]
            size = part.shape
            each = number + np.arange(part.size).reshape(blocks, size[0], size[1])
            part[...] = each.transpose(1, 2, 0)
            number += part.size
    ahead = 2 + (BANDS + 1) // g.patches[0]
    return Order(g.beats, place.reshape(-1).tolist(), [0] * g.beats, ahead)


def tiny_layer() -> HasteConv:
    """Two channels of a pixel, two bits each, which a hyperplane merges where they are equal."""
    return HasteConv(
        name="layer", inputs=("image",), shape=(1, 1, 1), type=_TINY, low=0, high=3,
        kernel=(1, 1), weight=np.array([[[[3]], [[-2]]]], np.int8), patch=(1, 1),
        hyperplanes=np.ones((1, 1, 1), np.int8), fraction_bits=1, counted=1,
        buckets=np.full((1, 1, 1), 2), merged=np.zeros((1, 1, 1), np.int64),
        bias=np.array([4], np.int32), shift=np.array([2], np.int8),
    )  # fmt: skip


def tiny_engine() -> HasteEngine:
    """The engine of `tiny_layer`."""
    zero = np.zeros(2, np.int16)
    image = Input(name="pixels", inputs=(), shape=(2, 1, 1), type=UINT8, zero=zero)
    small = Clamp(name="image", inputs=("pixels",), shape=(2, 1, 1), type=_TINY, low=0, high=3)
    program = Program((image, small, with_bounds(tiny_layer(), _TINY)))
    network = assemble(program, {"layer": Folding(1, 1)})
    stage = next(stage for stage in network.stages if stage.name == "layer.engine")
    result: HasteEngine = stage.component
    return result


def whole_engine(bench: FormalBench, dut: HasteEngine, clocks: int) -> None:
    """The first image's answer, and one to every image in time."""
    m, node = bench.m, tiny_layer()
    place = Signal(2)
    valid, value = bench.free("valid"), bench.free("value", 2)
    # An image's two pixels come twice.
    values = [
        bench.held(f"channel{n}", dut.i.valid & (place == n), dut.i.p.data[0]) for n in (0, 1)
    ]
    m.d.comb += [
        dut.i.valid.eq(valid),
        dut.i.p.last.eq(place == 3),
        dut.i.p.data[0].eq(Mux(place < 2, value, Array(values)[place[0]])),
    ]
    with m.If(dut.i.valid & dut.i.ready):
        m.d.sync += place.eq(place + 1)
    leave = sink(bench, dut.o)
    images, told = Signal(2), Signal(2)  # begun, answered
    with m.If(dut.i.valid & dut.i.ready & (place == 3) & (images != 3)):
        m.d.sync += images.eq(images + 1)
    with m.If(leave & (told != 3)):
        m.d.sync += told.eq(told + 1)
    whole = dut.i.valid & dut.i.ready & (place == 3) & (images == 0)
    first = [bench.held(f"first{n}", whole, values[n]) for n in (0, 1)]
    merged = first[0] == first[1]
    weights = [int(weight) for weight in node.weight.reshape(-1)]
    means = [x << node.fraction_bits for x in first]  # that of two equal pixels is the pixel's
    total = means[0] * weights[0] + means[1] * weights[1]
    both = means[0] * sum(weights)
    start = int(node.bias[0] + node.half[0])
    answer = clamp((Mux(merged, both, total) + start) >> int(node.shift[0]), node.low, node.high)
    shown = dut.o.valid & (told == 0)
    bench.check("no answer before its image", implies(shown, images != 0))
    bench.check("the first answer is right", implies(shown, dut.o.p.data[0] == answer))
    bench.check("last on every answer of one beat", implies(dut.o.valid, dut.o.p.last))
    answered(bench, dut.i.valid, dut.o.valid, clocks)


def _numbers_proof(bits: int, channels: int, short: bool = False) -> Proof:
    return Proof(
        "BucketNumbers",
        f"codes of {bits} bit{'s' if bits > 1 else ''}, {channels} channels",
        lambda: BucketNumbers(bits, channels),
        partial(bucket_numbers, channels=channels),
        short=short,
    )


def _sums_proof(shape: Shape, buckets: int, places: int) -> Proof:
    return Proof(
        "BucketSums",
        f"words of {shape}, {buckets} buckets, {places} places",
        lambda: BucketSums(shape, 1, buckets, places),
        bucket_sums,
    )


def _walk_proof(geometry: PatchGeometry, what: str) -> Proof:
    return Proof(
        "BucketWalk",
        what,
        lambda: BucketWalk(geometry),
        partial(bucket_walk, geometry=geometry),
    )


def _rows_proof(geometry: PatchGeometry, what: str) -> Proof:
    return Proof(
        "PatchRows",
        what,
        lambda: PatchRows(geometry, _TINY, depth=1),
        partial(rearrangement, order=patch_order(geometry)),
    )


_PATIENCE = 56
"""Clocks in which the tiny engine answers."""

PROOFS = (
    _numbers_proof(1, 2, short=True),
    _numbers_proof(2, 3),
    _sums_proof(unsigned(2), 2, 1),
    _sums_proof(signed(2), 1, 2),
    _walk_proof(
        PatchGeometry(2, 1, 1, 2, (3, 1), (2, 1), (1, 1), (2, 1)), "3 rows in patches of 2"
    ),
    _walk_proof(
        PatchGeometry(3, 2, 1, 1, (2, 3), (2, 2), (2, 1), (1, 2)), "2 groups, stride (2, 1)"
    ),
    _rows_proof(PatchGeometry(1, 1, 1, 1, (2, 2), (2, 1), (1, 1), (1, 1)), "2x2, patches of 2x1"),
    _rows_proof(PatchGeometry(1, 1, 1, 2, (1, 3), (1, 2), (1, 1), (1, 1)), "1x3, two blocks"),
    Proof(
        "HasteEngine",
        "two channels of a pixel of 2 bits, one hyperplane",
        tiny_engine,
        partial(whole_engine, clocks=_PATIENCE),
        bounded(60),
    ),
)
