from __future__ import annotations

import numpy as np
import pytest
from amaranth.hdl import signed
from tabfab.hw.window.reorderer import Loops, Reorderer, order_of

from support.streams import Beats, Traffic, check

ROWS = 3
CASES: list[tuple[int, Loops]] = [
    (1, ((1, 1),)),
    (1, ((2, 0),)),
    (3, ((2, 0), (3, 1), (2, 0), (1, 1))),
    (6, ((3, 0), (3, 2), (2, 0), (2, 1))),
    (4, ((1, 0), (2, 2), (3, 0), (2, 1))),
    (8, ((2, 2), (2, 4), (2, 1))),
    (12, ((2, 1), (3, 4), (2, 2))),
    (12, ((4, 1), (3, 4))),
]


@pytest.mark.parametrize(("beats", "loops"), CASES)
@pytest.mark.parametrize("lanes", [1, 2])
def test_reorders_rows(
    beats: int, loops: Loops, lanes: int, traffic: Traffic, rng: np.random.Generator
) -> None:
    rows = rng.integers(-8, 8, (2 * ROWS, beats, lanes))
    order = order_of(loops)
    check(
        Reorderer(signed(4), lanes, beats, loops),
        {"i": Beats.of(rows.reshape(-1, lanes), image=ROWS * beats)},
        {"o": Beats.of(rows[:, order].reshape(-1, lanes), image=ROWS * len(order))},
        traffic,
    )


@pytest.mark.parametrize(
    ("beats", "loops"), [(0, ((1, 1),)), (2, ((2, -1),)), (3, ((2, 1),)), (2, ((3, 1),))]
)
def test_refuses_loops_that_do_not_fit(beats: int, loops: Loops) -> None:
    with pytest.raises(ValueError, match=r"cannot be read|do not end with the last"):
        Reorderer(signed(4), 1, beats, loops)
