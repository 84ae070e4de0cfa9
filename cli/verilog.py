"""`tabfab verilog`: a program to Verilog and memories for a device."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ..compiler.program.program_file import load_program
from ..compiler.store.errors import TabfabError
from ..compiler.store.files import check_directory
from . import completion
from .console import print_json, progress, say
from .options import Clock, ForBoard, FramesPerSecond, Json, Outputs, ProgramDir, Subspaces, Unroll
from .plan import foldings_json, plan_options, print_plan

if TYPE_CHECKING:
    from ..hw.plan import Plan


def verilog(
    program: ProgramDir,
    output: Annotated[
        Path, typer.Option("--output", "-o", metavar="DIR", help="Build directory to write.")
    ] = Path("build"),
    plan: Annotated[
        Path | None,
        typer.Option(metavar="FILE.json", help="Plan by 'tabfab plan'; by default made anew."),
    ] = None,
    device: Annotated[
        str | None,
        typer.Option(
            autocompletion=completion.devices,
            show_default="any: the same small folding in every layer",
            help="Device to plan for, as 'tabfab plan' does.",
        ),
    ] = None,
    board: ForBoard = None,
    fps: FramesPerSecond = None,
    clock: Clock = None,
    subspaces: Subspaces = None,
    outputs: Outputs = None,
    unroll: Unroll = None,
    loadable: Annotated[
        bool,
        typer.Option(
            "--loadable",
            help="Add a port through which tables, weights and biases can be replaced at run "
            "time; see 'tabfab load'.",
        ),
    ] = False,
    as_json: Json = False,
) -> Plan:
    """Write the Verilog, memories and plan of a program.

    Examples:
      tabfab verilog program/ -o build/ --device ecp5-85k
      tabfab verilog program/ -o build/ --board icebreaker
      tabfab verilog program/ -o build/ --plan plan.json
      tabfab verilog program/ -o build/ --subspaces 2 --outputs 8
      tabfab verilog program/ -o build/ --device ecp5-85k --loadable

    Next: 'tabfab simulate build/' compares it with the golden model; build/README.md has its ports.
    """
    from ..hw.plan import make_plan
    from ..hw.plan.file import read_plan
    from ..hw.rtl.build import write_build
    from ..sim.models.vectors import random_vectors

    options = plan_options(
        board,
        device,
        clock,
        subspaces=subspaces,
        outputs=outputs,
        fps=fps,
        loadable=loadable,
        unroll=unroll,
    )
    if plan is not None and options != plan_options(None, None, None):
        raise TabfabError(
            "--plan says it all; give it, or --device, --board, --fps, --clock, --loadable, "
            "--unroll and foldings"
        )
    check_directory(output, "build")
    loaded = load_program(program)
    if plan is not None:
        made = read_plan(plan, loaded)
    else:
        with progress("planning") as advance:
            made = make_plan(loaded, options, advance)
    with progress(f"writing {output}") as advance:
        write_build(loaded, made, output, advance, random_vectors(loaded))
    if as_json:
        print_json(foldings_json(made))
        return made
    print_plan(loaded, made)
    say(f"{output}: written; 'tabfab simulate {output}' tests it")
    return made
