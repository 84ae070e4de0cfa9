#!/usr/bin/env python3
"""What builds take of a device and how fast they run there, cell by cell.

Each cell is one compiled network (or one layer of it) on one device: planned, simulated against
the golden model, synthesized, placed and routed. What came of it is a small JSON file and a build
in --results. A cell with a file is not run again:

    bench/hardware.py --list
    bench/hardware.py --cell dense-da4ml --cell dense-table-4   # needs 'pip install da4ml'
    bench/hardware.py                                           # all that was run, as a table

Networks are trained and compiled unless --models and --programs have them; those on MNIST and
CIFAR-10 need their files in $TABFAB_DATA_DIR. Place and route needs tabfab's extra 'pnr'.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from hardware_cells import CELLS, Settings, run_cell
from hardware_report import markdown
from tabfab.compiler.errors import TabfabError


def arguments() -> argparse.Namespace:
    """What the command line says."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--list", action="store_true", help="name every cell")
    parser.add_argument("--cell", action="append", default=[], metavar="NAME", help="run a cell")
    parser.add_argument("--again", action="store_true", help="run cells that have a result too")
    parser.add_argument("--results", type=Path, default=Path("hardware-results"))
    parser.add_argument("--models", type=Path, default=Path("hardware-models"))
    parser.add_argument("--programs", type=Path, default=Path("hardware-programs"))
    parser.add_argument("--note", default="", help="about data or machine, kept with the result")
    parser.add_argument("--seed", type=int, default=0)
    return parser.parse_args()


def main() -> None:
    """Run the cells, or show what was run."""
    options = arguments()
    if options.list:
        print("\n".join(CELLS))
        return
    unknown = [name for name in options.cell if name not in CELLS]
    if unknown:
        sys.exit(f"hardware: there is no cell {unknown[0]!r}; --list names them all")
    settings = Settings(
        options.results, options.models, options.programs, options.note, options.seed
    )
    for directory in (settings.results, settings.models, settings.programs):
        directory.mkdir(parents=True, exist_ok=True)
    try:
        for name in options.cell:
            if options.again or settings.result(name) is None:
                run_cell(CELLS[name], settings)
    except TabfabError as error:
        sys.exit(f"hardware: {error}")
    print(markdown(options.cell or CELLS, settings))


if __name__ == "__main__":
    main()
