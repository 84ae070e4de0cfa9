"""The benchmark of flattened sums and encoders: what it counts computes the same as the trees."""

from __future__ import annotations

import flattened
import numpy as np
import pytest

from support.streams import Beats, check_core


@pytest.mark.parametrize(("bits", "terms"), [(6, 25), (3, 3), (4, 2), (5, 16)])
def test_sums_are_alike(bits: int, terms: int) -> None:
    rng = np.random.default_rng(0)
    low, high = -(1 << (bits - 1)), (1 << (bits - 1)) - 1
    x = rng.integers(low, high + 1, (12, terms))
    x[0], x[1] = low, high
    beats = Beats.of(x.tolist(), image=4)
    (_, tree, flat), _ = flattened.pairs(terms, bits, 2, seed=0)
    for core in (tree, flat):
        check_core(core, beats, x.sum(axis=1, keepdims=True).tolist())


@pytest.mark.parametrize("levels", [1, 4])
def test_codes_are_of_one_encoder(levels: int) -> None:
    _, (_, tree, flat) = flattened.pairs(2, 2, levels, seed=1)
    assert tree.encoder is flat.encoder
