#!/usr/bin/env python3
"""ResNet-20 for CIFAR-10 as lookup tables: accuracy before and after, time and memory.

Every convolution but the first becomes a table (L = 4, K = 16), calibrated on the first images
of an .npz and tested on the others. The checkpoint is that of
github.com/akamaster/pytorch_resnet_cifar10. Where the images are from CIFAR-10's training set,
the float network has seen them all; only the tables are then tested on images they have not seen.

    bench/resnet20.py --checkpoint resnet20-12fca82f.th --images cifar10_lossless_train.npz
"""

from __future__ import annotations

import argparse
import json
import resource
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from tabfab.compiler.compile import Compilation, compile_graph
from tabfab.compiler.frontend import import_graph
from tabfab.compiler.networks import NetworkSettings
from tabfab.compiler.options import CompileOptions
from tabfab.compiler.program.cost import program_cost
from tabfab.compiler.store.errors import TabfabError
from tabfab.compiler.tasks.classes import Classes
from tabfab.compiler.train.weights import import_state_dict
from tabfab.sim.models import golden

SETTINGS = NetworkSettings(
    channels=3,
    size=(32, 32),
    classes=10,
    mean=(0.485, 0.456, 0.406),
    std=(0.229, 0.224, 0.225),
)


def arguments() -> argparse.Namespace:
    """What the command line says."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--checkpoint", type=Path, required=True)
    parser.add_argument("--images", type=Path, required=True, help=".npz with images and labels")
    parser.add_argument("--calibration", type=int, default=1000, help="images to learn from")
    parser.add_argument("--linear", choices=("table", "exact"), default="table")
    parser.add_argument("--encoder", choices=("tree", "nearest"), default="tree")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--output", type=Path, default=Path("resnet20.json"))
    return parser.parse_args()


def compile_resnet20(
    options: argparse.Namespace, images: NDArray[np.uint8]
) -> tuple[Compilation, float]:
    """The compiled network and the seconds it took."""
    module = import_state_dict("resnet20", options.checkpoint, SETTINGS)
    graph = import_graph(module, (3, 32, 32))
    tables = len(graph.convs) - 2
    mask = (0, *(1,) * tables, int(options.linear == "table"))
    settings = CompileOptions(mask=mask, encoder=options.encoder, seed=options.seed)
    start = time.perf_counter()

    def progress(done: int, total: int, what: str) -> None:
        print(f"{time.perf_counter() - start:7.1f} s  {done:3}/{total} {what}", file=sys.stderr)

    compilation = compile_graph(graph, images, settings, progress)
    return compilation, time.perf_counter() - start


def measure(options: argparse.Namespace) -> dict[str, object]:
    """All figures, ready for JSON."""
    with np.load(options.images) as data:
        images, labels = data["images"], data["labels"]
    calibration, tested = images[: options.calibration], images[options.calibration :]
    compilation, seconds = compile_resnet20(options, calibration)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20

    def accuracy(answers: Callable[[NDArray[np.uint8]], NDArray[np.generic]]) -> float:
        right = Classes().decide(answers(tested)) == labels[options.calibration :]
        return float(right.mean())

    cost = program_cost(compilation.program)
    return {
        "calibration_images": len(calibration),
        "test_images": len(tested),
        "accuracy_float": accuracy(compilation.float_answers),
        "accuracy_float_tables": accuracy(compilation.learned_answers),
        "accuracy_program": accuracy(lambda x: golden.logits(compilation.program, x)),
        "seconds": round(seconds, 1),
        "peak_memory_gib": round(peak, 2),
        "operations_exact": cost.operations_exact,
        "operations_program": cost.operations_program,
        "weight_bytes": cost.weight_bytes,
        "stored_bytes": cost.stored_bytes,
        "similarity": {node.name: round(node.similarity, 4) for node in compilation.program.convs},
        **{name: value for name, value in compilation.program.meta.items() if name != "methods"},
        "linear": options.linear,
    }


def main() -> None:
    """Measure, print, and write the JSON."""
    options = arguments()
    try:
        result = measure(options)
    except TabfabError as error:
        sys.exit(f"resnet20: {error}")
    text = json.dumps(result, indent=2)
    print(text)
    options.output.write_text(text + "\n")


if __name__ == "__main__":
    main()
