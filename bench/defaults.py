#!/usr/bin/env python3
"""What the defaults of `tabfab compile` keep of a network, and what other sizes would.

Compiles a network with several settings and tests each program, and the float network, on test
images. "kept" is the program's share of the images that the float network gets right. What is not
named is as the defaults have it: all-but-first, L = 4, K = 16, trees of 4 levels.

    bench/defaults.py lenet.pt2 --data mnist --data-dir data/
    bench/defaults.py ds-cnn.pt2 --data digits --settings all all-but-first
"""

from __future__ import annotations

import argparse
import dataclasses
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np
from tabfab.compiler.compile import compile_graph
from tabfab.compiler.data import load
from tabfab.compiler.frontend import import_network
from tabfab.compiler.frontend.model_file import load_model
from tabfab.compiler.graph import float_graph
from tabfab.compiler.options import CALIBRATION_IMAGES, CompileOptions
from tabfab.compiler.program.cost import program_cost
from tabfab.compiler.store.errors import TabfabError
from tabfab.sim.models import golden

SETTINGS: dict[str, dict[str, Any]] = {
    "all": {"mask": "all"},
    "all-but-first": {"mask": "all-but-first"},
    "all, L = 2": {"mask": "all", "subspace_length": 2},
    "all, 7 levels": {"mask": "all", "tree_levels": 7},
    "all-but-first, L = 2": {"mask": "all-but-first", "subspace_length": 2},
    "all-but-first, 7 levels": {"mask": "all-but-first", "tree_levels": 7},
    "all-but-first, L = 2, 7 levels": {
        "mask": "all-but-first",
        "subspace_length": 2,
        "tree_levels": 7,
    },
}


def arguments() -> argparse.Namespace:
    """What the command line says."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("model", type=Path, help="network saved with torch.export")
    parser.add_argument("--data", required=True, help="as of 'tabfab compile'")
    parser.add_argument("--data-dir", type=Path)
    parser.add_argument("--calibration-images", type=int, default=CALIBRATION_IMAGES)
    parser.add_argument("--images", type=int, default=1000, help="test images, at most")
    parser.add_argument("--settings", nargs="+", choices=SETTINGS, default=list(SETTINGS))
    parser.add_argument("--seed", type=int, default=0)
    return parser.parse_args()


def main() -> None:
    """Compile, test and print a row for each setting."""
    options = arguments()
    try:
        train = load(options.data, "train", options.data_dir)
        test = load(options.data, "test", options.data_dir).first(options.images)
        graph = import_network(load_model(options.model).network).graph
    except TabfabError as error:
        sys.exit(f"defaults: {error}")
    images = train.sample(options.calibration_images, options.seed).images
    answers = float_graph.answers(graph, test.images).numpy()
    right = int((answers.argmax(axis=1) == test.labels).sum())
    print(f"{options.model.name}: float {right / len(test):.2%} of {len(test)} test images right")
    for name in options.settings:
        started = time.process_time()
        chosen = dataclasses.replace(CompileOptions(seed=options.seed), **SETTINGS[name])
        program = compile_graph(graph, images, chosen).program
        taken = time.process_time() - started
        decided = golden.logits(program, test.images).argmax(axis=1)
        reached = int((decided == test.labels).sum())
        alike = np.mean(decided == answers.argmax(axis=1))
        cost = program_cost(program)
        print(
            f"{name:31} {reached / len(test):7.2%} right, kept {reached / right:6.1%}, "
            f"alike {alike:6.1%}, {cost.operations_program:12,} operations, "
            f"{cost.stored_bytes:9,} bytes, {taken:5.0f} s",
            flush=True,
        )


if __name__ == "__main__":
    main()
