"""Options that several verbs share."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

DATA_HELP = (
    "Data set: digits, mnist, fashion-mnist, cifar10, cifar100, or an .npz file with arrays "
    "'images' (uint8, N x height x width, and x channels if there are several) and 'labels'."
)

Data = Annotated[str, typer.Option("--data", metavar="NAME|FILE.npz", help=DATA_HELP)]
OptionalData = Annotated[
    str | None, typer.Option("--data", metavar="NAME|FILE.npz", help=DATA_HELP)
]
DataDir = Annotated[
    Path | None,
    typer.Option(
        "--data-dir",
        metavar="DIR",
        show_default="$TABFAB_DATA_DIR, or ~/.cache/tabfab",
        help="Folder with the data set's official files.",
    ),
]
Download = Annotated[
    bool, typer.Option("--download", help="Fetch a data set that is not there from OpenML.")
]
Seed = Annotated[int, typer.Option("--seed", min=0, help="Makes everything random repeatable.")]
Json = Annotated[bool, typer.Option("--json", help="Print JSON instead of tables.")]
ProgramDir = Annotated[
    Path, typer.Argument(metavar="PROGRAM", help="Directory written by 'tabfab compile'.")
]
BuildDir = Annotated[
    Path, typer.Argument(metavar="BUILD", help="Directory written by 'tabfab verilog'.")
]
