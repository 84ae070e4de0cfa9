#!/usr/bin/env python3
"""Networks by shifts and additions: the uses of Cintra et al. (arXiv 2208.00087), and ResNets.

Each cell is one network at one level of approximation; what came of it is a small JSON file in
--results. A cell with a file is not run again, so that the table can grow over hours:

    bench/dyadic.py --list
    bench/dyadic.py --cell digits-net-terms-1 --cell digits-net-paper-1
    bench/dyadic.py --network cff --faces scikit_image-0.19.3-*.whl     # all cells of a network
    bench/dyadic.py --network alexnet                                   # time and memory alone
    bench/dyadic.py -o additions.png                                    # table and picture

Networks are trained unless --models has them as NETWORK-DATA.pt2 (cff-faces, digits-net-mnist,
resnet20-cifar10, resnet18-cifar10). Everything is learned from training images; the test images
are looked at once, in the end. Data is looked for in $TABFAB_DATA_DIR; bench/dyadic_faces.py says
what the faces are.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from cells import cell_parser, parse, run_missing
from dyadic_cells import CELLS, NETWORKS, Settings, run_cell
from dyadic_report import draw, markdown
from tabfab.compiler.store.errors import TabfabError
from tabfab.compiler.store.files import check_picture


def arguments() -> argparse.Namespace:
    """What the command line says."""
    parser = cell_parser(__doc__, "dyadic")
    parser.add_argument(
        "--network", action="append", default=[], choices=[*NETWORKS, "alexnet"],
        help="run all cells of a network",
    )  # fmt: skip
    parser.add_argument("--faces", type=Path, metavar="WHEEL", help="scikit-image 0.19.3's wheel")
    parser.add_argument("-o", "--output", type=Path, metavar="F.png", help="draw what was run")
    parser.add_argument("--calibration-images", type=int, default=1000)
    return parse(parser, CELLS)


def main() -> None:
    """Run the cells, or show what was run."""
    options = arguments()
    settings = Settings.of(options)
    try:
        if options.output is not None:
            check_picture(options.output)
        for directory in (settings.results, settings.models):
            directory.mkdir(parents=True, exist_ok=True)
        names = [*options.cell]
        names += [name for name, cell in CELLS.items() if cell.network in options.network]
        run_missing(
            names,
            settings.results,
            lambda name: run_cell(CELLS[name], settings),
            options.again,
            options.workers,
        )
    except TabfabError as error:
        sys.exit(f"dyadic: {error}")
    print(markdown(names or CELLS, settings))
    if options.output is not None and not draw(settings, options.output):
        sys.exit("dyadic: no cell was run that could be drawn; --list names them all")


if __name__ == "__main__":
    main()
