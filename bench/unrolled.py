#!/usr/bin/env python3
"""Unrolled layers beside da4ml: a result on every clock, no multiplier, no memory.

    pip install da4ml==0.6.0          # in an environment of its own, or the peer is left out
    bench/unrolled.py                 # the digits network's linear layer, 64 to 10
    bench/unrolled.py --family ice40 --dyadic 1,3 --dyadic 1,3,0.7 --levels 2

The digits network is trained (seconds) and compiled with its linear layer exact, and dyadic.
Every form of that layer goes through the same Yosys command: da4ml's pipeline of adders, tabfab's
of the same weights, biases added, and tabfab's with rounding and clamping. Accuracies are those of
the whole networks on all test images; da4ml computes what each layer does.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import redirect_stdout
from dataclasses import dataclass, replace
from functools import partial
from importlib.util import find_spec
from io import StringIO
from pathlib import Path
from typing import Any, TypeVar

from dense_peer import synthesize_da4ml
from one_layer import one_layer
from tabfab.cli.compile import compile_model
from tabfab.cli.evaluate import evaluate
from tabfab.cli.train import train
from tabfab.compiler.program import Conv, Program
from tabfab.compiler.program.program_file import load_program
from tabfab.compiler.store.errors import TabfabError
from tabfab.hw.device.cells import Cells
from tabfab.hw.device.families.catalog import FAMILIES
from tabfab.hw.engine.constant_matrix import ConstantMatrix
from tabfab.hw.nodes.catalog import layers
from tabfab.hw.nodes.methods.unrolled import UNROLLED
from tabfab.hw.stream.core import Core
from tabfab.hw.synth.cell_counts import device_cells
from tabfab.hw.synth.core_synth import synthesize_core

T = TypeVar("T")

_LAYERS = 3
"""Of the digits network; the last one is the one that is compared."""
_SETTINGS = ("1,6", "1,3", "1,3,0.7")
"""Of the dyadic layer."""


@dataclass(frozen=True)
class Row:
    """One form of the layer.

    Parameters
    ----------
    name: what it is called.
    additions: of two numbers, per result.
    cells: what Yosys makes of it.
    latency: clocks from a vector to its result.
    accuracy: of the whole network, on test images.
    """

    name: str
    additions: int | None
    cells: Cells
    latency: int
    accuracy: float

    def __str__(self) -> str:
        additions = "" if self.additions is None else self.additions
        return (
            f"{self.name:30} {additions:>9} {self.cells.luts:7,.0f} {self.cells.flip_flops:10,.0f} "
            f"{self.cells.multipliers:11,.0f} {self.latency:7} {self.accuracy:9.2%}"
        )


def arguments() -> argparse.Namespace:
    """What the command line says."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--family", choices=FAMILIES, default="ecp5")
    parser.add_argument(
        "--dyadic",
        action="append",
        metavar="TERMS,FINEST-SHIFT[,ADDITIONS]",
        help="settings of the dyadic layer, as of 'tabfab compile'; may be given several times",
    )
    parser.add_argument(
        "--levels", type=int, default=1, help="additions behind each other between two registers"
    )
    parser.add_argument("--seed", type=int, default=0, help="of training and calibration")
    parser.add_argument(
        "--programs", type=Path, default=Path("unrolled-programs"), help="kept between runs"
    )
    return parser.parse_args()


def program(options: argparse.Namespace, setting: str | None) -> Path:
    """The digits network, its last layer exact or dyadic, compiled if it is not there."""
    options.programs.mkdir(parents=True, exist_ok=True)
    model = options.programs / f"digits-{options.seed}.pt2"
    if not model.exists():
        train(network="digits-cnn", data="digits", output=model, seed=options.seed)
    settings: dict[str, Any] = {}
    if setting is not None:
        terms, finest, *additions = setting.split(",")
        settings = {"terms": int(terms), "finest_shift": int(finest)}
        if additions:
            settings["additions"] = float(additions[0])
    method = "exact" if setting is None else "dyadic"
    mask = ",".join(["exact"] * (_LAYERS - 1) + [method])
    directory: Path = options.programs / f"{method}-{setting or ''}-{options.seed}"
    if not directory.exists():
        compile_model(
            model, data="digits", output=directory, mask=mask, argmax=True, seed=options.seed,
            **settings,
        )  # fmt: skip
    return directory


def rows(options: argparse.Namespace, setting: str | None) -> Iterator[Row]:
    """Every form of the layer with one setting, None for exact weights."""
    directory = program(options, setting)
    with redirect_stdout(StringIO()):
        accuracy = evaluate(directory).accuracy_program
    alone = one_layer(load_program(directory))
    (node,) = alone.convs
    name = "exact" if setting is None else f"dyadic {setting}"
    if find_spec("da4ml") is not None:
        cells, latency = in_scratch(partial(peer, alone, node, options.family))
        yield Row(f"da4ml, {name}", None, cells, latency, accuracy)
    layer = layers(alone)[node.name]
    engine = layer.engine(replace(layer.unrolled(), knobs={UNROLLED: options.levels}))
    matrix = engine.cores["matrix"]
    assert isinstance(matrix, ConstantMatrix)
    additions = len(matrix.graph.sums) + len(matrix.graph.outputs)
    for part, core in {"": matrix, ", rounded": engine}.items():
        cells = in_scratch(partial(count, core, options.family))
        yield Row(f"tabfab, {name}{part}", additions, cells, core.latency, accuracy)


def peer(alone: Program, node: Conv, family: str, directory: Path) -> tuple[Cells, int]:
    """da4ml's cells for a layer's weights, and its latency."""
    layer = layers(alone)[node.name]
    weight = layer.weight.reshape(len(layer.weight), -1)  # type: ignore[attr-defined]
    return synthesize_da4ml(weight, alone.input.type.bits, family, directory)


def count(core: Core, family: str, directory: Path) -> Cells:
    """Yosys' cells of a core."""
    return device_cells(synthesize_core(core, family, directory))


def in_scratch(work: Callable[[Path], T]) -> T:
    """What comes of some work in an empty directory."""
    with tempfile.TemporaryDirectory() as scratch:
        return work(Path(scratch))


def main() -> None:
    """Print every form, and each one's look-up tables against the first one's."""
    options = arguments()
    print(
        f"{'64 to 10, ' + options.family:30} additions    LUTs flip-flops multipliers latency"
        "  accuracy   LUTs against the first"
    )
    first = None
    try:
        for setting in (None, *(options.dyadic or _SETTINGS)):
            for row in rows(options, setting):
                first = first or row
                print(f"{row}   {row.cells.luts / first.cells.luts:6.2f}x", flush=True)
    except TabfabError as error:
        sys.exit(f"unrolled: {error}")


if __name__ == "__main__":
    main()
