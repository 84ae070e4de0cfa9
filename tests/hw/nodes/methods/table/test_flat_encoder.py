from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tabfab.compiler.program import INT8, UINT8, ActivationType, TreeEncoder
from tabfab.compiler.program.encoding import encode
from tabfab.hw.device.families.catalog import FAMILIES
from tabfab.hw.nodes.methods.table.encoder import Encoder
from tabfab.hw.nodes.methods.table.flat_encoder import MOST_LEVELS, FlatEncoder
from tabfab.hw.plan.pricing import price
from tabfab.hw.synth.cell_counts import device_cells

from support.profiles import examples
from support.programs import tree_encoder
from support.streams import Beats, check_core
from support.synthesized import synthesize_cores


def check(encoder: TreeEncoder, kind: ActivationType, vectors: np.ndarray) -> None:
    """Codes as the program says, for (pixels, subspaces, length) vectors."""
    core = FlatEncoder(encoder, kind)
    beats = Beats.of(vectors.reshape(len(vectors), -1).tolist(), image=5)
    check_core(core, beats, encode(encoder, vectors.astype(np.int16)).tolist())


@examples(30)
@given(
    kind=st.builds(ActivationType, st.integers(2, 8), st.booleans()),
    levels=st.integers(1, MOST_LEVELS),
    length=st.integers(1, 5),
    subspaces=st.integers(1, 3),
    seed=st.integers(0, 1 << 16),
)
def test_codes_every_subspace(kind, levels: int, length: int, subspaces: int, seed: int) -> None:
    rng = np.random.default_rng(seed)
    encoder = tree_encoder(rng, subspaces, 1 << levels, length, kind)
    check(encoder, kind, rng.integers(kind.low, kind.high + 1, (20, subspaces, length)))


@pytest.mark.parametrize("kind", [INT8, UINT8])
def test_every_value_against_every_threshold(kind: ActivationType) -> None:
    values = np.arange(kind.low, kind.high + 1)
    thresholds = np.array([-1000, *range(kind.low - 1, kind.high + 1, 7), kind.high, 1000])
    shape = (len(thresholds), 1)
    encoder = TreeEncoder(np.zeros(shape, np.int16), thresholds.reshape(shape).astype(np.int16), 1)
    check(encoder, kind, np.tile(values[:, None, None], (1, len(thresholds), 1)))


@pytest.mark.parametrize("family", ["ecp5", "ice40", "xilinx"])
def test_takes_what_it_says_and_less_than_a_comparison_a_level(family: str, tmp_path: Path) -> None:
    rng = np.random.default_rng(0)
    levels = (4, MOST_LEVELS)  # alone, smaller ones are mapped for speed where LUTs can be joined
    trees = [
        TreeEncoder(
            rng.integers(0, 4, (3, (1 << n) - 1)).astype(np.int16),
            rng.integers(0, 255, (3, (1 << n) - 1)).astype(np.int16),
            4,
        )
        for n in levels
    ]
    flat = [FlatEncoder(each, UINT8) for each in trees]
    counts = synthesize_cores(
        [*flat, *(Encoder(each, UINT8, 3) for each in trees)], family, tmp_path
    )
    counted = [device_cells(each) for each in counts]
    for core, found in zip(flat, counted, strict=False):
        said = price(core.demand(), FAMILIES[family])
        assert said.luts == pytest.approx(found.luts, rel=0.25)
        assert said.flip_flops == pytest.approx(found.flip_flops, rel=0.1)
    for found, other in zip(counted[:2], counted[2:], strict=True):
        assert found.luts < other.luts
        assert found.flip_flops < other.flip_flops / 4
