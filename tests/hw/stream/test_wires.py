from __future__ import annotations

import numpy as np
import pytest
from amaranth.hdl import signed
from tabfab.hw.stream.wires import ChannelWires

from support.streams import Beats, Traffic, check

PIXELS = 6


@pytest.mark.parametrize("places", [(0,), (3, 1), (2, 0, 3, 1), (1, 1, 0, 3, 3)])
def test_wires(places: tuple[int, ...], traffic: Traffic, rng: np.random.Generator) -> None:
    pixels = rng.integers(-8, 8, (2 * PIXELS, 4))
    check(
        ChannelWires(signed(4), 4, places),
        {"i": Beats.of(pixels, image=PIXELS)},
        {"o": Beats.of(pixels[:, list(places)], image=PIXELS)},
        traffic,
        registered=False,
    )


@pytest.mark.parametrize("places", [(), (4,), (-1, 0)])
def test_refuses_places_that_are_not_there(places: tuple[int, ...]) -> None:
    with pytest.raises(ValueError, match="there are no places"):
        ChannelWires(signed(4), 4, places)
