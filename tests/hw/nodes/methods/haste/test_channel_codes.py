from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from amaranth.sim import Simulator
from numpy.typing import NDArray
from tabfab.compiler.program import INT8, UINT8, ActivationType
from tabfab.hw.nodes.methods.haste.channel_codes import ChannelCodes


def codes_of(planes: NDArray[np.int8], unit: NDArray[np.int64]) -> list[int]:
    """The code of each channel of (channels, pixels)."""
    products = planes.astype(np.int64) @ unit.T
    sides = len(unit) * products > products.sum(axis=1, keepdims=True)
    return [int(code) for code in (sides << np.arange(len(planes))[:, None]).sum(axis=0)]


def seen(dut: ChannelCodes, units: NDArray[np.int64], rng: np.random.Generator) -> list[list[int]]:
    """The codes that it gives for (units, channels, pixels), all as early as they may be asked."""
    planes = len(dut.hyperplanes)
    found: list[list[int]] = []

    async def testbench(ctx: Any) -> None:
        for unit in units.tolist():
            for pixels in unit:
                for number, value in enumerate(pixels):
                    while rng.random() < 0.2:
                        await ctx.tick()
                    ctx.set(dut.put, 1)
                    ctx.set(dut.value, value)
                    ctx.set(dut.pixel, number)
                    await ctx.tick()
                    ctx.set(dut.put, 0)
                for _ in range(max(0, planes - len(pixels))):
                    await ctx.tick()
            for _ in range(dut.settling - 1 - max(0, planes - len(unit[0]))):
                await ctx.tick()
            found.append([])
            for _ in unit:
                ctx.set(dut.ask, 1)
                for _ in range(dut.latency):
                    await ctx.tick()
                    ctx.set(dut.ask, 0)
                assert ctx.get(dut.valid)
                found[-1].append(ctx.get(dut.code))

    simulator = Simulator(dut)
    simulator.add_clock(1e-6)
    simulator.add_testbench(testbench)
    simulator.run()
    return found


@pytest.mark.parametrize("kind", [UINT8, INT8, ActivationType(2, False)], ids=str)
@pytest.mark.parametrize(
    ("planes", "pixels", "channels"),
    [(1, 1, 1), (3, 4, 8), (5, 2, 3), (2, 9, 7), (12, 150, 2)],
)
def test_tells_the_side_of_the_mean(
    planes: int, pixels: int, channels: int, kind: ActivationType, rng: np.random.Generator
) -> None:
    entries = rng.integers(-1, 2, (planes, pixels)).astype(np.int8)
    units = rng.integers(kind.low, kind.high + 1, (6, channels, pixels))
    units[1], units[2] = kind.low, kind.high  # all alike
    units[3] = np.where(rng.random((channels, pixels)) < 0.5, kind.low, kind.high)
    units[4, 0] = units[4, -1]
    assert seen(ChannelCodes(entries, kind, channels), units, rng) == [
        codes_of(entries, unit) for unit in units
    ]


@pytest.mark.parametrize("sign", [-1, 0, 1])
def test_planes_that_take_sums_to_their_ends(sign: int, rng: np.random.Generator) -> None:
    entries = np.full((2, 6), sign, np.int8)
    entries[1, ::2] = -sign
    units = np.where(rng.random((8, 4, 1)) < 0.5, 0, 255) * np.ones((8, 4, 6), np.int64)
    assert seen(ChannelCodes(entries, UINT8, 4), units, rng) == [
        codes_of(entries, unit) for unit in units
    ]
