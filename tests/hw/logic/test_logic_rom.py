from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from amaranth.hdl import Module, Signal
from amaranth.sim import Simulator
from tabfab.hw.logic.logic_rom import LOGIC_ROWS, lookup, lookup_latency

BITS = 5


@pytest.mark.parametrize("rows", [1, 2, 9, LOGIC_ROWS, LOGIC_ROWS + 1])
def test_a_lookup_answers_after_its_latency(rows: int) -> None:
    rng = np.random.default_rng(rows)
    contents = rng.integers(0, 1 << BITS, rows).tolist()
    asked = rng.integers(0, rows, 60).tolist()
    m, address, answer = Module(), Signal(range(rows)), Signal(BITS)
    m.d.comb += answer.eq(lookup(m, "rom", BITS, contents, address))
    m.d.sync += Signal(name="clocked").eq(1)  # a single row needs no clock of its own
    seen = []

    async def testbench(ctx: Any) -> None:
        for row in asked:
            ctx.set(address, row)
            await ctx.tick()
            seen.append(ctx.get(answer))

    simulator = Simulator(m)
    simulator.add_clock(1e-6)
    simulator.add_testbench(testbench)
    simulator.run()
    late = lookup_latency(rows) - 1
    assert seen[late:] == [contents[row] for row in asked[: len(asked) - late]]


@pytest.mark.parametrize(
    ("rows", "style"), [(1, "logic"), (LOGIC_ROWS, "logic"), (LOGIC_ROWS + 1, "auto")]
)
def test_only_many_rows_are_left_to_block_ram(rows: int, style: str) -> None:
    m = Module()
    lookup(m, "rom", BITS, [0] * rows, Signal(range(rows)))
    assert m.submodules["rom"].style == style
