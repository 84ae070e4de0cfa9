from __future__ import annotations

import numpy as np
import pytest
from amaranth.hdl import signed, unsigned
from tabfab.hw.stream.fork import Fork

from support.streams import Beats, Traffic, check


@pytest.mark.parametrize("depths", [(1, 1), (2, 2), (1, 5), (3, 1, 2)])
def test_gives_every_reader_every_beat(
    depths: tuple[int, ...], traffic: Traffic, rng: np.random.Generator
) -> None:
    beats = Beats.of(rng.integers(-4, 4, (30, 2)), image=6)
    readers = {f"o{n}": beats for n in range(len(depths))}
    check(Fork(signed(3), 2, depths), {"i": beats}, readers, traffic)


@pytest.mark.parametrize("depths", [(), (4,)])
def test_refuses_fewer_than_two_readers(depths: tuple[int, ...]) -> None:
    with pytest.raises(ValueError, match="at least two readers"):
        Fork(unsigned(1), 1, depths)
