from __future__ import annotations

from typing import Any

import pytest
from amaranth.hdl import Module
from amaranth.sim import Simulator
from tabfab.hw.logic.filled_memory import FilledMemory


@pytest.mark.parametrize("depth", [None, 3, 6])
def test_simulates_with_its_contents_and_zeros_behind_them(depth: int | None) -> None:
    rows = [9, 0, 4]
    m, seen = Module(), []
    m.submodules.memory = memory = FilledMemory(4, rows, depth)
    port = memory.read_port()

    async def testbench(ctx: Any) -> None:
        for address in range(memory.depth):
            ctx.set(port.addr, address)
            await ctx.tick()
            seen.append(ctx.get(port.data))

    simulator = Simulator(m)
    simulator.add_clock(1e-6)
    simulator.add_testbench(testbench)
    simulator.run()
    assert seen == rows + [0] * ((depth or 3) - 3)


def test_refuses_more_contents_than_rows() -> None:
    with pytest.raises(ValueError, match="3 rows do not fit a memory of 2"):
        FilledMemory(4, [1, 2, 3], depth=2)
