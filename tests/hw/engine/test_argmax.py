from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from amaranth.hdl import ClockDomain, Module, Shape, signed, unsigned
from amaranth.sim import Simulator
from tabfab.hw.engine.argmax import Argmax

from support.streams import Beats, check_core


@pytest.mark.parametrize("shape", [signed(8), unsigned(2), signed(2)])
@pytest.mark.parametrize(
    ("channels", "lanes"), [(1, 1), (2, 1), (10, 1), (10, 2), (10, 5), (7, 7), (256, 16)]
)
def test_finds_the_first_of_the_largest(
    shape: Shape, channels: int, lanes: int, rng: np.random.Generator
) -> None:
    low = -(1 << (shape.width - 1)) if shape.signed else 0
    pixels = rng.integers(low, low + (1 << shape.width), (8, channels))
    pixels[0] = low
    pixels[1], pixels[1, -1] = low, low + 1
    expected = [[row.index(max(row))] for row in pixels.tolist()]
    beats = Beats.of(pixels.reshape(-1, lanes), image=channels // lanes)
    check_core(Argmax(shape, channels, lanes, 8), beats, expected)


def test_a_reset_ends_an_image() -> None:
    argmax = Argmax(signed(8), 4, 1, 8)
    m = Module()
    m.domains.sync = domain = ClockDomain()
    m.submodules.argmax = argmax
    seen = []

    async def give(ctx: Any, *values: int) -> None:
        for value in values:
            ctx.set(argmax.i.p.data[0], value)
            ctx.set(argmax.i.valid, 1)
            await ctx.tick()
            if ctx.get(argmax.o.valid):
                seen.append(ctx.get(argmax.o.p.data[0]))
        ctx.set(argmax.i.valid, 0)

    async def testbench(ctx: Any) -> None:
        await give(ctx, 100, 90)
        ctx.set(domain.rst, 1)
        await ctx.tick()
        ctx.set(domain.rst, 0)
        await give(ctx, -9, -8, -3, -5, *[-1] * argmax.latency)

    simulator = Simulator(m)
    simulator.add_clock(1e-6)
    simulator.add_testbench(testbench)
    simulator.run()
    assert seen[0] == 2


@pytest.mark.parametrize("lanes", [0, 3])
def test_refuses_lanes_that_do_not_divide_the_channels(lanes: int) -> None:
    with pytest.raises(ValueError, match="lanes must divide the 10 channels"):
        Argmax(unsigned(8), 10, lanes, 8)
