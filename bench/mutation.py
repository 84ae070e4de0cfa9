#!/usr/bin/env python3
"""Mutation testing of the hardware: how many planted faults the bench catches.

A small residual network with every component is compiled from random weights, written as
Verilog, and faults are planted in it: comparisons flipped, carries dropped, counters and
addresses off by one, table rows swapped, accumulators shortened, registers that stick or are not
reset, handshakes inverted. Each mutant must differ from the models on some stream. Survivors are
tried for a proof that they are equivalent; the others are listed, and end it with status 1.

With --components, faults are planted in components on their own, as the formal proofs have them,
and each must break a property that is proven of its component.

    bench/mutation.py --mutants 1000 --json mutation.json
    bench/mutation.py --build build/ --mutants 100
    bench/mutation.py --components --mutants 100
    bench/mutation.py --components Queue Requantizer
"""

from __future__ import annotations

import argparse
import dataclasses
import json
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch
from tabfab.compiler.compile import compile_graph
from tabfab.compiler.frontend import import_graph
from tabfab.compiler.options import CompileOptions
from tabfab.compiler.store.errors import TabfabError
from tabfab.hw.plan import PlanOptions, make_plan
from tabfab.hw.rtl.build import write_build
from tabfab.sim.models.golden import Images
from tabfab.sim.mutation.component_mutation import ComponentResult, run_component_mutants
from tabfab.sim.mutation.mutate import KINDS
from tabfab.sim.mutation.mutation import MutationOptions, MutationResult, run_mutants
from tabfab.sim.proofs.catalog import select
from torch import nn
from torch.nn import functional

MASK = ("exact", "table", "table", "dyadic", "dyadic", "table")
_UNROLLED = "constant*"


class EveryComponent(nn.Module):
    """A residual network for 8 x 8 images that needs every hardware component."""

    def __init__(self) -> None:
        super().__init__()
        self.stem = _normalized(nn.Conv2d(1, 4, 3, padding=1))
        self.table = _normalized(nn.Conv2d(4, 4, 3, padding=1))
        self.depthwise = _normalized(nn.Conv2d(4, 4, 3, padding=1, groups=4))
        self.constant = _normalized(nn.Conv2d(4, 4, 1))
        self.wider = _normalized(nn.Conv2d(4, 8, 3, stride=2, padding=1))
        self.linear = nn.Linear(8, 6)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """(N, 1, 8, 8) images to (N, 6) scores."""
        x = functional.max_pool2d(functional.relu(self.stem(x)), 2)
        inside = torch.tanh(self.depthwise(functional.relu(self.table(x))))
        x = functional.relu(x + self.constant(inside))
        shortcut = functional.pad(x[:, :, ::2, ::2], (0, 0, 0, 0, 2, 2))
        x = functional.relu(self.wider(x) + shortcut)
        x = functional.avg_pool2d(x, 2)
        return self.linear(torch.flatten(x, 1))


def _normalized(layer: nn.Conv2d) -> nn.Sequential:
    """A layer whose outputs spread around zero: a fault does not show in a dead channel."""
    return nn.Sequential(layer, nn.BatchNorm2d(layer.out_channels, momentum=None))


def every_component(directory: Path, seed: int) -> None:
    """Compile the network, its weights random, and write its build."""
    torch.manual_seed(seed)
    images = _images((1, 8, 8), seed, count=400)
    model = EveryComponent()
    _polarize(model)
    with torch.no_grad():
        model(torch.from_numpy(images).permute(0, 3, 1, 2) / 255)  # for the batch statistics
    graph = import_graph(model.eval(), image_shape=(1, 8, 8))
    options = CompileOptions(mask=MASK, subspace_length=2, prototypes=4, terms=2, argmax=True)
    program = compile_graph(graph, images, options).program
    write_build(
        program,
        make_plan(program, PlanOptions(subspaces=4, outputs=4, unroll=(_UNROLLED,))),
        directory,
    )


