"""`tabfab verilog`: a program to Verilog and memories for a device."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ..compiler.program import Program
from ..compiler.program_file import load_program
from .console import print_table, progress, say
from .options import ProgramDir

if TYPE_CHECKING:
    from ..hw.plan import Plan


def verilog(
    program: ProgramDir,
    output: Annotated[
        Path, typer.Option("--output", "-o", metavar="DIR", help="Build directory to write.")
    ] = Path("build"),
    device: Annotated[str | None, typer.Option(help="Device whose resources must suffice.")] = None,
    subspaces: Annotated[
        int | None,
        typer.Option(
            min=1, help="Subspaces (input channels of an exact layer) per clock in every layer (S)."
        ),
    ] = None,
    outputs: Annotated[
        int | None, typer.Option(min=1, help="Output channels per clock in every layer (P).")
    ] = None,
) -> Plan:
    """Plan the hardware of a program and write its Verilog, memories and plan.

    Examples:
      tabfab verilog program/ -o build/
      tabfab verilog program/ -o build/ --subspaces 2 --outputs 8
    """
    from ..hw.build import write_build
    from ..hw.plan import PlanOptions, make_plan

    options = PlanOptions(device=device, subspaces=subspaces, outputs=outputs)
    loaded = load_program(program)
    with progress("planning"):
        plan = make_plan(loaded, options)
    with progress(f"writing {output}") as advance:
        write_build(loaded, plan, output, advance)
    _print_plan(loaded, plan)
    say(f"{output}: written; 'tabfab simulate {output}' tests it")
    return plan


def _print_plan(program: Program, plan: Plan) -> None:
    from ..hw.plan import layer_clocks

    clocks = layer_clocks(program, plan)
    print_table(
        "foldings: work per clock",
        ["layer", "method", "S", "P", "clocks per image"],
        [
            [node.name, node.method, folding.lanes, folding.outputs, clocks[node.name]]
            for node in program.convs
            for folding in [plan.foldings[node.name]]
        ],
        left=2,
    )
    say(f"one image every {plan.clocks_per_image:,} clocks, the first after {plan.first_answer:,}")
    if plan.cells is not None:
        say(f"{plan.cells.block_rams:,.0f} block RAMs of {plan.device}")
