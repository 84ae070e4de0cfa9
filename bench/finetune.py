#!/usr/bin/env python3
"""What each ingredient of fine-tuning gives: a ladder of programs, tested on integers.

Every rung is one JSON file in --output. Rungs that are there are not run again, and a rung that
was killed goes on from its checkpoint, so that the ladder may be built up over hours.

    bench/finetune.py model.pt2 --data digits --mask 0,1,1 --prototypes 4
    bench/finetune.py resnet20.pt2 --data cifar10 --rung converted --rung thresholds
"""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np
from cells import keep_result, read_result, run_missing
from tabfab.compiler.compile import compile_graph
from tabfab.compiler.data import ImageSet, load
from tabfab.compiler.finetune.options import FinetuneOptions
from tabfab.compiler.finetune.run import finetune_graph
from tabfab.compiler.frontend import import_graph
from tabfab.compiler.frontend.model_file import load_model
from tabfab.compiler.graph import Graph
from tabfab.compiler.graph.float_graph import answers
from tabfab.compiler.options import CompileOptions
from tabfab.compiler.program import Program
from tabfab.compiler.program.cost import program_cost
from tabfab.compiler.store.errors import TabfabError
from tabfab.compiler.tasks.classes import Classes
from tabfab.sim.models import golden

_CALIBRATION = 1000

RUNGS = {
    "float": "the float network",
    "converted": "converted, no gradient step",
    "layers": "trained after each layer's conversion, thresholds as learned",
    "together": "and then all layers together",
    "thresholds": "and thresholds trained too",
    "merged": "and trees of two more levels, their leaves merged",
}
"""What each rung adds to the one before."""


def arguments() -> argparse.Namespace:
    """What the command line says."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("model", type=Path)
    parser.add_argument("--data", default="cifar10")
    parser.add_argument("--mask", help="zeros and ones; all but the first layer by default")
    parser.add_argument("--subspace-length", type=int, default=4)
    parser.add_argument("--prototypes", type=int, default=16)
    parser.add_argument("--steps-per-layer", type=int, default=FinetuneOptions.steps_per_layer)
    parser.add_argument("--joint-steps", type=int, default=FinetuneOptions.joint_steps)
    parser.add_argument("--batch", type=int, default=FinetuneOptions.batch)
    parser.add_argument("--learning-rate", type=float, default=FinetuneOptions.learning_rate)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--rung", action="append", choices=RUNGS, help="all by default")
    parser.add_argument("--output", type=Path, default=Path("finetune-ladder"))
    return parser.parse_args()


def settings(
    options: argparse.Namespace, rung: str, graph: Graph, colour: bool
) -> tuple[CompileOptions, FinetuneOptions]:
    """How a rung is converted and trained."""
    first_exact = (0, *(1,) * (len(graph.convs) - 1))
    mask = tuple(map(int, options.mask.split(","))) if options.mask else first_exact
    levels = options.prototypes.bit_length() + 1
    compiling = CompileOptions(
        mask=mask,
        subspace_length=options.subspace_length,
        prototypes=options.prototypes,
        tree_levels=levels if rung == "merged" else None,
        seed=options.seed,
    )
    tuning = FinetuneOptions(
        steps_per_layer=options.steps_per_layer,
        joint_steps=0 if rung == "layers" else options.joint_steps,
        batch=options.batch,
        learning_rate=options.learning_rate,
        augment=colour,
        train_thresholds=rung in ("thresholds", "merged"),
        seed=options.seed,
    )
    return compiling, tuning


def make(options: argparse.Namespace, rung: str, graph: Graph, train: ImageSet) -> Program:
    """The program of a rung."""
    compiling, tuning = settings(options, rung, graph, train.image_shape[0] == 3)
    if rung == "converted":
        return compile_graph(
            graph, train.sample(_CALIBRATION, options.seed).images, compiling
        ).program

    def progress(done: int, total: int, what: str) -> None:
        if done % 20 == 0:
            print(f"{rung}: {done}/{total} {what}", file=sys.stderr)

    checkpoint = options.output / f"{rung}.checkpoint"
    result = finetune_graph(graph, train, compiling, tuning, _CALIBRATION, checkpoint, progress)
    return result.program


def measure(options: argparse.Namespace, rung: str) -> dict[str, Any]:
    """The figures of a rung, ready for JSON."""
    graph = import_graph(load_model(options.model).network)
    train, test = load(options.data, "train"), load(options.data, "test")
    figures: dict[str, Any] = {"rung": rung, "what": RUNGS[rung], "seed": options.seed}
    start = time.process_time()
    if rung == "float":
        classes = Classes().decide(answers(graph, test.images).numpy())
        cost = None
    else:
        program = make(options, rung, graph, train)
        figures["processor_seconds"] = round(time.process_time() - start)
        classes = Classes().decide(golden.logits(program, test.images))
        cost = program_cost(program)
        figures["stored_bytes"] = cost.stored_bytes
        figures["settings"] = program.meta
    figures["accuracy"] = float(np.mean(classes == test.labels))
    figures["test_images"] = len(test)
    return figures


def run(options: argparse.Namespace, rung: str) -> None:
    """Measure a rung and keep its figures, for which the checkpoint is not needed any more."""
    keep_result(options.output, rung, measure(options, rung))
    (options.output / f"{rung}.checkpoint").unlink(missing_ok=True)


def main() -> None:
    """Measure what is missing, and print all rungs that are there."""
    options = arguments()
    options.output.mkdir(parents=True, exist_ok=True)
    try:
        run_missing(options.rung or RUNGS, options.output, lambda rung: run(options, rung))
    except TabfabError as error:
        sys.exit(f"finetune: {error}")
    for rung, what in RUNGS.items():
        result = read_result(options.output, rung)
        share = f"{result['accuracy']:7.2%}" if result else "not run"
        print(f"{share:>8}  {what}")


if __name__ == "__main__":
    main()
