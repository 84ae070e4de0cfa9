#!/usr/bin/env python3
"""How well encoders of different kinds code the activations of a compiled network.

For some table layers of PROGRAM, all encoders are learned on the same activations; the relative
error is that of putting each code's mean in place of its vectors, before any layer's weights.
With --hardware, what an encoder costs on an FPGA follows, by Yosys: for all subspaces of one of
these layers, trees of each depth, that code one subspace per clock unless --width says more, and
nearest prototypes, some of which are compared per clock.

    bench/encoders.py program/ --data cifar10 --images 200
    bench/encoders.py program/ --data cifar10 --hardware --family ice40
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from tabfab.cli.evaluate import data_of
from tabfab.compiler.data import load
from tabfab.compiler.methods.table.nearest import (
    learn_nearest_encoder,
    learn_nearest_l1_encoder,
)
from tabfab.compiler.methods.table.refine_tree import group_means
from tabfab.compiler.methods.table.tree import learn_tree_encoder
from tabfab.compiler.program import INT8, ActivationType, Encoder, NearestEncoder, TableConv
from tabfab.compiler.program.encoding import encode
from tabfab.compiler.program.program_file import load_program
from tabfab.compiler.store.errors import TabfabError
from tabfab.hw.device.families.catalog import FAMILIES
from tabfab.hw.logic.packing import MemoryOptions
from tabfab.hw.nodes.methods.table.encoder import Encoder as HardwareEncoder
from tabfab.hw.nodes.methods.table.nearest_hardware import ELEMENTS, PROTOTYPES, NearestHardware
from tabfab.hw.stream.core import Core
from tabfab.hw.synth.cell_counts import device_cells
from tabfab.hw.synth.core_synth import synthesize_core
from tabfab.sim.models import golden

Points = NDArray[np.int16]
"""(points, subspaces, length)."""
Learner = Callable[[Points, ActivationType], tuple[Encoder, Points]]
"""The encoder, and the points as it reads them."""

_POINTS = 8000
"""Vectors of each layer."""
_SUBSPACES = 2
"""Subspaces of each layer."""
_DEEPER = 5
"""Depths of trees, from that with a leaf for each prototype on."""
_CLOCKS = (1, 4, 16, 64)
"""For a subspace, that nearest prototypes are folded for."""
NEAREST: dict[str, Callable[..., NearestEncoder]] = {
    "nearest": learn_nearest_encoder,
    "nearest-l1": learn_nearest_l1_encoder,
}
"""How prototypes are learned for each distance."""


def learners(prototypes: int, seed: int) -> dict[str, Learner]:
    """Every encoder that is compared, by what the table calls it."""

    def tree(levels: int) -> Learner:
        return lambda points, kind: (
            learn_tree_encoder(points, kind, prototypes, levels=levels),
            points,
        )

    def nearest(learn: Callable[..., NearestEncoder]) -> Learner:
        return lambda points, kind: (learn(points, kind, prototypes, seed), points)

    def differences(points: Points, kind: ActivationType) -> tuple[Encoder, Points]:
        """Nodes that compare x_i or x_i - x_j, at half the resolution so that both fit int8."""
        extended = with_differences(points)
        length = points.shape[2]
        metric = np.zeros((points.shape[1], extended.shape[2], length))
        metric[:, :length] = 2 * np.eye(length)  # errors count for the activations alone
        return learn_tree_encoder(extended, INT8, prototypes, metric), extended

    return {
        **{f"tree, {levels} levels": tree(levels) for levels in depths(prototypes)},
        "tree of differences": differences,
        **{name: nearest(learn) for name, learn in NEAREST.items()},
    }


def depths(prototypes: int) -> range:
    """Levels of the trees that are compared."""
    least = prototypes.bit_length() - 1
    return range(least, least + _DEEPER)


def with_differences(points: Points) -> Points:
    """Half of each element and of each pair's difference: (points, subspaces, elements)."""
    first, second = np.triu_indices(points.shape[2], 1)
    pairs = points[..., first] - points[..., second]
    return np.concatenate([points >> 1, pairs >> 1], axis=-1)


def relative_error(encoder: Encoder, read: Points, points: Points) -> float:
    """Root of the squared distance to each code's mean, relative to the points' length."""
    codes = encode(encoder, read)
    left = 0.0
    for subspace in range(points.shape[1]):
        code, x = codes[:, subspace], points[:, subspace]
        left += float(((x - group_means(x, code, encoder.prototypes)[code]) ** 2).sum())
    return (left / max(float((points.astype(np.float64) ** 2).sum()), 1.0)) ** 0.5


