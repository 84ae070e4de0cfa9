"""The experiments of `dyadic.py`: networks, levels of approximation, and running one of each.

A cell is a network at one level. It is compiled, and fine-tuned where the level says so, from
training images alone, and tested once on all test images; what came of it is one small JSON file.
"""

from __future__ import annotations

import dataclasses
import sys
import time
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from cells import CellSettings, keep_result
from dyadic_filters import approximate_alexnet
from dyadic_networks import read_data, train_network
from network_cells import float_share_right, share_right, taken_since
from tabfab.compiler.compile import compile_graph
from tabfab.compiler.convert import execute
from tabfab.compiler.data import ImageSet
from tabfab.compiler.finetune.options import FinetuneOptions
from tabfab.compiler.finetune.run import finetune_graph
from tabfab.compiler.frontend import import_graph
from tabfab.compiler.frontend.model_file import load_model
from tabfab.compiler.graph import Graph
from tabfab.compiler.options import CompileOptions
from tabfab.compiler.program import DyadicConv, Program
from tabfab.compiler.program.cost import program_cost
from tabfab.compiler.recipes import RECIPES

NETWORKS = {
    "cff": "faces",
    "digits-net": "mnist",
    "resnet20": "cifar10",
    "resnet18": "cifar10",
    "digits-cnn": "digits",
}
"""Networks, and what each is trained on. The small digits take seconds: they show how it works."""


@dataclass(frozen=True)
class Level:
    """How far a network is approximated.

    Parameters
    ----------
    kind: what it is called in the picture.
    options: to compile with.
    tuning: of the training that follows; None for none.
    """

    kind: str
    options: CompileOptions
    tuning: FinetuneOptions | None = None


def _levels() -> dict[str, Level]:
    """By name."""
    paper, ours = RECIPES["dyadic"], CompileOptions(mask="dyadic")
    levels = {"exact": Level("8-bit weights", CompileOptions(mask="none"))}
    for terms in (1, 2, 3):
        levels[f"paper-{terms}"] = Level(
            "nearest weights, no data (the paper)", dataclasses.replace(paper, terms=terms)
        )
        levels[f"terms-{terms}"] = Level("nearest output", dataclasses.replace(ours, terms=terms))
    levels["paper-layer-alpha"] = Level(
        "nearest weights, alpha a layer", dataclasses.replace(paper, alpha="layer")
    )
    for additions in (0.5, 0.75, 1.0, 1.2, 1.4):
        levels[f"network-{additions:g}"] = Level(
            "budget over the network",
            dataclasses.replace(ours, terms=2, additions=additions, additions_over="network"),
        )
    levels["layer-1"] = Level("budget a layer", dataclasses.replace(ours, terms=2, additions=1.0))
    levels["tuned-1"] = Level(
        "one term, fine-tuned",
        ours,
        FinetuneOptions(steps_per_layer=0, joint_steps=300, learning_rate=1e-3),
    )
    return levels


LEVELS = _levels()


@dataclass(frozen=True)
class Cell:
    """A network at one level; AlexNet's filters have levels of their own."""

    network: str
    level: str

    @property
    def name(self) -> str:
        """What the cell's file and `--cell` call it."""
        return f"{self.network}-{self.level}"


ALEXNET = {
    "1": (1, None),
    "2": (2, None),
    "2-budget-1.4": (2, 1.4),
    "2-budget-1": (2, 1.0),
}
"""Terms, and additions for each weight over all layers, of AlexNet's filters."""

CELLS = {
    cell.name: cell
    for cell in [
        *(Cell(network, level) for network in NETWORKS for level in LEVELS),
        *(Cell("alexnet", level) for level in ALEXNET),
    ]
}


@dataclass(frozen=True, kw_only=True)
class Settings(CellSettings):
    """What holds for all cells of a run; models are NETWORK-DATA.pt2.

    Parameters
    ----------
    faces: file of the wheel that has the faces.
    calibration_images: training images to learn from.
    """

    faces: Path | None
    calibration_images: int


def run_cell(cell: Cell, settings: Settings) -> None:
    """Run a cell in a process of its own, whose memory is the cell's, and keep the result."""
    with ProcessPoolExecutor(max_workers=1) as pool:
        measure = approximate if cell.network == "alexnet" else compile_and_test
        figures = pool.submit(measure, cell, settings).result()
    common = {"cell": cell.name, "network": cell.network, "level": cell.level}
    keep_result(settings.results, cell.name, {**common, "note": settings.note, **figures})


def approximate(cell: Cell, settings: Settings) -> dict[str, Any]:
    """AlexNet's filters, by the paper's program."""
    terms, additions = ALEXNET[cell.level]
    start = time.process_time()
    figures = approximate_alexnet(terms, additions, settings.seed)
    return {**figures, **taken_since(start)}


def compile_and_test(cell: Cell, settings: Settings) -> dict[str, Any]:
    """The figures of a network at one level."""
    data, level = NETWORKS[cell.network], LEVELS[cell.level]
    train, test = read_data(data, settings.faces)
    model = settings.models / f"{cell.network}-{data}.pt2"
    if not model.exists():
        train_network(cell.network, train, model, settings.seed)
    graph = import_graph(load_model(model).network)
    start = time.process_time()
    program = _program(cell, level, graph, train, settings)
    taken = taken_since(start)
    cost = program_cost(program)
    right = share_right(lambda images: execute.run(program, images), test)
    right_float = float_share_right(cell.network, graph, test, settings)
    return {
        "data": data,
        "seed": settings.seed,
        "calibration_images": settings.calibration_images,
        "test_images": len(test),
        "accuracy_float": right_float,
        "accuracy_program": right,
        "parameters": sum(layer.weight.size + layer.bias.size for layer in graph.convs),
        "weights": cost.weight_bytes,
        "float_bytes": 4 * cost.weight_bytes,
        "stored_bytes": cost.stored_bytes,
        "term_bits": _term_bits(program),
        "terms_a_weight": _terms_a_weight(program),
        "products_exact": cost.operations_exact,
        "multiplications": cost.multiplications,
        "additions": cost.additions,
        "shifts": cost.shifts,
        "shared": program.meta.get("additions_shared"),
        **taken,
    }


def _program(
    cell: Cell, level: Level, graph: Graph, train: ImageSet, settings: Settings
) -> Program:
    options = dataclasses.replace(level.options, seed=settings.seed)

    def progress(done: int, total: int, what: str) -> None:
        if done % 20 == 0:
            print(f"{cell.name}: {done}/{total} {what}", file=sys.stderr)

    if level.tuning is None:
        images = train.sample(settings.calibration_images, settings.seed).images
        return compile_graph(graph, images, options, progress).program
    tuning = dataclasses.replace(
        level.tuning, augment=train.image_shape[0] == 3, seed=settings.seed
    )
    checkpoint = settings.results / f"{cell.name}.checkpoint"
    program = finetune_graph(
        graph, train, options, tuning, settings.calibration_images, checkpoint, progress
    ).program
    checkpoint.unlink(missing_ok=True)
    return program


def _terms_a_weight(program: Program) -> float | None:
    layers = [node for node in program.convs if isinstance(node, DyadicConv)]
    weights = sum(node.terms[0].size for node in layers)
    terms = sum(np.count_nonzero(node.terms) for node in layers)
    return round(float(terms / weights), 4) if weights else None


def _term_bits(program: Program) -> int:
    """Bits that all terms take packed: a sign and a shift, or none, for each there is room for."""
    return sum(
        node.terms.size * int(2 * (node.finest_shift + 1)).bit_length()
        for node in program.convs
        if isinstance(node, DyadicConv)
    )
