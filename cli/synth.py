"""`tabfab synth`: what a build takes of an FPGA and, placed and routed, how fast it runs there."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Annotated

import typer

from ..compiler.store.errors import TabfabError
from ..hw.device.families.catalog import FAMILIES
from ..hw.pnr.nextpnr import DEFAULT_PLACER
from . import completion
from .console import print_json, print_table, progress, say
from .options import BuildDir, Json, Placer, Trust
from .trusted_build import trusted_build

if TYPE_CHECKING:
    from ..hw.pnr.place_and_route import PnrReport
    from ..hw.rtl.build import Build
    from ..hw.synth.synth import SynthReport


def synth(
    build: BuildDir,
    family: Annotated[
        str | None,
        typer.Option(
            help=f"One of {', '.join(FAMILIES)}.",
            show_default="the device's, or else ecp5",
        ),
    ] = None,
    flatten: Annotated[
        bool,
        typer.Option(
            "--flatten", help="Optimize across components: fewer cells, but one sum for all."
        ),
    ] = False,
    pnr: Annotated[
        bool, typer.Option("--pnr", help="Place and route too, out of context, with nextpnr.")
    ] = False,
    device: Annotated[
        str | None,
        typer.Option(
            autocompletion=completion.devices,
            help="Device to place on: ecp5-85k, ice40-hx8k, gw2a-18 ...",
        ),
    ] = None,
    seed: Annotated[
        int, typer.Option(min=0, help="Of the placement; the clock varies by a few percent.")
    ] = 1,
    mhz: Annotated[float, typer.Option(help="Clock that place and route aims for.")] = 100.0,
    placer: Placer = DEFAULT_PLACER,
    trust: Trust = False,
    as_json: Json = False,
) -> SynthReport | PnrReport:
    """Synthesize the Verilog with Yosys and count cells, per component and in total.

    With --pnr also place and route it with nextpnr, from PyPI (tabfab's extra 'pnr') or one
    that is installed: the highest clock, what the device has and what is used of it, and the
    components on the slowest path. Minutes for a large build; what was synthesized is kept, so a
    second run starts from there, and the report is in BUILD/pnr-DEVICE.json.

    Examples:
      tabfab synth build/ --family ecp5
      tabfab synth build/ --pnr --device ecp5-85k
      tabfab synth build/ --pnr --device ice40-up5k --mhz 24 --seed 3 --json

    Next: 'tabfab bitstream build/ --board ulx3s-85f' makes a bitstream, or take build/ into a
    design of your own.
    """
    from ..hw.pnr.place_and_route import PnrOptions, place_and_route
    from ..hw.pnr.targets import default_device

    family = family_of(family, device)
    built = trusted_build(build, trust)
    if not pnr:
        return count_cells(built, family, flatten, as_json)
    options = PnrOptions(device or default_device(family), seed, mhz, flatten, placer)
    with progress(f"{build} on {options.device}") as advance:
        routed = place_and_route(built, options, advance)
    if as_json:
        print_json(routed.document())
    else:
        _print_routed(routed)
        say(f"{build}/pnr-{options.device}.json: written")
    return routed


def count_cells(
    build: Build, family: str, flatten: bool = False, as_json: bool = False
) -> SynthReport:
    """Synthesize a build and print what it takes."""
    from ..hw.synth.synth import synthesize

    with progress(f"synthesizing {build.directory} for {family}") as advance:
        report = synthesize(build, family, flatten, advance)
    if as_json:
        print_json(dataclasses.asdict(report))
    else:
        _print_report(report)
    return report


def family_of(family: str | None, device: str | None) -> str:
    """The family that is meant; the device's where one is named."""
    from ..hw.device.devices import find_device

    if device is None:
        return family or "ecp5"
    of_device = find_device(device).family.name
    if family not in (None, of_device):
        raise TabfabError(
            f"{device} belongs to family {of_device!r}, not {family!r}; leave --family away"
        )
    return of_device


def _print_report(report: SynthReport) -> None:
    from ..hw.synth.cell_counts import summarize

    total = {kind: count for kind, count in summarize(report.total).items() if count}
    rows = {name: summarize(cells) for name, cells in report.components.items()}
    print_table(
        f"{report.family}: resources",
        ["component", *(kind.replace("_", " ") for kind in total)],
        [[name, *(counts[kind] or None for kind in total)] for name, counts in rows.items()],
        ["total", *total.values()],
    )
    print_table(f"{report.family}: Yosys cells", ["cell", "count"], list(report.total.items()))


def _print_routed(report: PnrReport) -> None:
    print_table(
        f"{report.device}: resources",
        ["resource", "used", "available", "share"],
        [
            [name, used, available, f"{used / available:.1%}"]
            for name, (used, available) in report.utilization.items()
        ],
    )
    if report.path is not None:
        print_table(
            f"{report.device}: slowest path",
            ["component", "ns"],
            [[name, f"{delay:.2f}"] for name, delay in report.path.parts],
            [f"{report.path.routing_ns:.2f} ns of it wires", f"{report.path.delay_ns:.2f}"],
        )
    say(
        f"{report.fmax_mhz:.1f} MHz at most: {report.images_per_second:,.0f} images/s, one every "
        f"{report.clocks_per_image:,} clocks; placed and routed in {report.seconds:.0f} s"
    )
