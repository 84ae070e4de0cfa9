"""Synthesis of a core by itself."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from amaranth.hdl import signed, unsigned
from amaranth.sim import Simulator
from tabfab.hw.device.families.catalog import FAMILIES
from tabfab.hw.engine.accumulator import Accumulator
from tabfab.hw.synth.cell_counts import summarize
from tabfab.hw.synth.core_synth import CoreAlone, synthesize_core

from support.cores import BITS, Echo
from support.synthesized import synthesize_cores


def test_plain_ports_reach_the_core() -> None:
    alone = CoreAlone(Echo(2))
    beats = np.random.default_rng(0).integers(0, 1 << len(alone.i), 20).tolist()
    seen = []

    async def testbench(ctx: Any) -> None:
        for beat in beats:
            ctx.set(alone.i, beat)
            seen.append(ctx.get(alone.o))
            await ctx.tick()

    simulator = Simulator(alone)
    simulator.add_clock(1e-6)
    simulator.add_testbench(testbench)
    simulator.run()
    assert seen[2:] == beats[:-2]


@pytest.mark.parametrize("latency", [1, 3])
def test_counts_the_registers_of_a_delay_and_nothing_else(latency: int, tmp_path: Path) -> None:
    cells = summarize(synthesize_core(Echo(latency), "ice40", tmp_path))
    beat = BITS + 2  # valid and last come with the payload
    assert {what: count for what, count in cells.items() if count} == {"flip_flops": latency * beat}


def test_a_core_with_a_load_port_keeps_it(tmp_path: Path) -> None:
    """What is loaded at run time cannot be optimized away."""
    bias = np.array([[3, -4]])
    fixed, loadable = (
        summarize(synthesize_core(core, "ecp5", _made(tmp_path / name)))
        for name, core in {
            "fixed": Accumulator(unsigned(4), signed(8), bias, 2),
            "loadable": Accumulator(unsigned(4), signed(8), bias, 2, loadable=True),
        }.items()
    )
    assert sum(loadable.values()) > sum(fixed.values())


@pytest.mark.slow("the tests of components compare what they say with the same counts")
@pytest.mark.parametrize("family", FAMILIES)
def test_in_one_run_each_core_takes_what_it_takes_alone(family: str, tmp_path: Path) -> None:
    bias = np.array([[3, -4]])
    cores = [Accumulator(unsigned(4), signed(8), bias, 2), Echo(3), Echo(1)]
    alone = [
        synthesize_core(core, family, _made(tmp_path / str(n))) for n, core in enumerate(cores)
    ]
    assert synthesize_cores(cores, family, _made(tmp_path / "all")) == alone


def _made(directory: Path) -> Path:
    directory.mkdir()
    return directory
