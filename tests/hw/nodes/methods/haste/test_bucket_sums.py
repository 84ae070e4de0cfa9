from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from amaranth.hdl import Shape, signed, unsigned
from amaranth.sim import Simulator
from tabfab.hw.nodes.methods.haste.bucket_sums import (
    DISTANCE,
    READ_CLOCKS,
    WORD_CLOCKS,
    BucketSums,
    sum_shape,
)


@pytest.mark.parametrize("shape", [unsigned(8), signed(8), unsigned(2)], ids=repr)
@pytest.mark.parametrize(("lanes", "buckets", "places"), [(1, 4, 5), (3, 3, 1), (2, 1, 4)])
def test_adds_words_in_one_bank_while_the_other_is_read(
    shape: Shape, lanes: int, buckets: int, places: int, rng: np.random.Generator
) -> None:
    dut = BucketSums(shape, lanes, buckets, places)
    low, high = (-(1 << shape.width - 1) if shape.signed else 0, (1 << shape.width - shape.signed))
    width = dut.sum_shape.width
    before: dict[int, list[int]] = {}

    async def testbench(ctx: Any) -> None:
        nonlocal before
        for unit in range(6):
            bank, sums = unit % 2, {}
            words: list[tuple[int, int, list[int]]] = []
            for bucket in rng.integers(0, buckets, buckets).tolist():
                for place in range(places):
                    row = place << dut.bucket_bits | bucket
                    word = rng.choice([low, high - 1, int(rng.integers(low, high))], lanes)
                    first = row not in sums
                    sums[row] = [
                        a + b
                        for a, b in zip(sums.get(row, [0] * lanes), word.tolist(), strict=True)
                    ]
                    words.append((row, first, word.tolist()))
                words += [(-1, 0, [])] * max(0, DISTANCE - places)
            words += [(-1, 0, [])] * DISTANCE
            asked = list(before)
            for clock in range(len(words) + WORD_CLOCKS):
                row, first, _ = words[clock] if clock < len(words) else (-1, 0, [])
                ctx.set(dut.put, row >= 0)
                ctx.set(dut.bank, bank)
                ctx.set(dut.row, max(row, 0))
                ctx.set(dut.first, first)
                late = words[clock - WORD_CLOCKS][2] if clock >= WORD_CLOCKS else []
                mask = (1 << shape.width) - 1
                ctx.set(dut.word, sum((v & mask) << shape.width * n for n, v in enumerate(late)))
                ctx.set(dut.read_bank, 1 - bank)
                if asked:
                    ctx.set(dut.read_row, asked[clock % len(asked)])
                    if clock >= READ_CLOCKS:
                        known = before[asked[(clock - READ_CLOCKS) % len(asked)]]
                        mask = (1 << width) - 1
                        assert ctx.get(dut.sums) == sum(
                            (v & mask) << width * n for n, v in enumerate(known)
                        )
                await ctx.tick()
            before = sums

    simulator = Simulator(dut)
    simulator.add_clock(1e-6)
    simulator.add_testbench(testbench)
    simulator.run()


@pytest.mark.parametrize(
    ("shape", "buckets", "expected"),
    [(unsigned(8), 1, unsigned(8)), (unsigned(8), 64, unsigned(14)), (signed(8), 64, signed(14)),
     (unsigned(2), 3, unsigned(4)), (signed(8), 65, signed(15))],
)  # fmt: skip
def test_sums_fit(shape: Shape, buckets: int, expected: Shape) -> None:
    assert sum_shape(shape, buckets) == expected
