from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from amaranth.hdl import ClockDomain, Module
from amaranth.sim import Simulator
from tabfab.hw.logic.load_port import load_words
from tabfab.hw.logic.packed_rom import PackedRom
from tabfab.hw.logic.packing import MemoryOptions, pack
from tabfab.hw.rtl.verilog import VERILOG_FILE, write_component
from tabfab.hw.synth.passes import PROCESSES, Synthesis
from tabfab.hw.synth.synth import count_cells


def read(rom: PackedRom, addresses: list[list[int]]) -> list[list[int]]:
    """What each port answers to a list of addresses, `latency` clocks after each."""
    seen: list[list[int]] = [[] for _ in addresses]

    async def testbench(ctx: Any) -> None:
        for clock in range(len(addresses[0]) + rom.latency):
            for port, rows in enumerate(addresses):
                if clock >= rom.latency:
                    seen[port].append(ctx.get(getattr(rom, f"data{port}")))
                if clock < len(rows):
                    ctx.set(getattr(rom, f"address{port}"), rows[clock])
            await ctx.tick()

    design = Module()
    design.domains.sync = ClockDomain()  # which a memory of one row does without
    design.submodules.rom = rom
    simulator = Simulator(design)
    simulator.add_clock(1e-6)
    simulator.add_testbench(testbench)
    simulator.run()
    return seen


@pytest.mark.parametrize("family", [None, "ecp5", "ice40"])
@pytest.mark.parametrize("price", [0, 40, 1e9])
@pytest.mark.parametrize(
    ("depth", "width", "two"),
    [(1, 3, False), (16, 5, True), (700, 21, False), (700, 40, True), (1500, 9, True)],
)
def test_every_port_answers_its_rows(
    family: str | None, price: float, depth: int, width: int, two: bool, rng: np.random.Generator
) -> None:
    reads = ((0, depth), (depth, 2 * depth)) if two else ((0, depth),)
    bits = rng.integers(0, 2, (len(reads) * depth, width)).astype(bool)
    rom = PackedRom(bits, pack(len(bits), width, MemoryOptions(family, 1, price), reads))
    assert rom.latency == 4 + 2 * rom.packing.joined
    addresses = [
        [low, high - 1, *rng.integers(low, high, 60).tolist(), high - 1, low] for low, high in reads
    ]
    values = [sum(1 << n for n in np.flatnonzero(row).tolist()) for row in bits]
    assert read(rom, addresses) == [[values[row] for row in rows] for rows in addresses]


@pytest.mark.parametrize("family", [None, "ecp5", "ice40"])
@pytest.mark.parametrize(
    ("depth", "width", "two"), [(1, 3, False), (40, 21, True), (1100, 20, True)]
)
def test_answers_what_was_loaded(
    family: str | None, depth: int, width: int, two: bool, rng: np.random.Generator
) -> None:
    reads = ((0, depth), (depth, 2 * depth)) if two else ((0, depth),)
    before, after = rng.integers(0, 2, (2, len(reads) * depth, width)).astype(bool)
    options = MemoryOptions(family, 2, 300, loadable=True)
    rom = PackedRom(before, pack(len(before), width, options, reads), loadable=True)
    addresses = [[low, high - 1, *rng.integers(low, high, 9).tolist()] for low, high in reads]
    seen: list[list[int]] = []

    async def read_all(ctx: Any) -> None:
        for place in range(len(addresses[0])):
            for port, rows in enumerate(addresses):
                ctx.set(getattr(rom, f"address{port}"), rows[place])
            await ctx.tick().repeat(rom.latency)
            seen.append([ctx.get(getattr(rom, f"data{port}")) for port in range(len(reads))])

    async def testbench(ctx: Any) -> None:
        await read_all(ctx)
        for n, word in enumerate(load_words(after).tolist()):
            ctx.set(rom.load.i.p.word, word)
            ctx.set(rom.load.i.p.first, n == 0)
            ctx.set(rom.load.i.valid, 1)
            await ctx.tick()
        ctx.set(rom.load.i.valid, 0)
        await ctx.tick().repeat(2)
        await read_all(ctx)

    simulator = Simulator(rom)
    simulator.add_clock(1e-6)
    simulator.add_testbench(testbench)
    simulator.run()
    expected = [
        [sum(1 << int(n) for n in np.flatnonzero(bits[rows[place]])) for rows in addresses]
        for bits in (before, after)
        for place in range(len(addresses[0]))
    ]
    assert seen == expected


def test_joins_only_pieces_that_one_port_chooses_among() -> None:
    bits = np.zeros((2048, 18), bool)
    halves = pack(2048, 18, MemoryOptions("ecp5"), ((0, 1024), (1024, 2048)))
    assert PackedRom(bits, halves).latency == 4
    assert PackedRom(bits[:, :9], pack(2048, 9, MemoryOptions("ecp5"))).latency == 4
    assert PackedRom(np.zeros((1050, 18), bool), pack(1050, 18, MemoryOptions("ecp5"))).latency == 6


def test_every_site_has_an_address_register_after_synthesis(
    rng: np.random.Generator, tmp_path: Path
) -> None:
    packing = pack(1024, 54, MemoryOptions("ecp5"))
    assert [piece.style for piece in packing.pieces].count("block") > 1
    rom = PackedRom(rng.integers(0, 2, (1024, 54)).astype(bool), packing)
    write_component(rom, "rom", tmp_path)
    command = Synthesis("ecp5").command
    passes = [f"read_verilog {VERILOG_FILE}", "hierarchy -top rom", *PROCESSES, command]
    total = count_cells(passes, tmp_path, tmp_path / "yosys.log")
    answers = packing.width
    assert total["TRELLIS_FF"] == packing.address_bits + answers


def test_refuses_contents_of_another_size() -> None:
    with pytest.raises(ValueError, match=r"\(4, 4\) bits do not fit a memory of \(4, 3\)"):
        PackedRom(np.zeros((4, 4), bool), pack(4, 3, MemoryOptions()))
