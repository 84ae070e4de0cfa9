from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from amaranth.hdl import Module, Signal
from amaranth.lib.wiring import Component
from amaranth.sim import Simulator
from tabfab.hw.logic.packing import MemoryOptions
from tabfab.hw.nodes.methods.haste.block_weights import BlockWeights
from tabfab.hw.nodes.methods.haste.bucket_sums import READ_CLOCKS


class WithBuckets(Component):
    """Weights beside a memory that knows each channel's bucket.

    Parameters
    ----------
    weights: what asks it.
    units: for both units in turn the bucket of each channel.
    """

    def __init__(self, weights: BlockWeights, units: list[list[int]]) -> None:
        self.weights, self.units = weights, units
        super().__init__({})

    def elaborate(self, platform: object) -> Module:
        m = Module()
        m.submodules.weights = weights = self.weights
        bucket, is_new = weights.bucket, weights.is_new
        for _ in range(READ_CLOCKS):
            late_bucket, late_new = Signal.like(bucket), Signal()
            m.d.sync += [bucket.eq(late_bucket), is_new.eq(late_new)]
            bucket, is_new = late_bucket, late_new
        for bank, unit in enumerate(self.units):
            for channel, number in enumerate(unit):
                asked = (weights.channel_bank == bank) & (weights.channel == channel)
                with m.If(asked):
                    m.d.comb += [bucket.eq(number), is_new.eq(number not in unit[:channel])]
        return m


@pytest.mark.parametrize("memory", [MemoryOptions(), MemoryOptions("ecp5", 1, 20)])
@pytest.mark.parametrize(
    ("channels", "taps", "groups", "outputs"), [(4, 9, 1, 2), (3, 1, 2, 1), (5, 2, 1, 3)]
)
def test_adds_up_the_weights_of_each_bucket(
    channels: int,
    taps: int,
    groups: int,
    outputs: int,
    memory: MemoryOptions,
    rng: np.random.Generator,
) -> None:
    blocks = 2
    weight = rng.integers(-128, 128, (groups * blocks * outputs, channels, taps, 1)).astype(np.int8)
    dut = BlockWeights(weight, groups, outputs, memory)
    units = [rng.integers(0, channels, channels).tolist() for _ in range(2)]
    units = [[unit.index(number) for number in unit] for unit in units]
    units = [[sorted(set(unit)).index(number) for number in unit] for unit in units]
    width, bits = dut.sum_shape.width, (channels - 1).bit_length()

    async def testbench(ctx: Any) -> None:
        begun = 0
        for number in range(4):
            unit = units[number % 2]
            ctx.set(dut.merged, 1)
            await ctx.tick()
            ctx.set(dut.merged, 0)
            for block in range(blocks):
                waited = 1
                while not ctx.get(dut.ready):
                    await ctx.tick()
                    waited += 1
                if number == block == 0:
                    assert waited == dut.latency + 1
                first = (number % groups * blocks + block) * outputs
                part = weight[first : first + outputs, :, :, 0].astype(np.int64)
                ctx.set(dut.read_bank, begun % 2)
                for bucket in set(unit):
                    members = [c for c, other in enumerate(unit) if other == bucket]
                    for tap in range(taps):
                        ctx.set(dut.read_row, tap << bits | bucket)
                        for _ in range(READ_CLOCKS):
                            await ctx.tick()
                        sums = part[:, members, tap].sum(axis=1).tolist()
                        mask = (1 << width) - 1
                        packed = sum((v & mask) << width * n for n, v in enumerate(sums))
                        assert ctx.get(dut.sums) == packed
                begun += 1
                ctx.set(dut.used, 1)
                ctx.set(dut.done, 1)
                await ctx.tick()
                ctx.set(dut.used, 0)
                ctx.set(dut.done, 0)

    simulator = Simulator(WithBuckets(dut, units))
    simulator.add_clock(1e-6)
    simulator.add_testbench(testbench)
    simulator.run()


def test_its_memory_is_loaded_where_it_can_be() -> None:
    weight = np.zeros((2, 2, 1, 1), np.int8)
    assert BlockWeights(weight, 1, 1).load_ports() == []
    loadable = BlockWeights(weight, 1, 1, MemoryOptions(loadable=True))
    assert len(loadable.load_ports()) == 1
