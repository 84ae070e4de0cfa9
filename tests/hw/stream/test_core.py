from __future__ import annotations

import numpy as np
import pytest
from amaranth.hdl import unsigned
from tabfab.hw.stream.core import Chain, Core

from support.cores import BITS, Echo
from support.streams import Beats, check_core


def test_a_chain_adds_up_latencies_and_keeps_the_groups(rng: np.random.Generator) -> None:
    chain = Chain(first=Echo(2), second=Echo(0, (3, 1)), third=Echo(1))
    assert chain.latency == 3
    assert chain.groups == (3, 1)
    data = rng.integers(0, 1 << BITS, (24, 1))
    check_core(chain, Beats.of(data, image=8), data[[2, 3, 6, 7, 10, 11, 14, 15, 18, 19, 22, 23]])


def test_a_chain_of_one_is_that_core(rng: np.random.Generator) -> None:
    data = rng.integers(0, 1 << BITS, (9, 1))
    check_core(Chain(only=Echo(1)), Beats.of(data, image=3), data)


def test_equal_groups_make_groups_of_groups(rng: np.random.Generator) -> None:
    chain = Chain(a=Echo(1, (2,)), b=Echo(1), c=Echo(1, (3,)))
    assert chain.groups == (6,)
    data = rng.integers(0, 1 << BITS, (24, 1))
    check_core(chain, Beats.of(data, image=12), data[5::6])


def test_refuses_two_groupings_in_a_chain_where_groups_differ() -> None:
    with pytest.raises(ValueError, match="only one core of a chain may make groups that differ"):
        Chain(a=Echo(1, (2, 1)), b=Echo(1), c=Echo(1, (3,)))


@pytest.mark.parametrize(
    ("lanes_in", "lanes_out", "groups"), [(0, 1, (1,)), (1, 0, (1,)), (1, 1, (2, 0))]
)
def test_refuses_empty_beats_and_groups(
    lanes_in: int, lanes_out: int, groups: tuple[int, ...]
) -> None:
    with pytest.raises(ValueError, match="must be positive"):
        Core(i=(unsigned(1), lanes_in), o=(unsigned(1), lanes_out), latency=0, groups=groups)
