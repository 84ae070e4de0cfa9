from __future__ import annotations

import numpy as np
import pytest
from amaranth.hdl import signed
from hypothesis import given
from hypothesis import strategies as st
from tabfab.hw.nodes.methods.table.least_distance import LeastDistance

from support.profiles import examples
from support.streams import Beats, check_core


@examples(25)
@given(
    bits=st.integers(1, 12),
    prototypes=st.sampled_from([2, 4, 8, 16]),
    at_once=st.sampled_from([1, 2, 4, 8]),
    subspaces=st.integers(1, 3),
    most=st.integers(0, 1 << 12),
    seed=st.integers(0, 1 << 16),
)
def test_names_the_first_of_the_least(bits, prototypes, at_once, subspaces, most, seed) -> None:
    at_once = min(at_once, prototypes)
    rng = np.random.default_rng(seed)
    most = min(most, (1 << bits) - 1)  # few values make ties
    distances = rng.integers(0, most + 1, (6, prototypes // at_once, subspaces, at_once))
    core = LeastDistance(
        signed(bits + 2), bits, prototypes, at_once, subspaces, (prototypes - 1).bit_length()
    )
    by_subspace = distances.transpose(0, 2, 1, 3).reshape(6, subspaces, prototypes)
    beats = distances.reshape(-1, subspaces * at_once)
    image = 3 * prototypes // at_once
    check_core(core, Beats.of(beats.tolist(), image=image), by_subspace.argmin(axis=2).tolist())


def test_looks_at_no_more_bits_than_a_distance_needs() -> None:
    core = LeastDistance(signed(9), 3, 2, 2, 1, 1)
    check_core(core, Beats.of([[0b1000, 1], [0b1111, 6]], image=1), [[0], [1]])


def test_refuses_blocks_that_do_not_divide_the_prototypes() -> None:
    with pytest.raises(ValueError, match="3"):
        LeastDistance(signed(9), 8, 8, 3, 1, 3)
