"""Simulation of a build: golden model and cycle model against the RTL, on every stream."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, replace
from pathlib import Path
from threading import Event, Thread

from ...compiler.program import Program
from ...compiler.store.errors import TabfabError
from ...compiler.store.files import atomic_file, check_file, scratch_directory
from ...compiler.store.progress import Progress
from ...hw.rtl.build import Build, load_build
from ...hw.rtl.loading import load_stream
from ...hw.synth.netlist import write_netlist
from ...hw.synth.passes import Synthesis
from ..cells.cell_models import FAMILIES
from ..models import golden
from .compare import compare, compare_clocks
from .files import ERROR_TRACE, Design, trace_file, write_bench
from .report import SimulationReport, make_report
from .scenario import Scenario, Traffic
from .simulators import CocotbBench, check_simulator
from .testbench import JOB_VARIABLE, PROGRESS_FILE
from .trace import read_clocks, read_trace

_JOB = "job.npz"


@dataclass(frozen=True)
class SimulateOptions(Traffic):
    """How to simulate, besides the traffic.

    Parameters
    ----------
    simulator: ``verilator`` or ``icarus``.
    waves: file to write the waveform to, ``.fst`` or ``.vcd``.
    netlist: family whose netlist is simulated, one of `tabfab.sim.cells.cell_models.FAMILIES`; by
        default the Verilog before synthesis is.
    load: another program, which the build is loaded with before the images come.
    """

    simulator: str = "verilator"
    waves: Path | None = None
    netlist: str | None = None
    load: Program | None = None

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.netlist is not None and self.netlist not in FAMILIES:
            raise TabfabError(
                f"--netlist simulates {', '.join(FAMILIES)} netlists, not {self.netlist!r}"
            )
        if self.waves is not None and self.waves.suffix not in (".vcd", ".fst"):
            raise TabfabError(f"--waves writes .vcd or .fst files, not {self.waves.name}")
        if self.waves is not None and self.waves.suffix == ".vcd" and self.simulator == "icarus":
            raise TabfabError(
                f"Icarus Verilog writes .fst waveforms; name an .fst file, not {self.waves.name}"
            )


def simulate(
    build: Build | Path,
    images: golden.Images,
    options: SimulateOptions | None = None,
    progress: Progress | None = None,
) -> SimulationReport:
    """Simulate a build and compare every stream with golden model and cycle model.

    Parameters
    ----------
    build: what `tabfab verilog` wrote: its directory, or what `load_build` made of that.
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
    check_simulator(options.simulator, options.waves)
    if options.waves is not None:
        check_file(options.waves)
    if not isinstance(build, Build):
        build = load_build(build)
    network = build.network
    tell(0, steps, "golden model and cycle model")
    program = options.load or build.program
    words = None if options.load is None else load_stream(build, program)
    scenario = Scenario.of_images(program, network, images, options)
    netlist = None
    if options.netlist is not None:
        netlist = write_netlist(
            build,
            Synthesis(options.netlist, watch=True),
            lambda done, total, what: tell(0, steps, f"synthesis: {what}"),
        )
    waves = nullcontext(None) if options.waves is None else atomic_file(options.waves)
    with scratch_directory() as work, waves as waveform:
        tell(1, steps, f"building the {options.simulator} model")
        design = (
            Design.of_build(build.directory, network)
            if netlist is None or options.netlist is None
            else Design.of_netlist(netlist, options.netlist, network, work)
        )
        bench = CocotbBench(
            simulator=options.simulator,
            sources=write_bench(network, design, options.simulator, work),
            directory=work / "model",
            logs=build.directory,
            waves=waveform,
        )
        bench.build()
        job = scenario.job() if words is None else replace(scenario.job(), words=words)
        job.save(work / _JOB)
        with _watching(work / PROGRESS_FILE, lambda done: tell(2 + done, steps, "images answered")):
            bench.run(work, "tabfab.sim.bench.testbench", {JOB_VARIABLE: str(work / _JOB)})
        traces = {
            link.name: read_trace(work / trace_file(network, link), link.format)
            for link in network.links
            if link.name in design.streams
        }
        seen_errors = read_clocks(work / ERROR_TRACE)
    results = [
        compare(link, scenario.beats[link.name], scenario.clocks[link.name], traces[link.name])
        for link in network.links
        if link.name in traces
    ]
    tell(steps, steps, "compared")
    output = network.output
    return make_report(
        images=len(images),
        streams=results,
        errors=compare_clocks("frame_error", scenario.errors, seen_errors),
        answers=traces[output.name].clocks,
        answer=output.format,
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
