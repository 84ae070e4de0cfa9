"""Simulation of a build: golden model and cycle model against the RTL, on every stream."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from importlib import resources
from pathlib import Path
from threading import Event, Thread

import jinja2
import numpy as np
from numpy.typing import NDArray

from ..compiler.errors import TabfabError
from ..hw.build import load_build
from ..hw.network import Network
from ..hw.timing import Times
from ..hw.top import LANE_BITS
from ..hw.verilog import TOP, VERILOG_FILE
from . import golden
from .beats import expected_beats
from .bench import JOB_VARIABLE, PROGRESS_FILE, Job
from .compare import StreamResult, compare
from .cycles import Stalls, predict
from .simulators import Bench
from .trace import read_trace

Progress = Callable[[int, int, str], None]
"""Called with (steps done, steps in all, what is under way)."""

_JOB = "job.npz"
_SLACK = 1000
"""Clocks beyond the predicted end before a silent design is given up."""


@dataclass(frozen=True)
class SimulateOptions:
    """How to simulate.

    Parameters
    ----------
    simulator: ``verilator`` or ``icarus``.
    waves: file to write the waveform to, ``.fst`` or ``.vcd``.
    stall: probability with which source and sink stall on each clock, 0 <= stall < 1.
    seed: of the stalls.
    """

    simulator: str = "verilator"
    waves: Path | None = None
    stall: float = 0.0
    seed: int = 0

    def __post_init__(self) -> None:
        if not 0 <= self.stall < 1:
            raise TabfabError(f"--stall is a probability below 1, not {self.stall}")
        if self.waves is not None and self.waves.suffix not in (".vcd", ".fst"):
            raise TabfabError(f"--waves writes .vcd or .fst files, not {self.waves.name}")
        if self.waves is not None and self.waves.suffix == ".vcd" and self.simulator == "icarus":
            raise TabfabError(
                f"Icarus Verilog writes .fst waveforms; name an .fst file, not {self.waves.name}"
            )

    @property
    def stalls(self) -> Stalls:
        """Stall patterns of both ports."""
        return Stalls.random(self.seed, self.stall) if self.stall else Stalls.none()


@dataclass(frozen=True)
class SimulationReport:
    """What came of a simulation.

    Parameters
    ----------
    images: simulated.
    clocks: from the first input beat to the last answer, in the RTL.
    clocks_per_image: between two answers in steady state, in the RTL; of one image alone, its
        first answer.
    value_mismatches, clock_mismatches: beats that differ from golden model and cycle model.
    first_mismatch: where the earliest difference is; None where there is none.
    streams: per stream.
    """

    images: int
    clocks: int
    clocks_per_image: int
    value_mismatches: int
    clock_mismatches: int
    first_mismatch: str | None
    streams: tuple[StreamResult, ...] = field(repr=False)

    @property
    def beats(self) -> int:
        """Beats compared."""
        return sum(stream.beats for stream in self.streams)


def simulate(
    directory: Path,
    images: golden.Images,
    options: SimulateOptions | None = None,
    progress: Progress | None = None,
) -> SimulationReport:
    """Simulate a build and compare every stream with golden model and cycle model.

    Parameters
    ----------
    directory: written by `tabfab verilog`.
    images: (N, height, width, channels) uint8.
    options: see `SimulateOptions`.
    progress: told about each step.

    Raises
    ------
    TabfabError: the build, the images or the simulator are not usable.
    """
    options = options or SimulateOptions()
    tell = progress or (lambda done, total, what: None)
    steps = len(images) + 2
    build = load_build(directory)
    golden.check_images(build.program, images)
    if not len(images):
        raise TabfabError("there are no images to simulate; give at least one")
    network = build.network
    tell(0, steps, "golden model and cycle model")
    predicted = predict(network, len(images), options.stalls)
    values = golden.run(build.program, images)

    with tempfile.TemporaryDirectory(prefix="tabfab-") as scratch:
        work = Path(scratch)
        tell(1, steps, f"building the {options.simulator} model")
        bench = _prepare(network, directory, options, work)
        bench.build()
        beats = expected_beats(build.program, values, network.input)
        _job(network, beats, predicted, options.stalls).save(work / _JOB)
        with _watching(work / PROGRESS_FILE, lambda done: tell(2 + done, steps, "images answered")):
            bench.run(work, "tabfab.sim.bench", {JOB_VARIABLE: str(work / _JOB)})
        results = tuple(
            compare(
                link,
                expected_beats(build.program, values, link),
                predicted[link.name],
                read_trace(work / _trace_file(number), link.format),
            )
            for number, link in enumerate(network.links)
        )
        answers = read_trace(
            work / _trace_file(network.links.index(network.output)), network.output.format
        ).clocks
    tell(steps, steps, "compared")
    return _report(network, len(images), results, answers)


def _prepare(network: Network, directory: Path, options: SimulateOptions, work: Path) -> Bench:
    """Write the bench and lay the memories beside it."""
    for memory in directory.glob("*.mem"):
        shutil.copyfile(memory, work / memory.name)
    bench = work / "bench.sv"
    template = resources.files(__package__).joinpath("bench.sv.jinja").read_text()
    streams = [
        {"name": link.name, "file": _trace_file(number), "prefix": network.signal_prefix(link)}
        for number, link in enumerate(network.links)
    ]
    bench.write_text(
        jinja2.Template(template, undefined=jinja2.StrictUndefined).render(
            top=TOP,
            source_bits=LANE_BITS * network.input.format.lanes,
            sink_bits=LANE_BITS * network.output.format.lanes,
            streams=streams,
        )
    )
    return Bench(
        simulator=options.simulator,
        sources=(directory / VERILOG_FILE, bench),
        directory=work / "model",
        logs=directory,
        waves=options.waves,
    )


def _trace_file(number: int) -> str:
    return f"stream_{number}.txt"


def _job(
    network: Network, beats: NDArray[np.int16], predicted: dict[str, Times], stalls: Stalls
) -> Job:
    last = max(int(clocks[-1]) for clocks in predicted.values())
    answers = predicted[network.output.name]
    per_image = network.input.format.beats_per_image
    return Job(
        beats=beats.astype(np.uint8),
        tlast=(np.arange(len(beats)) + 1) % per_image == 0,
        answers=len(answers),
        answers_per_image=network.output.format.beats_per_image,
        source=stalls.source,
        sink=stalls.sink,
        last=last,
        limit=last + _SLACK,
    )


@contextmanager
def _watching(file: Path, tell: Callable[[int], None]) -> Iterator[None]:
    """Report the number in `file` while the block runs."""
    finished = Event()

    def watch() -> None:
        while not finished.wait(0.2):
            text = file.read_text() if file.is_file() else ""
            if text.isdigit():
                tell(int(text))

    watcher = Thread(target=watch, daemon=True)
    watcher.start()
    try:
        yield
    finally:
        finished.set()
        watcher.join()


def _report(
    network: Network, images: int, results: tuple[StreamResult, ...], answers: Times
) -> SimulationReport:
    ends = answers[
        network.output.format.beats_per_image - 1 :: network.output.format.beats_per_image
    ]
    firsts = [
        mismatch
        for result in results
        for mismatch in (result.first_value, result.first_clock)
        if mismatch is not None
    ]
    first = min(firsts, key=lambda mismatch: mismatch.clock, default=None)
    return SimulationReport(
        images=images,
        clocks=int(answers[-1]) + 1 if len(answers) else 0,
        clocks_per_image=_steady_rate(ends),
        value_mismatches=sum(result.value_mismatches for result in results),
        clock_mismatches=sum(result.clock_mismatches for result in results),
        first_mismatch=None if first is None else first.message,
        streams=results,
    )


def _steady_rate(ends: Times) -> int:
    """Clocks between the last two answers; of a single image, until its answer."""
    if len(ends) > 1:
        return int(ends[-1] - ends[-2])
    return int(ends[0]) + 1 if len(ends) else 0