def activations(layer: TableConv, values: Mapping[str, NDArray[np.generic]], seed: int) -> Points:
    """Some of the vectors that a layer codes, of all its subspaces."""
    source = values[layer.inputs[0]].astype(np.int16)
    vectors = source.reshape(-1, source.shape[-1])
    drawn = vectors[np.random.default_rng(seed).permutation(len(vectors))[:_POINTS]]
    return drawn.reshape(len(drawn), -1, layer.encoder.length)


def hardware(
    points: Points, kind: ActivationType, options: argparse.Namespace
) -> Iterator[tuple[str, ...]]:
    """Rows of what trees of each depth cost, and nearest prototypes in several foldings."""
    for levels in depths(options.prototypes):
        trees = learn_tree_encoder(points, kind, options.prototypes, levels=levels)
        width = min(options.width, trees.subspaces)
        core = HardwareEncoder(trees, kind, width)
        yield cost(f"tree, {levels} levels", 1 / width, core, options.family)
    for name, learn in NEAREST.items():
        encoder = learn(points, kind, options.prototypes, options.seed)
        found = NearestHardware(encoder, kind, 1)
        for clocks in _CLOCKS:
            knobs = next(iter(found.choices(encoder.subspaces * clocks)))
            taken = found.geometry(knobs).steps / encoder.subspaces
            core = found.core(knobs, MemoryOptions(options.family))
            at_once = f"{knobs[PROTOTYPES]} prototypes, {knobs[ELEMENTS]} elements"
            yield cost(f"{name}, {at_once}", taken, core, options.family)


def cost(name: str, clocks: float, core: Core, family: str) -> tuple[str, ...]:
    """A row: what a core takes of an FPGA, by Yosys, and the clocks of a subspace."""
    with tempfile.TemporaryDirectory(prefix="tabfab-") as scratch:
        cells = device_cells(synthesize_core(core, family, Path(scratch)))
    amounts = (cells.luts, cells.flip_flops, cells.block_rams, cells.multipliers, core.latency)
    return name, f"{clocks:g}", *(f"{amount:,.0f}" for amount in amounts)


def print_row(*cells: str) -> None:
    """One row of a Markdown table."""
    print("| " + " | ".join(cells) + " |", flush=True)


def print_heads(*heads: str) -> None:
    """The first two rows of a Markdown table."""
    print_row(*heads)
    print_row(*("---" for _ in heads))


def arguments() -> argparse.Namespace:
    """What the command line says."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("program", type=Path)
    parser.add_argument("--data", help="the data set of the program by default")
    parser.add_argument("--images", type=int, default=200, help="training images to code")
    parser.add_argument("--prototypes", type=int, default=16)
    parser.add_argument("--layers", type=int, default=4, help="how many, evenly spread")
    parser.add_argument("--hardware", action="store_true", help="synthesize encoders too")
    parser.add_argument("--layer", help="whose encoder is synthesized; the middle one by default")
    parser.add_argument("--family", choices=FAMILIES, default="ecp5", help="to synthesize for")
    parser.add_argument("--width", type=int, default=1, help="subspaces that trees code per clock")
    parser.add_argument("--seed", type=int, default=0)
    return parser.parse_args()


def main() -> None:
    """Print one row per layer, and one per depth of a tree."""
    options = arguments()
    try:
        program = load_program(options.program)
        images = load(data_of(program, options.data, options.program), "train").images[
            : options.images
        ]
    except TabfabError as error:
        sys.exit(f"encoders: {error}")
    layers = {
        node.name: node
        for node in program.convs
        if isinstance(node, TableConv) and node.layout == "pixel"
    }
    names = list(layers)
    middle = options.layer or names[len(names) // 2]
    if middle not in layers:
        sys.exit(f"encoders: there is no layer {middle!r}; choose one of {', '.join(layers)}")
    values = golden.run(program, images)
    kinds = learners(options.prototypes, options.seed)
    print_heads("layer", *kinds)
    for number in np.unique(np.linspace(0, len(names) - 1, options.layers).astype(int)):
        layer = layers[names[number]]
        points = activations(layer, values, options.seed)[:, :_SUBSPACES]
        kind = program[layer.inputs[0]].type
        errors = [relative_error(*learn(points, kind), points) for learn in kinds.values()]
        print_row(layer.name, *(f"{error:.3f}" for error in errors))
    if options.hardware:
        layer = layers[middle]
        points = activations(layer, values, options.seed)
        print(f"\n{middle}: {points.shape[1]} subspaces, {options.width} per clock\n")
        print_heads(
            "encoder", "clocks", "LUTs", "flip-flops", "block RAMs", "multipliers", "latency"
        )
        for row in hardware(points, program[layer.inputs[0]].type, options):
            print_row(*row)


if __name__ == "__main__":
    main()
