"""The cocotb test: plays images into a build and takes its answers.

It runs inside the simulator's process. What it needs is in a job file (`Job`) named by the
environment variable `JOB_VARIABLE`. The monitors of `bench.sv.jinja` record every stream; this
module only moves the two AXI4-Stream ports, with the stall patterns of the job.
"""

from __future__ import annotations

import os
import random
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import cocotb
import numpy as np
from cocotb.clock import Clock
from cocotb.triggers import ReadOnly, RisingEdge
from numpy.typing import NDArray

JOB_VARIABLE = "TABFAB_JOB"
PROGRESS_FILE = "answers.txt"
_RESET_CLOCKS = 4
_LOAD_PAUSES = 0.01
"""Probability of a pause before each word of a load."""
_LOAD_CLOCKS = 1000
"""Clocks after which the last word of a load must be in its memory."""
_EXTRA_CLOCKS = 64
"""Clocks after the last expected beat, in which a surplus one would show."""


@dataclass(frozen=True, eq=False)
class Job:
    """What to play.

    Parameters
    ----------
    beats: (beats, bytes) uint8, `tdata` of the source, lowest byte first.
    tlast: (beats,) bool, `tlast` of the source.
    answers: beats to expect.
    answers_per_image: of these, from one `tlast` to the next.
    source, sink: stall patterns, as in `tabfab.sim.models.cycles.Stalls`.
    last: clock of the last beat on any stream, by the cycle model.
    limit: clock on which to give up waiting for answers.
    warm_up: clocks of random signals at all ports before a second reset; 0 does without.
    seed: of the warm-up.
    words: to load the memories with before the images come; may be none.
    """

    beats: NDArray[np.uint8]
    tlast: NDArray[np.bool_]
    answers: int
    answers_per_image: int
    source: NDArray[np.bool_]
    sink: NDArray[np.bool_]
    last: int
    limit: int
    warm_up: int = 0
    seed: int = 0
    words: NDArray[np.uint32] = field(default_factory=lambda: np.empty(0, np.uint32))

    def save(self, path: Path) -> None:
        """Write the job file."""
        np.savez(path, allow_pickle=False, **vars(self))

    @classmethod
    def load(cls, path: Path) -> Job:
        """Read a job file."""
        with np.load(path, allow_pickle=False) as file:
            fields: dict[str, Any] = {name: file[name] for name in file.files}
        for name, value in fields.items():
            fields[name] = value if value.ndim else int(value)
        return cls(**fields)


@cocotb.test()  # type: ignore[untyped-decorator]
async def play(dut: Any) -> None:
    """Play the job's images; ends after the last expected beat or at the job's limit."""
    job = Job.load(Path(os.environ[JOB_VARIABLE]))
    cocotb.start_soon(Clock(dut.aclk, 10, unit="ns").start())
    dut.mutant.value = 0
    dut.recording.value = 0
    await reset(dut)
    if job.warm_up:
        await warm_up(dut, job)
        await reset(dut)
    if len(job.words):
        await load(dut, job)
        await reset(dut)  # which leaves what was loaded alone
    dut.recording.value = 1
    playing = cocotb.start_soon(source(dut, job))
    answers = await sink(dut, job)
    playing.cancel()
    dut._log.info("%d of %d answers", answers, job.answers)


async def reset(dut: Any) -> None:
    """Hold the reset for a few clocks."""
    dut.aresetn.value = 0
    dut.s_axis_tvalid.value = 0
    dut.m_axis_tready.value = 0
    dut.s_load_tvalid.value = 0
    for _ in range(_RESET_CLOCKS):
        await RisingEdge(dut.aclk)
    dut.aresetn.value = 1


async def load(dut: Any, job: Job) -> None:
    """Replace the contents of the memories, with a pause here and there."""
    rng = random.Random(job.seed)
    words = job.words.tolist()
    for number, word in enumerate(words):
        while rng.random() < _LOAD_PAUSES:
            dut.s_load_tvalid.value = 0
            await RisingEdge(dut.aclk)
        dut.s_load_tvalid.value = 1
        dut.s_load_tdata.value = word
        dut.s_load_tlast.value = number == len(words) - 1
        await RisingEdge(dut.aclk)
    dut.s_load_tvalid.value = 0
    for _ in range(_LOAD_CLOCKS):
        await RisingEdge(dut.aclk)
        if dut.loaded.value == 1:
            return
    raise AssertionError(f"not loaded {_LOAD_CLOCKS} clocks after the last word")


async def warm_up(dut: Any, job: Job) -> None:
    """Random signals, without regard for the stream rules."""
    rng = random.Random(job.seed)
    for _ in range(job.warm_up):
        dut.s_axis_tvalid.value = rng.random() < 0.8
        dut.s_axis_tlast.value = rng.random() < 0.1
        dut.s_axis_tdata.value = rng.getrandbits(len(dut.s_axis_tdata))
        dut.m_axis_tready.value = rng.random() < 0.8
        await RisingEdge(dut.aclk)


async def source(dut: Any, job: Job) -> None:
    """Offer beats: a new one only where the pattern allows, and each until it is taken."""
    words = [int.from_bytes(beat.tobytes(), "little") for beat in job.beats]
    allowed, period = job.source.tolist(), len(job.source)
    clock = 0
    for word, last in zip(words, job.tlast.tolist(), strict=True):
        while not allowed[clock % period]:
            dut.s_axis_tvalid.value = 0
            await RisingEdge(dut.aclk)
            clock += 1
        dut.s_axis_tvalid.value = 1
        dut.s_axis_tdata.value = word
        dut.s_axis_tlast.value = last
        taken = False
        while not taken:
            await ReadOnly()
            taken = dut.s_axis_tready.value == 1
            await RisingEdge(dut.aclk)
            clock += 1
    dut.s_axis_tvalid.value = 0


async def sink(dut: Any, job: Job) -> int:
    """Accept answers where the pattern allows; returns how many came."""
    allowed, period = job.sink.tolist(), len(job.sink)
    progress = Path(PROGRESS_FILE)
    answers, clock, end = 0, 0, job.limit
    while clock < end:
        dut.m_axis_tready.value = allowed[clock % period]
        await ReadOnly()
        if dut.m_axis_tvalid.value == 1 and allowed[clock % period]:
            answers += 1
            if answers % job.answers_per_image == 0:
                progress.write_text(str(answers // job.answers_per_image))
            if answers == job.answers:
                end = min(end, max(clock, job.last) + _EXTRA_CLOCKS)
        await RisingEdge(dut.aclk)
        clock += 1
    return answers
