"""What benchmarks of many cells share: each cell is run once and leaves one small JSON file.

A cell that has its file is not run again, so that a table can grow over hours.
"""

from __future__ import annotations

import argparse
import dataclasses
import json
import sys
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

import dask
from distributed import as_completed
from tabfab.compiler.store.files import atomic_file
from tabfab.compiler.workers.dask_workers import Where, dask_client
from tabfab.compiler.workers.needs import Needs


def read_result(directory: Path, name: str) -> dict[str, Any] | None:
    """What came of a cell, if it was run."""
    path = directory / f"{name}.json"
    return json.loads(path.read_text()) if path.exists() else None


def keep_result(directory: Path, name: str, result: dict[str, Any]) -> None:
    """Write what came of a cell, whole or not at all."""
    with atomic_file(directory / f"{name}.json") as path:
        path.write_text(json.dumps(result, indent=1) + "\n")


def run_missing(
    names: Iterable[str],
    directory: Path,
    run: Callable[[str], object],
    again: bool = False,
    workers: int = 1,
) -> None:
    """Run the cells that have no result.

    Parameters
    ----------
    names: of the cells.
    directory: of the results.
    run: runs the cell of a name and keeps what came of it.
    again: run those that have one too.
    workers: processes that run a cell each at a time, on a thread each; 1 for none but this one.
    """
    missing = [each for each in names if again or read_result(directory, each) is None]
    if workers == 1:
        for name in missing:
            run(name)
        return
    # Cells may start processes of their own, which daemons must not.
    with (
        dask.config.set({"distributed.worker.daemon": False}),
        dask_client(Where(workers=workers), Needs()) as client,
    ):
        for future in as_completed(client.map(run, missing, pure=False)):
            future.result()


@dataclass(frozen=True, kw_only=True)
class CellSettings:
    """What holds for all cells of a run.

    Parameters
    ----------
    results: directory of the JSON files.
    models: directory of trained networks; those that are missing are trained.
    note: about data or machine, kept with the result.
    seed: of everything random.
    """

    results: Path
    models: Path
    note: str
    seed: int

    @classmethod
    def of(cls, options: argparse.Namespace) -> Self:
        """What the command line says of them, by their names."""
        return cls(**{each.name: getattr(options, each.name) for each in dataclasses.fields(cls)})

    def result(self, name: str) -> dict[str, Any] | None:
        """What came of a cell, if it was run."""
        return read_result(self.results, name)


def cell_parser(description: str | None, name: str) -> argparse.ArgumentParser:
    """A command line with the options that choose cells and make `CellSettings`.

    Parameters
    ----------
    description: what the benchmark says of itself.
    name: of the benchmark, from which its directories have their names.
    """
    parser = argparse.ArgumentParser(
        prog=f"{name}.py",
        description=description,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--list", action="store_true", help="name every cell")
    parser.add_argument("--cell", action="append", default=[], metavar="NAME", help="run a cell")
    parser.add_argument("--again", action="store_true", help="run cells that have a result too")
    parser.add_argument("--results", type=Path, default=Path(f"{name}-results"))
    parser.add_argument("--models", type=Path, default=Path(f"{name}-models"))
    parser.add_argument("--note", default="", help="about data or machine, kept with the result")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument(
        "--workers",
        type=int,
        default=1,
        help="cells at a time, on a core each; not where time is what a cell measures, and only "
        "once the networks are trained",
    )
    return parser


def parse(parser: argparse.ArgumentParser, cells: Collection[str]) -> argparse.Namespace:
    """The options; naming the cells or refusing an unknown one ends the program."""
    options = parser.parse_args()
    if options.list:
        print("\n".join(cells))
        sys.exit()
    unknown = [name for name in options.cell if name not in cells]
    if unknown:
        name = Path(parser.prog).stem
        sys.exit(f"{name}: there is no cell {unknown[0]!r}; --list names them all")
    return options
