from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from amaranth.hdl import Shape, signed, unsigned
from amaranth.sim import Simulator
from tabfab.compiler.program import INT8
from tabfab.compiler.program.nodes.haste import reciprocals_of
from tabfab.hw.engine.accumulator import Accumulator
from tabfab.hw.engine.requantizer import Requantizer
from tabfab.hw.nodes.methods.haste.bucket_products import BucketProducts, product_shape
from tabfab.hw.nodes.methods.haste.bucket_sums import sum_shape


@pytest.mark.parametrize("kind", [unsigned(8), signed(8), signed(3)], ids=repr)
@pytest.mark.parametrize(
    ("channels", "fraction_bits", "blocks"), [(6, 2, 2), (1, 0, 1), (200, 6, 3)]
)
def test_means_times_weights_until_a_mark(
    kind: Shape, channels: int, fraction_bits: int, blocks: int, rng: np.random.Generator
) -> None:
    outputs, reciprocals = 2, reciprocals_of(channels, fraction_bits)
    total, weight = sum_shape(kind, channels), sum_shape(signed(8), channels)
    reach = 1 << kind.width + fraction_bits
    bounds = (-reach if kind.signed else 0, reach)
    product = product_shape(Shape.cast(range(bounds[0], bounds[1] + 1)), weight)
    bias = rng.integers(-1000, 1000, (blocks, outputs))
    shift = rng.integers(4, 20, (blocks, outputs))
    accumulator = Accumulator(product, signed(40), bias, None)
    requantizer = Requantizer(signed(40), INT8, shift, -128, 127, marked=True)
    dut = BucketProducts(total, bounds, weight, reciprocals, accumulator, requantizer)

    low = -(1 << kind.width - 1) if kind.signed else 0
    high = low + (1 << kind.width) - 1
    played: list[tuple[int, int, list[int], bool, bool]] = []
    answers: list[tuple[int, list[int]]] = []
    for block in list(range(blocks)) * 2:
        for position in range(2):
            sums = bias[block].astype(object)
            for left in reversed(range(int(rng.integers(1, 5)))):
                size = int(rng.integers(1, channels + 1))
                value = int(rng.choice([low, high, rng.integers(low, high + 1)])) * size
                words = rng.integers(-128, 128, outputs) * size
                mean = (value * int(reciprocals[size]) + (1 << 15)) >> 16
                sums = sums + mean * words
                ends = left == 0
                played.append((value, size, words.tolist(), ends, ends and position == 1))
            shifted = [int(v) >> int(s) for v, s in zip(sums, shift[block], strict=True)]
            clamped = [max(-128, min(127, v)) for v in shifted]
            answers.append((len(played) - 1 + dut.latency, clamped))

    seen: list[tuple[int, list[int]]] = []

    async def testbench(ctx: Any) -> None:
        await ctx.tick()  # the memory of biases needs a clock
        width = weight.width
        for clock in range(len(played) + dut.latency + 1):
            here = clock < len(played)
            value, size, _, ends, block_end = played[clock] if here else (0, 0, [], False, False)
            ctx.set(dut.valid, here)
            ctx.set(dut.sum, value)
            ctx.set(dut.size, size)
            ctx.set(dut.position_end, ends)
            ctx.set(dut.block_end, block_end)
            due = clock - dut.weights_at
            words = played[due][2] if 0 <= due < len(played) else []
            mask = (1 << width) - 1
            ctx.set(dut.weights, sum((v & mask) << width * n for n, v in enumerate(words)))
            if ctx.get(dut.o.valid):
                seen.append((clock, [ctx.get(lane) for lane in dut.o.p.data]))
            await ctx.tick()

    simulator = Simulator(dut)
    simulator.add_clock(1e-6)
    simulator.add_testbench(testbench)
    simulator.run()
    assert seen == answers
