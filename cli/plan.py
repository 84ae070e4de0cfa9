"""`tabfab plan`: how a program would be folded onto a device, and what it would take."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ..compiler.program import Program
from ..compiler.program.program_file import load_program
from ..compiler.store.errors import TabfabError
from ..compiler.store.files import check_file, check_picture
from ..hw.device.cells import RESOURCES
from .console import print_json, print_table, progress, say
from .options import (
    USUAL_DEVICE,
    Clock,
    DeviceName,
    ForBoard,
    FramesPerSecond,
    Json,
    Outputs,
    ProgramDir,
    Subspaces,
    Unroll,
)

if TYPE_CHECKING:
    from ..hw.device.devices import Device
    from ..hw.plan import Plan, PlanOptions
    from ..hw.plan.table import PlanRow, PlanTable


def plan(
    program: ProgramDir,
    device: DeviceName = None,
    board: ForBoard = None,
    fps: FramesPerSecond = None,
    clock: Clock = None,
    subspaces: Subspaces = None,
    outputs: Outputs = None,
    unroll: Unroll = None,
    output: Annotated[
        Path | None,
        typer.Option(
            "--output",
            "-o",
            metavar="FILE.json",
            help="Write the plan, for 'tabfab verilog --plan FILE.json'.",
        ),
    ] = None,
    plot: Annotated[
        Path | None,
        typer.Option(metavar="FILE.png|.svg|.pdf", help="Draw each layer's resources."),
    ] = None,
    as_json: Json = False,
) -> Plan:
    """Fold a program onto a device, as fast as it allows, and say what that takes.

    Chooses for each layer how many subspaces (S) by how many output channels (P) are looked up
    per clock, how its tables are laid out in block RAM and logic, and how deep the queues
    between layers must be. With --fps, takes as little as possible instead of as much as helps.
    Figures of cells are estimates; 'tabfab synth' counts.

    Examples:
      tabfab plan program/ --device ecp5-85k
      tabfab plan program/ --device artix7-100t --fps 2000 --clock 125 -o plan.json
      tabfab plan program/ --device ecp5-25k --subspaces 2 --outputs 8
      tabfab plan program/ --board icebreaker
      tabfab plan program/ --device ecp5-25k --unroll classifier

    Next: 'tabfab verilog program/ --plan plan.json -o build/' builds what -o plan.json wrote.
    """
    from ..hw.device.devices import find_device
    from ..hw.plan import make_plan
    from ..hw.plan.file import write_plan
    from ..hw.plan.table import plan_table

    if device is None and board is None:
        device = USUAL_DEVICE
    options = plan_options(
        board, device, clock, subspaces=subspaces, outputs=outputs, fps=fps, unroll=unroll
    )
    written = None if output is None else check_file(output)
    if plot is not None and check_picture(plot) == written:
        raise TabfabError(f"--output and --plot are both {output}; name two files")
    loaded = load_program(program)
    assert options.device is not None
    with progress(f"planning for {options.device}") as advance:
        made = make_plan(loaded, options, advance)
    table = plan_table(loaded, made, find_device(options.device))
    if as_json:
        print_json(plan_json(made, table))
    else:
        print_plan(loaded, made, table)
    if plot is not None:
        from ..hw.plan.plot import draw

        draw(made, table, plot)
    if output is not None:
        write_plan(made, output)
        if not as_json:
            say(f"{output}: written; 'tabfab verilog {program} --plan {output}' builds it")
    return made


def plan_options(
    board: str | None,
    device: str | None,
    clock: float | None,
    unroll: Sequence[str] | None = None,
    **wanted: Any,
) -> PlanOptions:
    """What the user wants of a plan.

    Parameters
    ----------
    board, device, clock: as given; a board names the other two unless they are.
    unroll: as given.
    wanted: other fields of `tabfab.hw.plan.PlanOptions`.

    Raises
    ------
    TabfabError: there is no such board, its device is not the one that was given, or a value is
        none.
    """
    from ..hw.plan import PlanOptions
    from ..hw.plan.plan import DEFAULT_CLOCK_MHZ

    wanted["unroll"] = tuple(unroll or ())
    if board is None:
        clock = DEFAULT_CLOCK_MHZ if clock is None else clock
        return PlanOptions(device, clock_mhz=clock, **wanted)
    from ..boards.catalog import find_board
    from ..boards.design import overhead

    found = find_board(board)
    if device not in (None, found.device):
        raise TabfabError(f"{board} has a {found.device}, not {device!r}; give --board or --device")
    clock = found.mhz if clock is None else clock
    return PlanOptions(found.device, clock_mhz=clock, reserved=overhead(found), **wanted)


def print_plan(program: Program, plan: Plan, table: PlanTable | None = None) -> None:
    """Print a row per layer, the totals and the speed of `plan`; `table` where it is known."""
    if plan.device is None:
        _print_foldings(program, plan)
    else:
        from ..hw.device.devices import find_device
        from ..hw.plan.table import plan_table

        device = find_device(plan.device)
        _print_table(table or plan_table(program, plan, device), device)
    say(
        f"one image every {plan.clocks_per_image:,} clocks, the first after "
        f"{plan.first_answer + 1:,}: {plan.images_per_second:,.0f} images per second and "
        f"{plan.latency_ms:.3f} ms at {plan.clock_mhz:g} MHz"
    )
    if plan.expected_clocks is not None:
        say(
            "these are for images whose channels are nowhere alike; of images like those of the "
            f"calibration, one every {plan.expected_clocks:,} clocks: "
            f"{1e6 * plan.clock_mhz / plan.expected_clocks:,.0f} images per second"
        )


def _print_foldings(program: Program, plan: Plan) -> None:
    from ..hw.plan import layer_clocks

    clocks = layer_clocks(program, plan)
    print_table(
        "foldings: work per clock",
        ["layer", "method", "S", "P", "T", "clocks per image", "memories read"],
        [
            [node.name, node.method, folding.lanes, folding.outputs, folding.taps,
             clocks[node.name], _share(plan.read_shares.get(node.name))]
            for node in program.convs
            for folding in [plan.foldings[node.name]]
        ],
        left=2,
    )  # fmt: skip


def _print_table(table: PlanTable, device: Device) -> None:
    total = table.total.rounded()
    print_table(
        f"plan for {device.name}",
        ["node", "method", "S", "P", "T", "knobs", "ports", "clocks", "read", "block RAMs",
         "kbit stored", "of", "LUTs", "flip-flops", "multipliers"],
        [_cells(row) for row in table.rows],
        ["total", *[""] * 8, total.block_rams, table.stored_bits >> 10,
         table.occupied_bits >> 10, total.luts, total.flip_flops, total.multipliers],
        left=2,
    )  # fmt: skip
    for name, used, have in zip(
        RESOURCES.values(), total.amounts, device.cells.amounts, strict=True
    ):
        share = f" ({used / have:.0%})" if have else ""
        if have or name != RESOURCES["logic_cells"]:
            say(f"{used:12,.0f} of {have:9,.0f} {name}{share}")
    if table.table_occupied_bits:
        full = table.table_stored_bits / table.table_occupied_bits
        say(f"tables and weights fill the block RAMs that they are in to {full:.1%}")


def _speed_json(plan: Plan) -> dict[str, object]:
    """How fast a plan is, as JSON values."""
    return {
        "device": plan.device,
        "clock_mhz": plan.clock_mhz,
        "clocks_per_image": plan.clocks_per_image,
        "expected_clocks": plan.expected_clocks,
        "images_per_second": plan.images_per_second,
        "latency_ms": plan.latency_ms,
    }


def foldings_json(plan: Plan) -> dict[str, object]:
    """How fast a plan is and how its layers are folded, as JSON values."""
    foldings = {
        name: {
            "lanes": folding.lanes,
            "outputs": folding.outputs,
            "taps": folding.taps,
            "knobs": dict(folding.knobs),
        }
        for name, folding in plan.foldings.items()
    }
    return {**_speed_json(plan), "foldings": foldings}


def plan_json(plan: Plan, table: PlanTable) -> dict[str, object]:
    """The same as JSON values."""
    return {
        **_speed_json(plan),
        "total": dataclasses.asdict(table.total.rounded()),
        "stored_bits": table.stored_bits,
        "occupied_bits": table.occupied_bits,
        "table_stored_bits": table.table_stored_bits,
        "table_occupied_bits": table.table_occupied_bits,
        "fork_depths": plan.fork_depths,
        "rows": [row.document() for row in table.rows],
    }


def _cells(row: PlanRow) -> list[object]:
    """A row of the printed table."""
    folding = row.folding
    return [
        row.name,
        row.method,
        folding and folding.lanes,
        folding and folding.outputs,
        folding and folding.taps,
        folding and ", ".join(f"{value} {name}" for name, value in folding.knobs.items()),
        folding and folding.memory.ports,
        row.clocks,
        _share(row.read_share),
        row.block_rams or None,
        row.stored_bits >> 10 or None,
        row.occupied_bits >> 10 or None,
        round(row.cells.luts),
        round(row.cells.flip_flops),
        round(row.cells.multipliers) or None,
    ]


def _share(share: float | None) -> str | None:
    return None if share is None else f"{share:.1%}"
