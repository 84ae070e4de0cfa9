"""Mutation testing of a build: how many planted faults the bench catches.

A mutant is caught when any stream differs from the golden model or the cycle model in a value or
a clock. What survives one traffic pattern meets the next, harder one.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ..compiler.errors import TabfabError
from ..hw.build import load_build
from ..hw.verilog import VERILOG_FILE
from . import golden
from .bench import JOB_VARIABLE
from .bench_files import ERROR_TRACE, Design, trace_file, write_bench
from .mutate import Mutant, find_mutants, plant
from .mutation_bench import MUTANTS_VARIABLE
from .scenario import Scenario, Traffic
from .simulators import Bench
from .trace import Trace, read_clocks, read_trace

_TRAFFIC = (
    (2, Traffic(stall=0.4, disorder=0.3, reset_after=100)),
    (3, Traffic(disorder=0.5, reset_after=300)),
    # A sink that is silent for whole images, so that every queue fills up and empties again.
    (8, Traffic(stall=0.6, burst=1500, reset_after=1000)),
)
"""How many images mutants meet, and how: the easy ones first."""

_EXTRA_CLOCKS = 64
"""Recorded after the last expected beat, in which a surplus one would show."""


@dataclass(frozen=True)
class MutationOptions:
    """How to test.

    Parameters
    ----------
    mutants: how many faults to plant.
    per_model: faults in one simulation model; more compile longer and run slower.
    seed: of faults, stalls and disorder.
    """

    mutants: int = 300
    per_model: int = 300
    seed: int = 0

    def __post_init__(self) -> None:
        if self.mutants < 1 or self.per_model < 1:
            raise TabfabError(f"there must be mutants to test, not {self.mutants}")


@dataclass(frozen=True)
class MutationResult:
    """What became of one mutant.

    Parameters
    ----------
    mutant: the fault.
    stream: on which it was first seen; None where it survived.
    """

    mutant: Mutant
    stream: str | None


def run_mutants(
    directory: Path,
    images: golden.Images,
    options: MutationOptions | None = None,
    progress: Callable[[int, int, str], None] | None = None,
) -> list[MutationResult]:
    """Plant faults in a build and play images until each is caught or all patterns are through.

    Parameters
    ----------
    directory: written by `tabfab verilog`.
    images: (N, height, width, channels) uint8; the first eight are played.
    options: see `MutationOptions`.
    progress: called with (mutants done, mutants in all, what is under way).

    Raises
    ------
    TabfabError: the build or the images are not usable, or the bench finds fault with the design
        as it is.
    """
    options = options or MutationOptions()
    tell = progress or (lambda done, total, what: None)
    build = load_build(directory)
    scenarios = [
        Scenario.of_images(
            build.program, build.network, images[:count], replace(traffic, seed=seed)
        )
        for seed, (count, traffic) in enumerate(_TRAFFIC, options.seed)
    ]
    verilog = (directory / VERILOG_FILE).read_text()
    mutants = find_mutants(verilog, directory, options.mutants, options.seed)
    results: list[MutationResult] = []
    for start in range(0, len(mutants), options.per_model):
        some = dict(enumerate(mutants[start : start + options.per_model], 1))
        tell(start, len(mutants), f"compiling {len(some)} mutants")
        with tempfile.TemporaryDirectory(prefix="tabfab-") as scratch:
            model = _Model(directory, scenarios[0], plant(verilog, some), Path(scratch))
            tell(start, len(mutants), f"playing {len(some)} mutants")
            caught = model.catch(list(some), scenarios)
        results += [MutationResult(mutant, caught[number]) for number, mutant in some.items()]
    tell(len(mutants), len(mutants), "done")
    return results


class _Model:
    """A simulation model of a design with mutants."""

    def __init__(self, directory: Path, scenario: Scenario, verilog: str, work: Path) -> None:
        self.work = work
        source = work / VERILOG_FILE
        source.write_text(verilog)
        design = Design((source,), directory, frozenset(scenario.beats))
        self.bench = Bench(
            simulator="verilator",
            sources=write_bench(scenario.network, design, "verilator", work),
            directory=work / "model",
            logs=directory,
        )
        self.bench.build()

    def catch(self, mutants: list[int], scenarios: list[Scenario]) -> dict[int, str | None]:
        """The stream on which each mutant shows, or None."""
        caught: dict[int, str | None] = dict.fromkeys(mutants)
        for scenario in scenarios:
            waiting = [number for number, stream in caught.items() if stream is None]
            if waiting:
                caught.update(zip(waiting, self._play(waiting, scenario), strict=True))
        return caught

    def _play(self, mutants: list[int], scenario: Scenario) -> list[str | None]:
        """The same for one scenario; the design as it was comes first, to be sure of it."""
        clocks = scenario.last + 1 + _EXTRA_CLOCKS
        job = self.work / "job.npz"
        # No number of answers ends it early: each mutant takes the same time.
        replace(scenario.job(), answers=-1, limit=clocks).save(job)
        numbers = ",".join(map(str, [0, *mutants]))
        environment = {JOB_VARIABLE: str(job), MUTANTS_VARIABLE: numbers}
        self.bench.run(self.work, "tabfab.sim.mutation_bench", environment)
        runs = len(mutants) + 1
        first: list[str | None] = [None] * runs
        for name, wrong in _differences(self.work, scenario, clocks, runs).items():
            first = [
                name if stream is None and differs else stream
                for stream, differs in zip(first, wrong.tolist(), strict=True)
            ]
        if first[0] is not None:
            raise TabfabError(
                f"stream {first[0]} differs without any fault planted; run 'tabfab simulate'"
            )
        return first[1:]


def _differences(
    work: Path, scenario: Scenario, clocks: int, runs: int
) -> dict[str, NDArray[np.bool_]]:
    """Per stream, in the network's order, whether each run differs from the models."""
    network = scenario.network
    different = {}
    for link in network.links:
        trace = read_trace(work / trace_file(network, link), link.format)
        beats, times = scenario.beats[link.name], scenario.clocks[link.name]
        last = (np.arange(len(beats)) + 1) % link.format.beats_per_image == 0
        different[link.name] = np.array(
            [
                not (
                    np.array_equal(run.clocks, times)
                    and np.array_equal(run.data, beats)
                    and np.array_equal(run.last, last)
                )
                for run in _runs(trace, clocks, runs)
            ]
        )
    seen = read_clocks(work / ERROR_TRACE)
    errors = Trace(seen, np.zeros((len(seen), 1), np.int32), np.zeros(len(seen), bool))
    different["frame_error"] = np.array(
        [not np.array_equal(run.clocks, scenario.errors) for run in _runs(errors, clocks, runs)]
    )
    return different


def _runs(trace: Trace, clocks: int, runs: int) -> Iterator[Trace]:
    """The trace of each run, each of so many clocks and with clocks from 0."""
    bounds = np.searchsorted(trace.clocks, np.arange(runs + 1) * clocks)
    for number, (start, end) in enumerate(pairwise(bounds.tolist())):
        part = slice(start, end)
        yield Trace(trace.clocks[part] - number * clocks, trace.data[part], trace.last[part])
