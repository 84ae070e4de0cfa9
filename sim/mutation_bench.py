"""The cocotb test of mutants: plays the same job once per mutant, each after a reset.

Before the reset come random signals, so that a register that is not reset shows. Every mutant
takes `Job.limit` recorded clocks, whatever it does.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import cocotb
from cocotb.clock import Clock

from .bench import JOB_VARIABLE, Job, reset, sink, source, warm_up

MUTANTS_VARIABLE = "TABFAB_MUTANTS"
"""Numbers of the mutants, with commas between."""


@cocotb.test()  # type: ignore[untyped-decorator]
async def play_mutants(dut: Any) -> None:
    """Play the job for every mutant."""
    job = Job.load(Path(os.environ[JOB_VARIABLE]))
    dut.recording.value = 0
    cocotb.start_soon(Clock(dut.aclk, 10, unit="ns").start())
    for mutant in os.environ[MUTANTS_VARIABLE].split(","):
        dut.mutant.value = int(mutant)
        await reset(dut)
        await warm_up(dut, job)
        await reset(dut)
        dut.recording.value = 1
        playing = cocotb.start_soon(source(dut, job))
        await sink(dut, job)
        playing.cancel()
        dut.recording.value = 0
