from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from amaranth.sim import Simulator
from tabfab.compiler.program import INT8, UINT8, ActivationType
from tabfab.hw.nodes.methods.haste.bucket_sums import READ_CLOCKS
from tabfab.hw.nodes.methods.haste.merger import PatchMerger


@pytest.mark.parametrize("kind", [UINT8, INT8], ids=str)
@pytest.mark.parametrize(("planes", "pixels", "channels"), [(2, 4, 4), (3, 1, 3), (1, 20, 2)])
def test_adds_up_the_channels_that_are_alike(
    planes: int, pixels: int, channels: int, kind: ActivationType, rng: np.random.Generator
) -> None:
    entries = rng.integers(-1, 2, (planes, pixels)).astype(np.int8)
    dut = PatchMerger(entries, kind, channels)
    levels = rng.integers(kind.low, kind.high + 1, 3)
    units = rng.choice(levels, (5, channels, pixels))

    async def source(ctx: Any) -> None:
        for unit in units.tolist():
            for _ in range(2):
                for pixel in [value for channel in unit for value in channel]:
                    ctx.set(dut.i.valid, 1)
                    ctx.set(dut.i.p.data[0], pixel)
                    while True:
                        taken = ctx.get(dut.i.ready)
                        await ctx.tick()
                        if taken:
                            break
                    ctx.set(dut.i.valid, 0)

    async def reader(ctx: Any) -> None:
        for number, unit in enumerate(units):
            while not ctx.get(dut.merged):
                await ctx.tick()
            for _ in range(6):
                await ctx.tick()
            bank = number % 2
            products = entries.astype(np.int64) @ unit.T
            codes = channels * products > products.sum(axis=1, keepdims=True)
            buckets: dict[tuple[bool, ...], list[int]] = {}
            for channel, code in enumerate(codes.T.tolist()):
                buckets.setdefault(tuple(code), []).append(channel)
            ctx.set(dut.bank, bank)
            assert ctx.get(dut.count) == len(buckets)
            for bucket, members in enumerate(buckets.values()):
                for pixel in range(pixels):
                    ctx.set(dut.row_bank, bank)
                    ctx.set(dut.row, pixel << (channels - 1).bit_length() | bucket)
                    for _ in range(READ_CLOCKS):
                        await ctx.tick()
                    assert ctx.get(dut.sum) == unit[members, pixel].sum()
                    assert ctx.get(dut.size) == len(members)
                for channel in members:
                    ctx.set(dut.channel_bank, bank)
                    ctx.set(dut.channel, channel)
                    for _ in range(READ_CLOCKS):
                        await ctx.tick()
                    assert ctx.get(dut.bucket) == bucket
                    assert ctx.get(dut.is_new) == (channel == members[0])
            ctx.set(dut.done, 1)
            await ctx.tick()
            ctx.set(dut.done, 0)

    simulator = Simulator(dut)
    simulator.add_clock(1e-6)
    simulator.add_testbench(source)
    simulator.add_testbench(reader)
    simulator.run()
