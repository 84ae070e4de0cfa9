"""`tabfab simulate`: a build's RTL against the golden model and the cycle model."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import numpy as np
import typer
from numpy.typing import NDArray

from ..compiler.program import Program
from ..compiler.program.program_file import load_program
from ..compiler.store.errors import TabfabError
from ..hw.device.families.catalog import FAMILIES
from .console import print_json, print_table, progress, say
from .data_sets import load_test
from .options import BuildDir, DataDir, Download, Json, OptionalData, Seed, TestData, Trust
from .reports.kept import keep_simulation
from .trusted_build import trusted_build

if TYPE_CHECKING:
    from ..sim.bench.report import SimulationReport

_SIMULATED = "|".join(name for name, family in FAMILIES.items() if family.models is not None)


def simulate(
    build: BuildDir,
    images: Annotated[int, typer.Option(min=1, help="How many images to play.")] = 20,
    data: OptionalData = None,
    simulator: Annotated[
        str, typer.Option(help="verilator, or icarus where it is installed.")
    ] = "verilator",
    waves: Annotated[
        Path | None, typer.Option(metavar="FILE.fst|FILE.vcd", help="Record the waveforms.")
    ] = None,
    stall: Annotated[
        float,
        typer.Option(
            min=0, max=0.99, help="Probability that source and sink each pause on a clock."
        ),
    ] = 0.0,
    disorder: Annotated[
        float,
        typer.Option(min=0, max=1, help="Probability that an image arrives cut short or too long."),
    ] = 0.0,
    reset_after: Annotated[
        int, typer.Option(min=0, help="Play random signals for so many clocks, then reset.")
    ] = 0,
    netlist: Annotated[
        str | None,
        typer.Option(metavar=_SIMULATED, help="Simulate the netlist after synthesis."),
    ] = None,
    load_with: Annotated[
        Path | None,
        typer.Option(
            "--load",
            metavar="PROGRAM",
            help="Load another program into a build made with 'tabfab verilog --loadable' first.",
        ),
    ] = None,
    test_data: TestData = None,
    data_dir: DataDir = None,
    download: Download = False,
    trust: Trust = False,
    seed: Seed = 0,
    as_json: Json = False,
) -> SimulationReport:
    """Simulate the Verilog and compare every internal stream, values and clocks.

    Plays the first test images of --data or --test-data, or random images. Any difference from the
    golden model or the cycle model ends it with status 1, saying where the first one is. --netlist
    does the same with the cells that Yosys makes of the Verilog; the netlist is kept in the build,
    and so is the result, as simulation.json, for 'tabfab report'.

    Examples:
      tabfab simulate build/ --images 20
      tabfab simulate build/ --data digits --stall 0.5 --seed 7
      tabfab simulate build/ --disorder 0.5 --reset-after 300 --simulator icarus
      tabfab simulate build/ --netlist ecp5
      tabfab simulate build/ --load other-program/
      tabfab simulate build/ --images 1 --waves waves.fst

    Next: 'tabfab synth build/' counts cells, and --netlist simulates those.
    """
    from ..sim.bench import simulate as simulation

    options = simulation.SimulateOptions(
        simulator=simulator,
        waves=waves,
        stall=stall,
        disorder=disorder,
        reset_after=reset_after,
        netlist=netlist,
        load=None if load_with is None else load_program(load_with),
        seed=seed,
    )
    loaded = trusted_build(build, trust)
    pixels = (
        _random_images(loaded.program, images, seed)
        if (name := test_data or data) is None
        else load_test(name, test_data, data_dir, download)
        .fitted(loaded.program.input.shape)
        .images[:images]
    )
    with progress(f"simulating {build}") as advance:
        report = simulation.simulate(loaded, pixels, options, advance)
    keep_simulation(report, options, name or "", build)
    if as_json:
        print_json(dataclasses.asdict(report))
    else:
        _print_report(report)
    if report.value_mismatches or report.clock_mismatches:
        raise TabfabError(
            f"the RTL differs from the models in {report.value_mismatches} values and "
            f"{report.clock_mismatches} clocks, first: {report.first_mismatch}"
        )
    return report


def _random_images(program: Program, images: int, seed: int) -> NDArray[np.uint8]:
    channels, height, width = program.input.shape
    shape = (images, height, width, channels)
    return np.random.default_rng(seed).integers(0, 256, shape, np.uint8)


def _print_report(report: SimulationReport) -> None:
    print_table(
        "RTL against golden model and cycle model",
        ["stream", "layer", "beats", "wrong values", "wrong clocks"],
        [
            [
                stream.name,
                stream.node,
                stream.beats,
                stream.value_mismatches,
                stream.clock_mismatches,
            ]
            for stream in report.streams
        ],
        ["total", "", report.beats, report.value_mismatches, report.clock_mismatches],
        left=2,
    )
    say(
        f"{report.images} images in {report.clocks:,} clocks, one every {report.clocks_per_image:,}"
    )
    if report.frame_errors:
        say(f"{report.frame_errors} of them too short or too long, as the hardware told")
