"""`tabfab demo`: the whole way on real data, into one directory with a report."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any

import typer

from ..compiler.mask.goal import PREFIX
from ..compiler.methods.mask import methods_in
from ..compiler.program.cost import program_cost
from ..compiler.store.files import atomic_file, claim_directory
from ..compiler.store.json_text import json_text
from ..hw.device.families.catalog import FAMILIES
from .compile import compile_model
from .console import heading, say
from .evaluate import evaluate
from .layer_settings import parse_mask
from .options import Data, DataDir, Download, Seed, TestData
from .report import report as write_report
from .simulate import simulate
from .synth import count_cells
from .train import train
from .verilog import verilog

REPORT = "report.json"
SUMMARY = "summary.txt"
PAGE = "report.html"
_DEVICE = "ecp5-25k"
"""The smallest ECP5, which the page holds the build against."""
_TABLES = {"subspace_length": 2, "prototypes": 16}
"""What is not said of tables."""
_CALIBRATION_IMAGES = 2000
"""More than the digits have for training: all of them."""


def demo(
    output: Annotated[
        Path, typer.Option("--output", "-o", metavar="DIR", help="Directory for all results.")
    ] = Path("demo"),
    network: Annotated[str, typer.Option(help="Built-in network to train.")] = "digits-cnn",
    data: Data = "digits",
    mask: Annotated[str, typer.Option(help="As of 'tabfab compile'.")] = "0,1,1",
    subspace_length: Annotated[
        int | None, typer.Option(show_default="2", help="As of 'tabfab compile'.")
    ] = None,
    prototypes: Annotated[
        int | None, typer.Option(show_default="16", help="As of 'tabfab compile'.")
    ] = None,
    images: Annotated[int, typer.Option(min=1, help="Images to simulate.")] = 20,
    test_data: TestData = None,
    data_dir: DataDir = None,
    download: Download = False,
    seed: Seed = 0,
) -> dict[str, Any]:
    """Train, compile, evaluate, write Verilog, simulate and synthesize, one after the other.

    Each step is the verb of that name. DIR gets model.pt2, program/, build/, a report.html to look
    at, a report.json with every figure and a summary.txt to read.

    Examples:
      tabfab demo -o demo/
      tabfab demo -o demo-exact/ --mask none --images 5

    Next: 'tabfab info demo/program/' shows its layers; 'tabfab compile' takes one of your own.
    """
    from ..hw.rtl.build import load_build

    tables: dict[str, Any] = {
        "subspace_length": subspace_length,
        "prototypes": prototypes,
    }
    if mask.startswith(PREFIX) or "table" in methods_in(parse_mask(mask)):
        tables = {
            name: usual if tables[name] is None else tables[name] for name, usual in _TABLES.items()
        }
    source: dict[str, Any] = {
        "data": data,
        "test_data": test_data,
        "data_dir": data_dir,
        "download": download,
    }
    model, program, build = output / "model.pt2", output / "program", output / "build"
    claim_directory(output, "demo")
    for name in (REPORT, SUMMARY, PAGE):  # they would not belong to what follows
        (output / name).unlink(missing_ok=True)
    seconds: dict[str, float] = {}
    with _step("train", seconds):
        train(network=network, output=model, seed=seed, **source)
    with _step("compile", seconds):
        compiled = compile_model(
            model,
            output=program,
            mask=mask,
            **tables,
            calibration_images=_CALIBRATION_IMAGES,
            held_out_images=0,
            seed=seed,
            **source,
        )
    with _step("evaluate", seconds):
        evaluation = evaluate(program, **source)
    with _step("verilog", seconds):
        verilog(program, output=build)
    with _step("simulate", seconds):
        simulation = simulate(build, images=images, seed=seed, trust=True, **source)
    with _step("synth", seconds):
        shown = [name for name, family in FAMILIES.items() if family.demo]
        built = load_build(build)
        resources = {family: count_cells(built, family).total for family in shown}
    with _step("report", seconds):
        write_report([program, build], output / PAGE, _DEVICE)
    cost = program_cost(compiled)
    report = {
        "accuracy_float": evaluation.accuracy_float,
        "accuracy_program": evaluation.accuracy_program,
        "images_simulated": simulation.images,
        "value_mismatches": simulation.value_mismatches,
        "clock_mismatches": simulation.clock_mismatches,
        "clocks_per_image": simulation.clocks_per_image,
        "operations_exact": cost.operations_exact,
        "operations_program": cost.operations_program,
        "resources": resources,
        "seconds": seconds,
    }
    _write(output / REPORT, json_text(report) + "\n")
    summary = _summarize(report, network, data)
    _write(output / SUMMARY, summary)
    heading("summary")
    say(summary.rstrip())
    say(f"\nwritten to {output}{os.sep}: {REPORT}, {SUMMARY}, model.pt2, program/, build/")
    say(f"to look at: {(output / PAGE).resolve().as_uri()}")
    return report


@contextmanager
def _step(verb: str, seconds: dict[str, float]) -> Iterator[None]:
    """Announce a step and put its duration into `seconds`."""
    heading(f"tabfab {verb}")
    start = time.monotonic()
    yield
    seconds[verb] = round(time.monotonic() - start, 1)


def _write(path: Path, text: str) -> None:
    with atomic_file(path) as temporary:
        temporary.write_text(text)


def _summarize(report: dict[str, Any], network: str, data: str) -> str:
    """The report in words."""
    from ..hw.synth.cell_counts import summarize

    saved = 1 - report["operations_program"] / report["operations_exact"]
    lines = [
        f"network      {network} on {data}",
        f"accuracy     float {report['accuracy_float']:.2%}, "
        f"tables and integers {report['accuracy_program']:.2%}",
        f"operations   {report['operations_exact']:,} exact, "
        f"{report['operations_program']:,} as compiled ({saved:.1%} fewer)",
        f"simulation   {report['images_simulated']} images, "
        f"{report['value_mismatches']} wrong values, {report['clock_mismatches']} wrong clocks, "
        f"{report['clocks_per_image']:,} clocks per image",
    ]
    for family, cells in report["resources"].items():
        kinds = [(kind, count) for kind, count in summarize(cells).items() if count]
        shown = ", ".join(f"{count:,} {kind.replace('_', ' ')}" for kind, count in kinds)
        lines.append(f"{family:<12} {shown}")
    times = ", ".join(f"{verb} {taken} s" for verb, taken in report["seconds"].items())
    lines.append(f"time         {times}; {sum(report['seconds'].values()):.0f} s in all")
    return "\n".join(lines) + "\n"
