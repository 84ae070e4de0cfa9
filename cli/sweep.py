"""`tabfab sweep`: many settings of one network tried, on one machine or a cluster."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ..compiler.store.errors import TabfabError
from ..compiler.workers.extra import need_sweep_extra
from .console import print_json, print_table, progress, say
from .options import Json

if TYPE_CHECKING:
    from .sweeps.run import SweepReport

_MOST_ROWS = 40
"""Of the front that are printed; all are in its CSV."""


def sweep(
    source: Annotated[
        Path,
        typer.Argument(
            metavar="SWEEP.toml|DIR", help="What to try; or a sweep that was run, to look at."
        ),
    ],
    output: Annotated[
        Path | None,
        typer.Option(
            "--output",
            "-o",
            metavar="DIR",
            show_default="sweep; with --pick, program",
            help="Directory of the sweep, gone on with if it is there; with --pick, where the "
            "program goes.",
        ),
    ] = None,
    workers: Annotated[
        int | None,
        typer.Option(
            min=1,
            show_default="as many as cores and memory allow",
            help="Processes of this machine, each with a trial at a time.",
        ),
    ] = None,
    scheduler: Annotated[
        str | None,
        typer.Option(
            metavar="tcp://HOST:PORT",
            help="Run on the workers of this Dask scheduler instead; see docs/cluster.md.",
        ),
    ] = None,
    tls_ca: Annotated[
        Path | None,
        typer.Option(metavar="FILE.pem", help="Certificate of the authority, for tls://."),
    ] = None,
    tls_cert: Annotated[
        Path | None, typer.Option(metavar="FILE.pem", help="This side's certificate, for tls://.")
    ] = None,
    tls_key: Annotated[
        Path | None, typer.Option(metavar="FILE.pem", help="The key that belongs to it.")
    ] = None,
    json_only: Annotated[
        bool,
        typer.Option("--json-only", help="Keep of each trial its figures alone, and no program."),
    ] = False,
    as_json: Json = False,
) -> SweepReport:
    """Compile, evaluate and plan one network with many settings, and find the best of them.

    SWEEP.toml names the network, its data, and settings of 'compile', 'plan', 'verilog' and
    'synth': those with several values are tried, all of them or as many as a sampler of Optuna's
    proposes. Every trial leaves a directory named by the hash of its settings, so that none is
    computed twice: a sweep that was stopped goes on, one with other settings adds to what is there.
    The best trials, better than which none is in everything, are printed and written as a table.

    Examples:
      tabfab sweep sweep.toml -o sweep/
      tabfab sweep sweep.toml -o sweep/ --workers 2 --json-only
      tabfab sweep sweep.toml -o sweep/ --scheduler tcp://10.0.0.1:8786
    """
    from .sweeps.results import read_results, write_results

    need_sweep_extra()
    from ..compiler.workers.dask_workers import Where
    from .sweeps.run import run_sweep
    from .sweeps.spec import read_sweep

    where = Where(
        workers=workers, scheduler=scheduler, tls_ca=tls_ca, tls_cert=tls_cert, tls_key=tls_key
    )
    if source.is_dir():
        report = read_results(source)
    else:
        directory = output or Path("sweep")
        asked = read_sweep(source)
        with progress(f"trials of {source}", remaining=True) as advance:
            report = run_sweep(asked, directory, where, json_only, advance, _say_started)
        write_results(report, directory)
    print(report)
    return report


def _say_started(dashboard: str, workers: int) -> None:
    from .console import complain

    complain(f"{workers} workers; Dask's dashboard is at {dashboard}")
