"""`tabfab synth`: how many cells a build takes on an FPGA family."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Annotated

import typer

from .console import print_json, print_table, progress
from .options import BuildDir, Json

if TYPE_CHECKING:
    from ..hw.synth import SynthReport


def synth(
    build: BuildDir,
    family: Annotated[str, typer.Option(help="ecp5, ice40, xilinx or gowin.")] = "ecp5",
    flatten: Annotated[
        bool,
        typer.Option(
            "--flatten", help="Optimize across components: fewer cells, but one sum for all."
        ),
    ] = False,
    as_json: Json = False,
) -> SynthReport:
    """Synthesize the Verilog with Yosys and count cells, per component and in total.

    Examples:
      tabfab synth build/ --family ecp5
      tabfab synth build/ --family ice40 --json
    """
    from ..hw.synth import synthesize

    with progress(f"synthesizing {build} for {family}") as advance:
        report = synthesize(build, family, flatten, advance)
    if as_json:
        print_json(dataclasses.asdict(report))
    else:
        _print_report(report)
    return report


def _print_report(report: SynthReport) -> None:
    from ..hw.synth import summarize

    total = {kind: count for kind, count in summarize(report.total).items() if count}
    rows = {name: summarize(cells) for name, cells in report.components.items()}
    print_table(
        f"{report.family}: resources",
        ["component", *(kind.replace("_", " ") for kind in total)],
        [[name, *(counts[kind] or None for kind in total)] for name, counts in rows.items()],
        ["total", *total.values()],
    )
    print_table(f"{report.family}: Yosys cells", ["cell", "count"], list(report.total.items()))
