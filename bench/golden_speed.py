#!/usr/bin/env python3
"""How fast the golden model is beside torch running the float network, image for image.

Both classify the same random images, in turns; a ratio of 0.25 means that the golden model takes
four times as long. Processor time of this process, so that other work on the machine counts less.

    bench/golden_speed.py program/ --images 100 --rounds 5
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import torch
from in_turns import median_ratio
from tabfab.compiler.frontend.model_file import kept_graph
from tabfab.compiler.graph import float_graph
from tabfab.compiler.program.program_file import load_program
from tabfab.compiler.store.errors import TabfabError
from tabfab.sim.models import golden


def arguments() -> argparse.Namespace:
    """What the command line says."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("program", type=Path, help="directory written by 'tabfab compile'")
    parser.add_argument("--images", type=int, default=100)
    parser.add_argument("--batch", type=int, default=50, help="images that torch takes at once")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seed", type=int, default=0)
    return parser.parse_args()


def milliseconds(run: Callable[[], object], images: int) -> float:
    """Processor time for each image."""
    start = time.process_time()
    run()
    return (time.process_time() - start) * 1e3 / images


def main() -> None:
    """Measure in turns and print each round and the median."""
    options = arguments()
    try:
        program = load_program(options.program)
        network = kept_graph(options.program)
    except TabfabError as error:
        sys.exit(f"golden_speed: {error}")
    if network is None:
        sys.exit(f"golden_speed: {options.program} keeps no float network to compare with")
    torch.set_num_threads(1)  # NumPy's part has no threads outside of matrix products
    channels, height, width = program.input.shape
    shape = (options.images, height, width, channels)
    images = np.random.default_rng(options.seed).integers(0, 256, shape, np.uint8)
    last = network.layers[-1].name
    pixels = torch.from_numpy(images.transpose(0, 3, 1, 2).copy())

    def classify() -> None:
        with torch.inference_mode():
            for batch in pixels.split(options.batch):
                float_graph.run(network, batch, keep=(last,))

    classify()  # the first run allocates
    ratio = median_ratio(
        options.rounds,
        ("torch, ms an image", lambda: milliseconds(classify, len(images))),
        (
            "golden model, ms an image",
            lambda: milliseconds(lambda: golden.logits(program, images), len(images)),
        ),
    )
    print(f"median ratio {ratio:.3f}, one thread of {os.cpu_count()} cores")


if __name__ == "__main__":
    main()
