from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from tabfab.compiler.program import INT8, UINT8, ActivationType, TreeEncoder
from tabfab.hw.device.families.catalog import FAMILIES
from tabfab.hw.nodes.methods.table.encoder import Encoder
from tabfab.hw.plan.pricing import price
from tabfab.hw.synth.cell_counts import device_cells

from support.programs import tree_encoder
from support.streams import Beats, check_core
from support.synthesized import synthesize_cores


def code(encoder: TreeEncoder, subspace: int, x: list[int]) -> int:
    """Walk one tree from the root to a leaf."""
    node = 0
    while node < encoder.leaves - 1:
        greater = x[encoder.dimensions[subspace, node]] > encoder.thresholds[subspace, node]
        node = 2 * node + 1 + int(greater)
    leaf = node - (encoder.leaves - 1)
    return leaf if encoder.leaf_codes is None else int(encoder.leaf_codes[subspace, leaf])


@pytest.mark.parametrize(
    ("prototypes", "length", "subspaces", "width", "type_"),
    [
        (2, 1, 1, 1, UINT8),
        (16, 4, 4, 2, UINT8),
        (16, 4, 5, 2, INT8),  # the last beat of a pixel is filled up
        (4, 3, 3, 3, ActivationType(2, signed=True)),
        (8, 5, 7, 4, ActivationType(3, signed=False)),
        (256, 2, 2, 1, INT8),
        (256, 9, 1, 1, UINT8),
        (512, 3, 2, 2, UINT8),  # codes of more than a byte
    ],
)
def test_codes_every_subspace(
    prototypes: int,
    length: int,
    subspaces: int,
    width: int,
    type_: ActivationType,
    rng: np.random.Generator,
) -> None:
    encoder = tree_encoder(rng, subspaces, prototypes, length, type_)
    beats = -(-subspaces // width)
    pixels = 20
    x = rng.integers(type_.low, type_.high + 1, (pixels, beats * width, length))
    expected = [
        [code(encoder, n, row[n].tolist()) if n < subspaces else 0 for n in range(beats * width)]
        for row in x
    ]
    check_core(
        Encoder(encoder, type_, width),
        Beats.of(x.reshape(pixels * beats, width * length), image=5 * beats),
        np.reshape(expected, (pixels * beats, width)),
    )


@pytest.mark.parametrize(
    ("leaves", "prototypes", "width"), [(4, 2, 1), (64, 16, 2), (16, 2, 3), (1024, 512, 1)]
)
def test_merged_leaves(leaves: int, prototypes: int, width: int, rng: np.random.Generator) -> None:
    nodes = (3, leaves - 1)
    encoder = TreeEncoder(
        rng.integers(0, 4, nodes).astype(np.int16),
        rng.integers(0, 256, nodes).astype(np.int16),
        4,
        rng.permuted(np.tile(np.arange(leaves) % prototypes, (3, 1)), axis=1).astype(np.uint16),
    )
    beats = -(-3 // width)
    x = rng.integers(0, 256, (20, beats * width, 4))
    expected = [
        [code(encoder, n, row[n].tolist()) if n < 3 else 0 for n in range(beats * width)]
        for row in x
    ]
    check_core(
        Encoder(encoder, UINT8, width),
        Beats.of(x.reshape(20 * beats, width * 4), image=5 * beats),
        np.reshape(expected, (20 * beats, width)),
    )


@pytest.mark.parametrize("type_", [INT8, UINT8])
def test_thresholds_outside_the_type_decide_for_good(type_: ActivationType) -> None:
    thresholds = np.array([[-1000], [type_.low - 1], [type_.low], [type_.high], [1000]], np.int16)
    encoder = TreeEncoder(np.zeros((5, 1), np.int16), thresholds, length=1)
    x = np.array([[type_.low] * 5, [type_.high] * 5])
    expected = [[1, 1, 0, 0, 0], [1, 1, 1, 0, 0]]
    check_core(Encoder(encoder, type_, 5), Beats.of(x, image=1), expected)


@pytest.mark.parametrize("width", [0, 4])
def test_refuses_a_width_beyond_its_subspaces(width: int, rng: np.random.Generator) -> None:
    with pytest.raises(ValueError, match=r"width must lie in 1\.\.3"):
        Encoder(tree_encoder(rng, 3, 4, 2, UINT8), UINT8, width)


def test_takes_the_flip_flops_that_it_says(tmp_path: Path, rng: np.random.Generator) -> None:
    encoders = [
        Encoder(tree_encoder(rng, subspaces, prototypes, length, UINT8), UINT8, width)
        for prototypes, length, subspaces, width in [(16, 4, 16, 1), (16, 2, 4, 2), (8, 4, 16, 2)]
    ]
    counts = synthesize_cores(encoders, "ecp5", tmp_path)
    for encoder, counted in zip(encoders, counts, strict=True):
        said = price(encoder.demand(), FAMILIES["ecp5"])
        assert said.flip_flops == pytest.approx(device_cells(counted).flip_flops, rel=0.1)
