#!/usr/bin/env python3
"""Networks that merge channels: the table of HASTE (Meiner et al., arXiv 2309.17211), and more.

Each cell is one network at one level of merging with one seed of hyperplanes; what came of it is a
small JSON file in --results. A cell with a file is not run again, so that the table can grow over
hours:

    bench/haste.py --list
    bench/haste.py --cell resnet20-paper-L12-p3-s0
    bench/haste.py --cells 'resnet20-paper-L(8|12|16)-p3-s.' --test-images 2000
    bench/haste.py -o haste.png                         # table and picture of what was run

Levels: paper-L12-p3 is data-free, with 12 hyperplanes and patches of 3x3 positions; sparse-... has
hyperplanes of fewer entries, weights-... takes these from the layer's filters, and in fitted-...
the weights are fitted to what merging leaves; ...-auto20 chooses hyperplanes and patch of each
layer so that 20 % of the operations are removed. Networks are trained unless --models has them as
NETWORK-cifar10.pt2 (vgg11, half-resnet18, ..., and resnet20, the pretrained one); --epochs trains
less. Everything is learned from training images; test images are looked at once, in the end. Data
is looked for in $TABFAB_DATA_DIR.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from cells import cell_parser, parse, run_missing
from haste_cells import CELLS, Settings, matching, run_cell
from haste_report import draw, markdown
from tabfab.compiler.store.errors import TabfabError
from tabfab.compiler.store.files import check_picture


def arguments() -> argparse.Namespace:
    """What the command line says."""
    parser = cell_parser(__doc__, "haste")
    parser.add_argument("--cells", action="append", default=[], metavar="PATTERN",
                        help="run all cells whose names match a regular expression")  # fmt: skip
    parser.add_argument("-o", "--output", type=Path, metavar="F.png", help="draw what was run")
    parser.add_argument("--calibration-images", type=int, default=1000)
    parser.add_argument("--mask-images", type=int, default=500)
    parser.add_argument("--test-images", type=int, default=10_000, help="the first of them")
    parser.add_argument("--epochs", type=int, help="of networks that are still to be trained")
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
        for pattern in options.cells:
            if not matching(pattern):
                sys.exit(f"haste: no cell matches {pattern!r}; --list names them all")
            names += matching(pattern)
        run_missing(
            names,
            settings.results,
            lambda name: run_cell(CELLS[name], settings),
            options.again,
            options.workers,
        )
    except TabfabError as error:
        sys.exit(f"haste: {error}")
    print(markdown(names or CELLS, settings))
    if options.output is not None and not draw(names or CELLS, settings, options.output):
        sys.exit("haste: no cell was run that could be drawn; --list names them all")


if __name__ == "__main__":
    main()
