from __future__ import annotations

import numpy as np
import pytest
from amaranth.hdl import signed
from tabfab.hw.nodes.operators.channel_select import BeatSelector

from support.streams import Beats, Traffic, check

PIXELS = 6


@pytest.mark.parametrize(
    ("beats", "first", "end"), [(1, 0, 1), (2, 0, 1), (2, 1, 2), (5, 1, 3), (4, 2, 4), (3, 0, 3)]
)
@pytest.mark.parametrize("lanes", [1, 3])
def test_selects_beats(
    beats: int, first: int, end: int, lanes: int, traffic: Traffic, rng: np.random.Generator
) -> None:
    pixels = rng.integers(-8, 8, (2 * PIXELS, beats, lanes))
    kept = pixels[:, first:end]
    check(
        BeatSelector(signed(4), lanes, beats, first, end, PIXELS),
        {"i": Beats.of(pixels.reshape(-1, lanes), image=PIXELS * beats)},
        {"o": Beats.of(kept.reshape(-1, lanes), image=PIXELS * (end - first))},
        traffic,
        registered=False,
    )


@pytest.mark.parametrize(("beats", "first", "end"), [(2, 1, 1), (2, 0, 3), (0, 0, 0)])
def test_refuses_beats_that_are_not_there(beats: int, first: int, end: int) -> None:
    with pytest.raises(ValueError, match="there are no beats"):
        BeatSelector(signed(4), 1, beats, first, end, PIXELS)
