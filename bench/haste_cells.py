"""The experiments of `haste.py`: networks, levels of merging, and running one of each.

A cell is a network at one level with one seed of hyperplanes. It is compiled from training images
alone and tested once; what came of it is one small JSON file.
"""

from __future__ import annotations

import dataclasses
import re
import sys
import time
from collections.abc import Mapping
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from typing import Any

from cells import CellSettings, keep_result
from haste_networks import train_network
from network_cells import float_share_right, share_right, taken_since
from tabfab.compiler.compile import compile_graph
from tabfab.compiler.convert import execute
from tabfab.compiler.data import ImageSet, load
from tabfab.compiler.frontend import import_graph
from tabfab.compiler.frontend.model_file import load_model
from tabfab.compiler.graph import Graph
from tabfab.compiler.mask.goal import MaskGoal
from tabfab.compiler.mask.search import choose_mask
from tabfab.compiler.options import CompileOptions
from tabfab.compiler.program import HasteConv, Program
from tabfab.compiler.program.cost import program_cost
from tabfab.compiler.recipes import RECIPES

DATA = "cifar10"
NETWORKS = (
    "resnet20", "vgg11", "half-resnet18", "vgg19", "wide-resnet18", "wide-resnet34", "resnet18",
)  # fmt: skip
"""The first ones were run; resnet18 is TabConv's, with a stride of 2 and a pool in front."""

SEEDS = (0, 1, 2)


@dataclass(frozen=True)
class Level:
    """How coarsely a network's channels are merged.

    Parameters
    ----------
    kind: what it is called in the picture.
    options: to compile with.
    removed: share of the operations that a mask is searched for; None for all layers alike.
    """

    kind: str
    options: CompileOptions
    removed: float | None = None


def _levels() -> dict[str, Level]:
    """By name."""
    paper = RECIPES["haste"]
    sparse = dataclasses.replace(paper, hyperplane_zeros=0.85)
    levels = {"exact": Level("8-bit weights", CompileOptions(mask="none", refit=False))}
    for name, kind, options in (
        ("paper", "data-free (the paper)", paper),
        ("sparse", "data-free, sparser hyperplanes", sparse),
        (
            "weights",
            "data-free, sparser hyperplanes from weights",
            dataclasses.replace(sparse, hyperplanes_from="weights"),
        ),
        (
            "fitted",
            "sparser hyperplanes, weights refitted",
            dataclasses.replace(sparse, refit=True),
        ),
    ):
        for planes in (6, 7, 8, 9, 10, 12, 14, 16, 20, 24, 32):
            for patch in (2, 3, 4, 8):
                levels[f"{name}-L{planes}-p{patch}"] = Level(
                    kind if patch == 3 else f"{kind}, patches of {patch}",
                    dataclasses.replace(options, hyperplanes=planes, patch=patch),
                )
        for percent in (5, 10, 15, 20, 25, 30, 35, 40, 47):
            levels[f"{name}-auto{percent}"] = Level(
                f"{kind}, by layer", options, removed=percent / 100
            )
    return levels


LEVELS = _levels()


@dataclass(frozen=True)
class Cell:
    """A network at one level with one seed."""

    network: str
    level: str
    seed: int

    @property
    def name(self) -> str:
        """What the cell's file and `--cell` call it."""
        return f"{self.network}-{self.level}-s{self.seed}"


CELLS = {
    cell.name: cell
    for cell in (
        Cell(network, level, seed) for network in NETWORKS for level in LEVELS for seed in SEEDS
    )
}


@dataclass(frozen=True, kw_only=True)
class Settings(CellSettings):
    """What holds for all cells of a run; models are NETWORK-cifar10.pt2.

    Parameters
    ----------
    calibration_images: training images to learn from.
    mask_images: others, that masks are chosen by.
    test_images: of the test set, the first ones.
    epochs: of training where a model is missing; as recommended if None.
    """

    calibration_images: int
    mask_images: int
    test_images: int
    epochs: int | None


def matching(pattern: str) -> list[str]:
    """The names of the cells that a pattern matches as a whole."""
    return [name for name in CELLS if re.fullmatch(pattern, name)]


def run_cell(cell: Cell, settings: Settings) -> None:
    """Run a cell in a process of its own, whose memory is the cell's, and keep the result."""
    with ProcessPoolExecutor(max_workers=1) as pool:
        figures = pool.submit(compile_and_test, cell, settings).result()
    common = {**dataclasses.asdict(cell), "cell": cell.name, "note": settings.note}
    keep_result(settings.results, cell.name, {**common, **figures})


def compile_and_test(cell: Cell, settings: Settings) -> dict[str, Any]:
    """The figures of a network at one level."""
    train, test = load(DATA, "train"), load(DATA, "test")
    test = test.first(settings.test_images)
    model = settings.models / f"{cell.network}-{DATA}.pt2"
    if not model.exists():
        train_network(cell.network, train, model, settings.seed, settings.epochs)
    graph = import_graph(load_model(model).network)
    start = time.process_time()
    program = compile_cell(cell, graph, train, settings)
    taken = taken_since(start)
    cost = program_cost(program)
    return {
        "calibration_images": settings.calibration_images,
        "test_images": len(test),
        "accuracy_float": float_share_right(cell.network, graph, test, settings),
        "accuracy_program": share_right(lambda images: execute.run(program, images), test),
        "operations_exact": cost.operations_exact,
        "operations_program": cost.operations_program,
        **cost.counts,
        "layers": {
            node.name: dict(node.details) for node in program.convs if isinstance(node, HasteConv)
        },
        **taken,
    }


def compile_cell(cell: Cell, graph: Graph, train: ImageSet, settings: Settings) -> Program:
    """The program of a cell."""
    level = LEVELS[cell.level]
    options = dataclasses.replace(level.options, seed=cell.seed)
    # The same images for all seeds, which are then those of hyperplanes alone.
    images = train.sample(settings.calibration_images, settings.seed).images

    def progress(done: int, total: int, what: str) -> None:
        if done % 5 == 0:
            print(f"{cell.name}: {done}/{total} {what}", file=sys.stderr)

    if level.removed is not None:
        others = train.rest(settings.calibration_images, settings.seed)
        others = others.sample(settings.mask_images, settings.seed)
        goal = MaskGoal(operations=level.removed, method="haste")
        options = choose_mask(graph, images, others, options, goal, progress=progress).options
    return compile_graph(graph, images, options, progress).program


def removed(result: Mapping[str, Any]) -> float:
    """The share of the exact network's operations that a cell's program does not take."""
    return 1 - float(result["operations_program"]) / float(result["operations_exact"])
