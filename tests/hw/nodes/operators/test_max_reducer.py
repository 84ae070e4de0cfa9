from __future__ import annotations

import numpy as np
import pytest
from amaranth.hdl import Shape, signed, unsigned
from tabfab.hw.nodes.operators.max_reducer import MaxReducer

from support.streams import Beats, check_core


@pytest.mark.parametrize("shape", [signed(8), unsigned(8), signed(2)])
@pytest.mark.parametrize(
    ("lanes", "group", "taps"),
    [(1, 1, 1), (3, 1, 1), (1, 2, 1), (2, 9, 1), (2, 3, 3), (1, 1, 4), (3, 1, 9), (1, 2, 2)],
)
def test_keeps_the_largest_of_each_lane(
    shape: Shape, lanes: int, group: int, taps: int, rng: np.random.Generator
) -> None:
    low = -(1 << (shape.width - 1)) if shape.signed else 0
    values = rng.integers(low, low + (1 << shape.width), (10, group, lanes, taps))
    values[1] = low
    core = MaxReducer(shape, lanes, group, taps)
    beats = Beats.of(values.reshape(-1, lanes * taps), image=5 * group)
    check_core(core, beats, values.max(axis=(1, 3)))


def test_refuses_an_empty_group() -> None:
    with pytest.raises(ValueError, match="must be positive"):
        MaxReducer(unsigned(8), 1, 0)
