from __future__ import annotations

import numpy as np
import pytest
from tabfab.hw.engine.adder_tree import AdderTree

from support.streams import Beats, check_core


@pytest.mark.parametrize("lanes", [1, 2, 3, 4, 5, 7, 8, 9])
@pytest.mark.parametrize("outputs", [1, 3])
def test_sums_over_the_lanes(lanes: int, outputs: int, rng: np.random.Generator) -> None:
    terms = rng.integers(-128, 128, (30, lanes, outputs))
    terms[0], terms[1] = -128, 127
    tree = AdderTree(8, lanes, outputs)
    assert tree.latency == int(np.ceil(np.log2(lanes)))
    check_core(tree, Beats.of(terms.reshape(30, -1), image=6), terms.sum(axis=1))


def test_terms_of_one_bit() -> None:
    check_core(
        AdderTree(1, 2, 1), Beats.of([[0, 0], [0, -1], [-1, -1]], image=3), [[0], [-1], [-2]]
    )


def test_refuses_to_add_nothing() -> None:
    with pytest.raises(ValueError, match="must be positive"):
        AdderTree(8, 1, 0)
