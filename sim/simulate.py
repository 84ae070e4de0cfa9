"""Simulation of a build: golden model and cycle model against the RTL, on every stream."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from threading import Event, Thread

import numpy as np

from ..compiler.errors import TabfabError
from ..compiler.program import Program
from ..hw.build import load_build
from ..hw.loading import load_stream
from ..hw.netlist import NetlistOptions, write_netlist
from ..hw.network import Network
from ..hw.timing import Times
from . import golden
from .beats import cut, expected_beats
from .bench import JOB_VARIABLE, PROGRESS_FILE, Job
from .bench_files import ERROR_TRACE, Design, trace_file, write_bench
from .cell_models import FAMILIES
from .compare import compare, compare_clocks
from .cycles import Stalls, predict_packets
from .packets import Packets, random_lengths
from .report import SimulationReport, make_report
from .simulators import Bench
from .trace import read_clocks, read_trace

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
    disorder: probability with which the packet of an image is too short or too long.
    reset_after: clocks of random signals at all ports, which a reset ends before the images.
    netlist: family whose netlist is simulated, one of `tabfab.sim.cell_models.FAMILIES`; by
        default the Verilog before synthesis is.
    load: another program, which the build is loaded with before the images come.
    seed: of all that is random.
    """

    simulator: str = "verilator"
    waves: Path | None = None
    stall: float = 0.0
    disorder: float = 0.0
    reset_after: int = 0
    netlist: str | None = None
    load: Program | None = None
    seed: int = 0

    def __post_init__(self) -> None:
        if not 0 <= self.stall < 1:
            raise TabfabError(f"--stall is a probability below 1, not {self.stall}")
        if self.netlist is not None and self.netlist not in FAMILIES:
            raise TabfabError(
                f"--netlist simulates {', '.join(FAMILIES)} netlists, not {self.netlist!r}"
            )
        if not 0 <= self.disorder <= 1:
            raise TabfabError(f"--disorder is a probability, not {self.disorder}")
        if self.reset_after < 0:
            raise TabfabError(f"--reset-after is a number of clocks, not {self.reset_after}")
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
    program = options.load or build.program
    words = None if options.load is None else load_stream(build, program)
    golden.check_images(program, images)
    if not len(images):
        raise TabfabError("there are no images to simulate; give at least one")
    network = build.network
    netlist = None
    if options.netlist is not None:
        family = NetlistOptions(options.netlist, watch=True)
        netlist = write_netlist(
            directory, family, lambda done, total, what: tell(0, steps, f"synthesis: {what}")
        )
    tell(0, steps, "golden model and cycle model")
    packets = _packets(network, images, options)
    predicted, errors = predict_packets(network, packets.lengths, options.stalls)
    values = golden.run(program, _images(network, packets, images.shape))

    with tempfile.TemporaryDirectory(prefix="tabfab-") as scratch:
        work = Path(scratch)
        tell(1, steps, f"building the {options.simulator} model")
        design = (
            Design.of_build(directory, network)
            if netlist is None or options.netlist is None
            else Design.of_netlist(netlist, options.netlist, network, work)
        )
        bench = Bench(
            simulator=options.simulator,
            sources=write_bench(network, design, options.simulator, work),
            directory=work / "model",
            logs=directory,
            waves=options.waves,
        )
        bench.build()
        job = _job(network, packets, predicted, options)
        if words is not None:
            job = replace(job, words=words)
        job.save(work / _JOB)
        with _watching(work / PROGRESS_FILE, lambda done: tell(2 + done, steps, "images answered")):
            bench.run(work, "tabfab.sim.bench", {JOB_VARIABLE: str(work / _JOB)})
        traces = {
            link.name: read_trace(work / trace_file(network, link), link.format)
            for link in network.links
            if link.name in design.streams
        }
        seen_errors = read_clocks(work / ERROR_TRACE)
    results = [
        compare(
            link,
            expected_beats(program, values, link),
            predicted[link.name],
            traces[link.name],
        )
        for link in network.links
        if link.name in traces
    ]
    tell(steps, steps, "compared")
    output = network.output
    return make_report(
        images=len(images),
        streams=results,
        errors=compare_clocks("frame_error", errors, seen_errors),
        answers=traces[output.name].clocks,
        answer=output.format,
    )


def _packets(network: Network, images: golden.Images, options: SimulateOptions) -> Packets:
    """What arrives at the input: the images, some of them too short or too long."""
    rng = np.random.default_rng(options.seed)
    fmt = network.input.format
    lengths = random_lengths(rng, len(images), fmt.beats_per_image, options.disorder)
    beats = cut(images.astype(np.int16), fmt.lanes).reshape(-1, fmt.lanes)
    return Packets.of_images(beats, lengths, rng)


def _images(network: Network, packets: Packets, shape: tuple[int, ...]) -> golden.Images:
    """The images that the hardware makes of the packets."""
    beats = packets.images(network.input.format.beats_per_image)
    pixels = beats.reshape(*shape[:3], -1)
    return pixels[..., : shape[3]].astype(np.uint8)


def _job(
    network: Network, packets: Packets, predicted: dict[str, Times], options: SimulateOptions
) -> Job:
    last = max(int(clocks[-1]) for clocks in predicted.values())
    stalls = options.stalls
    return Job(
        beats=packets.beats.astype(np.uint8),
        tlast=packets.last,
        answers=len(predicted[network.output.name]),
        answers_per_image=network.output.format.beats_per_image,
        source=stalls.source,
        sink=stalls.sink,
        last=last,
        limit=last + _SLACK,
        warm_up=options.reset_after,
        seed=options.seed,
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
