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

from cells import cell_parser, parse, run_missing
from hardware_cells import CELLS, Settings, run_cell
from hardware_report import markdown
from tabfab.compiler.store.errors import TabfabError


def arguments() -> argparse.Namespace:
    """What the command line says."""
    parser = cell_parser(__doc__, "hardware")
    parser.add_argument("--programs", type=Path, default=Path("hardware-programs"))
    return parse(parser, CELLS)


def main() -> None:
    """Run the cells, or show what was run."""
    options = arguments()
    settings = Settings.of(options)
    for directory in (settings.results, settings.models, settings.programs):
        directory.mkdir(parents=True, exist_ok=True)
    try:
        run_missing(
            options.cell,
            settings.results,
            lambda name: run_cell(CELLS[name], settings),
            options.again,
            options.workers,
        )
    except TabfabError as error:
        sys.exit(f"hardware: {error}")
    print(markdown(options.cell or CELLS, settings))


if __name__ == "__main__":
    main()
