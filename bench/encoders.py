#!/usr/bin/env python3
"""How well encoders of different kinds code the activations of a compiled network.

For some table layers of PROGRAM, all encoders are learned on the same activations; the relative
error is that of putting each code's mean in place of its vectors, before any layer's weights.

    bench/encoders.py program/ --data cifar10 --images 200
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from tabfab.cli.evaluate import data_of
from tabfab.compiler.data import load
from tabfab.compiler.encoding import encode
from tabfab.compiler.errors import TabfabError
from tabfab.compiler.learn.nearest import learn_nearest_encoder
from tabfab.compiler.learn.refine_tree import group_means
from tabfab.compiler.learn.tree import learn_tree_encoder
from tabfab.compiler.program import INT8, ActivationType, Encoder, TableConv
from tabfab.compiler.program_file import load_program
from tabfab.sim import golden

Points = NDArray[np.int16]
"""(points, subspaces, length)."""
Learner = Callable[[Points, ActivationType], tuple[Encoder, Points]]
"""The encoder, and the points as it reads them."""

_POINTS = 8000
"""Vectors of each layer."""
_SUBSPACES = 2
"""Subspaces of each layer."""


def learners(prototypes: int, seed: int) -> dict[str, Learner]:
    """Every encoder that is compared, by what the table calls it."""
    least = prototypes.bit_length() - 1

    def tree(levels: int) -> Learner:
        return lambda points, kind: (
            learn_tree_encoder(points, kind, prototypes, levels=levels, seed=seed),
            points,
        )

    def differences(points: Points, kind: ActivationType) -> tuple[Encoder, Points]:
        """Nodes that compare x_i or x_i - x_j, at half the resolution so that both fit int8."""
        extended = with_differences(points)
        length = points.shape[2]
        metric = np.zeros((points.shape[1], extended.shape[2], length))
        metric[:, :length] = 2 * np.eye(length)  # errors count for the activations alone
        return learn_tree_encoder(extended, INT8, prototypes, metric, seed=seed), extended

    return {
        **{f"tree, {levels} levels": tree(levels) for levels in range(least, least + 5)},
        "tree of differences": differences,
        "nearest": lambda points, kind: (
            learn_nearest_encoder(points, kind, prototypes, seed),
            points,
        ),
    }


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


def main() -> None:
    """Print one row per layer."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("program", type=Path)
    parser.add_argument("--data", help="the data set of the program by default")
    parser.add_argument("--images", type=int, default=200, help="training images to code")
    parser.add_argument("--prototypes", type=int, default=16)
    parser.add_argument("--layers", type=int, default=4, help="how many, evenly spread")
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    try:
        program = load_program(options.program)
        images = load(data_of(program, options.data), "train").images[: options.images]
    except TabfabError as error:
        sys.exit(f"encoders: {error}")
    values = golden.run(program, images)
    kinds = learners(options.prototypes, options.seed)
    print("| layer | " + " | ".join(kinds) + " |\n" + "|---" * (len(kinds) + 1) + "|")
    layers = [
        node for node in program.convs if isinstance(node, TableConv) and node.layout == "pixel"
    ]
    chosen = np.unique(np.linspace(0, len(layers) - 1, options.layers).astype(int))
    generator = np.random.default_rng(options.seed)
    for layer in (layers[number] for number in chosen):
        source = values[layer.inputs[0]]
        length = layer.encoder.length
        vectors = source.reshape(-1, source.shape[-1])[:, : _SUBSPACES * length]
        drawn = vectors[generator.permutation(len(vectors))[:_POINTS]]
        points = drawn.reshape(len(drawn), -1, length)
        kind = program[layer.inputs[0]].type
        errors = [relative_error(*learn(points, kind), points) for learn in kinds.values()]
        print(f"| {layer.name} | " + " | ".join(f"{error:.3f}" for error in errors) + " |")


if __name__ == "__main__":
    main()
