#!/usr/bin/env python3
"""TabConv's experiments and ours side by side (arXiv 2404.05872), cell by cell.

Each cell is one network, data set and way to convert it; what came of it is a small JSON file in
--results. A cell with a file is not run again, so that the table can grow over hours:

    bench/tabconv.py --list
    bench/tabconv.py --cell lenet-mnist-tabfab --cell lenet-mnist-tabconv
    bench/tabconv.py                                    # the table, cells that were not run too
    bench/tabconv.py --frontier lenet-mnist -o frontier.png

Networks are trained unless --models has them. Masks and tables come from training images; the
test images are looked at once, in the end. Data is looked for in $TABFAB_DATA_DIR.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from tabconv_cells import CELLS, Settings, run_cell
from tabconv_report import draw_frontier, markdown


def arguments() -> argparse.Namespace:
    """What the command line says."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--list", action="store_true", help="name every cell")
    parser.add_argument("--cell", action="append", default=[], metavar="NAME", help="run a cell")
    parser.add_argument("--again", action="store_true", help="run cells that have a result too")
    parser.add_argument("--frontier", metavar="NETWORK-DATA", help="draw what was run of it")
    parser.add_argument("-o", "--output", type=Path, default=Path("frontier.png"))
    parser.add_argument("--results", type=Path, default=Path("tabconv-results"))
    parser.add_argument("--models", type=Path, default=Path("tabconv-models"))
    parser.add_argument("--images", type=int, help="test on the first so many images only")
    parser.add_argument("--calibration-images", type=int, default=1000)
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
        sys.exit(f"tabconv: there is no cell {unknown[0]!r}; --list names them all")
    for directory in (options.results, options.models):
        directory.mkdir(parents=True, exist_ok=True)
    settings = Settings(
        options.results,
        options.models,
        options.images,
        options.calibration_images,
        options.note,
        options.seed,
    )
    for name in options.cell:
        if options.again or settings.result(name) is None:
            run_cell(CELLS[name], settings)
    if options.frontier:
        network, _, data = options.frontier.rpartition("-")
        if not draw_frontier(network, data, settings, options.output):
            sys.exit(f"tabconv: no cell of {options.frontier!r} was run; --list names them all")
        return
    print(markdown(options.cell or CELLS, settings))


if __name__ == "__main__":
    main()