def _polarize(model: nn.Module) -> None:
    """Give weights between channels of the same parity a plus, the others a minus.

    Then channels that are at one extreme where they are even and at the other where they are odd
    take every sum to the ends of its range, in which a shortened accumulator shows.
    """
    for layer in model.modules():
        if isinstance(layer, nn.Conv2d | nn.Linear):
            outputs, inputs, *window = layer.weight.shape
            parity = torch.arange(outputs)[:, None] + torch.arange(inputs)
            if isinstance(layer, nn.Conv2d) and layer.groups > 1:
                parity = torch.zeros(outputs, inputs)  # each channel has itself alone
            sign = (1 - 2 * (parity % 2)).reshape(outputs, inputs, *[1] * len(window))
            layer.weight.data = layer.weight.data.abs() * sign


def _images(shape: tuple[int, int, int], seed: int, count: int) -> Images:
    """Images of patches of all brightnesses, with and without noise, black and white ones.

    Parameters
    ----------
    shape: (channels, height, width).
    seed: of the random values.
    count: of images.
    """
    channels, height, width = shape
    rng = np.random.default_rng(seed)
    size = (count, height, width, channels)
    level = rng.integers(-128, 384, (count, height // 4, width // 4, 1))
    noise = rng.integers(-128, 128, size) * (rng.random((count, 1, 1, 1)) < 0.7)
    images = np.clip(level.repeat(4, axis=1).repeat(4, axis=2) + noise, 0, 255).astype(np.uint8)
    images[::10] = 255
    images[5::10] = 0
    return images


def main() -> int:
    """Test, print a table, write JSON."""
    arguments = _arguments()
    started = time.perf_counter()
    results: Sequence[MutationResult | ComponentResult]
    if arguments.components is not None:
        proofs = select(arguments.components)
        results = run_component_mutants(proofs, arguments.mutants, arguments.seed, _tell)
    else:
        results = _in_a_network(arguments)
    seconds = time.perf_counter() - started
    rows = [_row(result) for result in results]
    _print(rows, seconds)
    if arguments.json:
        report = {"seconds": round(seconds, 1), "seed": arguments.seed, "mutants": rows}
        arguments.json.write_text(json.dumps(report, indent=1))
    return int(any(row["outcome"] == "survived" for row in rows))


def _in_a_network(arguments: argparse.Namespace) -> list[MutationResult]:
    """Faults in a build, by default that of a network with every component."""
    with tempfile.TemporaryDirectory() as scratch:
        directory = arguments.build or Path(scratch) / "build"
        if arguments.build is None:
            every_component(directory, arguments.seed)
        options = MutationOptions(
            arguments.mutants, arguments.per_model, arguments.seed, not arguments.no_proofs
        )
        return run_mutants(directory, options, _tell)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--build", type=Path, help="a build of your own to plant faults in")
    parser.add_argument(
        "--components",
        nargs="*",
        metavar="NAME",
        help="plant faults in components on their own and try their proofs; without a name, in all",
    )
    parser.add_argument("--mutants", type=int, default=300, help="how many (default 300)")
    parser.add_argument("--per-model", type=int, default=300, help="how many at a time")
    parser.add_argument("--seed", type=int, default=0, help="of faults and traffic")
    parser.add_argument("--no-proofs", action="store_true", help="do not try survivors for a proof")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write every mutant's outcome")
    return parser.parse_args()


def _tell(done: int, total: int, what: str) -> None:
    print(f"{done} of {total} mutants: {what}", file=sys.stderr, flush=True)


def _row(result: MutationResult | ComponentResult) -> dict[str, object]:
    told = {name: value for name, value in vars(result).items() if name != "mutant"}
    return {"outcome": result.outcome, **told, **dataclasses.asdict(result.mutant)}


def _print(rows: list[dict[str, object]], seconds: float) -> None:
    outcomes = ("caught", "equivalent", "survived")
    counts = Counter((row["kind"], row["outcome"]) for row in rows)
    print(f"{'kind':<22}" + "".join(f"{outcome:>12}" for outcome in outcomes))
    for kind in KINDS:
        print(f"{kind:<22}" + "".join(f"{counts[kind, outcome]:>12}" for outcome in outcomes))
    totals = Counter(row["outcome"] for row in rows)
    print(f"{'total':<22}" + "".join(f"{totals[outcome]:>12}" for outcome in outcomes))
    print(f"{seconds:.0f} s")
    for row in rows:
        if row["outcome"] == "survived":
            place = row.get("proof", row["module"])
            print(f"survived: {row['kind']} in {place}: {row['told']}")


if __name__ == "__main__":
    try:
        sys.exit(main())
    except TabfabError as error:
        sys.exit(f"error: {error}")
