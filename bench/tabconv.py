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

from cells import cell_parser, parse, run_missing
from tabconv_cells import CELLS, Settings, run_cell
from tabconv_report import draw_frontier, markdown


def arguments() -> argparse.Namespace:
    """What the command line says."""
    parser = cell_parser(__doc__, "tabconv")
    parser.add_argument("--frontier", metavar="NETWORK-DATA", help="draw what was run of it")
    parser.add_argument("-o", "--output", type=Path, default=Path("frontier.png"))
    parser.add_argument("--images", type=int, help="test on the first so many images only")
    parser.add_argument("--calibration-images", type=int, default=1000)
    return parse(parser, CELLS)


def main() -> None:
    """Run the cells, or show what was run."""
    options = arguments()
    settings = Settings.of(options)
    for directory in (settings.results, settings.models):
        directory.mkdir(parents=True, exist_ok=True)
    run_missing(
        options.cell,
        settings.results,
        lambda name: run_cell(CELLS[name], settings),
        options.again,
        options.workers,
    )
    if options.frontier:
        network, _, data = options.frontier.rpartition("-")
        if not draw_frontier(network, data, settings, options.output):
            sys.exit(f"tabconv: no cell of {options.frontier!r} was run; --list names them all")
        return
    print(markdown(options.cell or CELLS, settings))


if __name__ == "__main__":
    main()
