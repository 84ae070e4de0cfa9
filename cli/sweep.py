"""`tabfab sweep`: many settings of one network tried, on one machine or a cluster."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ..compiler.store.errors import TabfabError
from ..compiler.workers.extra import need_sweep_extra
from .console import complain, print_json, print_table, progress, say
from .options import Json

if TYPE_CHECKING:
    from .sweeps.results import SweepResults

_MOST_ROWS = 40
"""Of the front that are printed; all are in its CSV."""
_ALSO = ("operations", "bytes", "luts", "block-rams", "multipliers", "clocks", "fps")
"""Figures that are printed beside the objectives."""


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
    pick: Annotated[
        str | None,
        typer.Option(
            metavar="CONDITIONS",
            help="Take a program out of a sweep that was run: the best of the trials with these "
            "figures and settings, 'accuracy>=0.98,device=ecp5-25k'.",
        ),
    ] = None,
    by: Annotated[
        str | None,
        typer.Option(
            metavar="FIGURE",
            show_default="the first objective that --pick does not bound",
            help="With --pick, what is to be as good as can be.",
        ),
    ] = None,
    as_json: Json = False,
) -> SweepResults:
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
      tabfab sweep sweep/ --pick 'accuracy>=0.98,device=ecp5-25k' -o program/

    Next: 'tabfab sweep sweep/ --pick accuracy>=0.95 -o program/' takes the best trial's program.
    """
    from .sweeps.results import FRONT, PICTURE, TRIALS_TABLE, read_results

    if by is not None and pick is None:
        raise TabfabError("--by says what --pick chooses by; give --pick, or leave --by away")
    if pick is not None and not source.is_dir():
        raise TabfabError(
            f"--pick takes a program out of a sweep's directory, and {source} is none; run the "
            "sweep first, then give its directory"
        )
    if source.is_dir():
        runs = workers or scheduler or json_only or (output and pick is None)
        if runs:
            raise TabfabError(
                f"{source} is a sweep that was run, and is shown or picked from; to go on with it, "
                f"give its SWEEP.toml with -o {source}"
            )
        results = read_results(source)
        if pick is None:
            _print(results, as_json)
        else:
            _pick(results, pick, by, output or Path("program"), as_json)
        return results
    need_sweep_extra()
    from ..compiler.workers.dask_workers import Where
    from .sweeps.run import run_sweep
    from .sweeps.spec import read_sweep

    where = Where(
        workers=workers, scheduler=scheduler, tls_ca=tls_ca, tls_cert=tls_cert, tls_key=tls_key
    )
    directory = output or Path("sweep")
    asked = read_sweep(source)
    with progress(f"trials of {source}", remaining=True) as advance:
        report = run_sweep(asked, directory, where, json_only, advance, _say_started)
    _print(report.results, as_json)
    for name, why in report.lost.items():
        complain(f"note: trial {name} is not done, and is tried again next time: {why}")
    if not as_json:
        there = report.asked - report.computed - len(report.lost)
        say(f"{report.computed} trials computed, {there} were there")
        say(f"{directory}: {FRONT}, {PICTURE} and {TRIALS_TABLE} written")
    return report.results


def _pick(
    results: SweepResults, conditions: str, by: str | None, output: Path, as_json: bool
) -> None:
    """Write the program of the best trial under some conditions."""
    from .sweeps.pick import pick, plan_command, take_program

    trial = pick(results, conditions, by)
    take_program(results, trial, output)
    columns, (row,) = results.table([trial], results.figures)
    told = {name: value for name, value in zip(columns, row, strict=True) if value is not None}
    if as_json:
        print_json(told)
        return
    for name, value in told.items():
        say(f"{name:20} {value:,}" if isinstance(value, int) else f"{name:20} {value}")
    say(f"{output}: written; 'tabfab evaluate {output}' tests it")
    if command := plan_command(trial, output):
        say(f"'{command}' builds it")


def _say_started(dashboard: str, workers: int) -> None:
    complain(f"{workers} workers; Dask's dashboard is at {dashboard}")
    if not workers:
        complain("waiting for workers: start them with 'dask worker' and the scheduler's address")


def _print(results: SweepResults, as_json: bool) -> None:
    """Print the front."""
    if as_json:
        columns, rows = results.table(results.front, results.figures)
        print_json([dict(zip(columns, row, strict=True)) for row in rows])
        return
    shown = [*results.objectives, *(each.name for each in results.constraints)]
    shown = list(dict.fromkeys([*shown, *(n for n in _ALSO if n in results.figures)]))
    columns, rows = results.table(results.front[:_MOST_ROWS], shown)
    done = len(results.trials) - len(results.failed)
    held = "".join(f", {each}" for each in results.constraints)
    print_table(
        f"on the front {len(results.front)} of {done} trials{held}",
        columns,
        rows,
        left=len(columns) - len(shown),
    )
    if len(results.front) > _MOST_ROWS:
        say(f"and {len(results.front) - _MOST_ROWS} more in {results.directory}/front.csv")
    say(f"evaluated on {results.evaluated}")
    if results.others:
        say(
            f"note: {results.others} trials are of another network, other data or another tabfab, "
            "and left out"
        )
    if results.failed:
        first = results.failed[0]
        say(f"note: {len(results.failed)} trials failed; {first.name}: {first.failure}")
