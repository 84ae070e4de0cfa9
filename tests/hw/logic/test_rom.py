from __future__ import annotations

from typing import Any

import pytest
from amaranth.hdl import Module, Signal
from amaranth.sim import Simulator
from tabfab.hw.logic.rom import Rom, pack


def read(rom: Rom, addresses: list[int]) -> list[int]:
    """What the memory answers, a clock after each address."""
    m, seen = Module(), []
    m.submodules.rom = rom
    m.d.sync += Signal(name="clocked").eq(1)

    async def testbench(ctx: Any) -> None:
        for address in addresses:
            ctx.set(rom.address, address)
            await ctx.tick()
            seen.append(ctx.get(rom.data))

    simulator = Simulator(m)
    simulator.add_clock(1e-6)
    simulator.add_testbench(testbench)
    simulator.run()
    return seen


@pytest.mark.parametrize("rows", [[7, 0, 5], [1, 2], list(range(16))])
def test_answers_the_row_of_the_clock_before(rows: list[int]) -> None:
    addresses = [*range(len(rows)), *reversed(range(len(rows))), 0, 0]
    assert read(Rom(4, rows), addresses) == [rows[address] for address in addresses]


def test_one_row_is_a_constant() -> None:
    assert read(Rom(3, [6]), [0, 0]) == [6, 6]


def test_pack_puts_the_first_field_lowest() -> None:
    assert pack([1, -1, 0, 2], 3) == 0b010_000_111_001
    assert pack([], 3) == 0


@pytest.mark.parametrize("rows", [[8], [0, -1]])
def test_refuses_rows_that_do_not_fit(rows: list[int]) -> None:
    with pytest.raises(ValueError, match="does not fit 3 bits"):
        Rom(3, rows)


def test_refuses_to_be_empty() -> None:
    with pytest.raises(ValueError, match="at least one row"):
        Rom(3, [])
