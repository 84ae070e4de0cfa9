from __future__ import annotations

import numpy as np
import pytest
from amaranth.hdl import signed
from tabfab.compiler.program import Edges
from tabfab.hw.window.border_padder import BorderPadder

from support.streams import FULL_SPEED, Beats, Traffic, check, drive
from support.streams import Bench as StreamBench

LANES = 2
PIXEL = [[-1, 3], [5, -7]]


def image_beats(size: tuple[int, int], images: int) -> np.ndarray:
    rng = np.random.default_rng(4)
    return rng.integers(-8, 8, (images, *size, len(PIXEL), LANES))


NONE = (0, 0)


@pytest.mark.parametrize(
    "border", [(NONE, NONE), ((1, 1), NONE), (NONE, (2, 2)), ((0, 2), (1, 0)), ((3, 1), (1, 2))]
)
@pytest.mark.parametrize("size", [(1, 1), (3, 2)])
def test_puts_pixels_around(size: tuple[int, int], border: Edges) -> None:
    check_border(size, border, FULL_SPEED)


def test_keeps_the_rules_under_any_traffic(traffic: Traffic) -> None:
    check_border((2, 3), ((1, 0), (2, 2)), traffic)


def check_border(size: tuple[int, int], border: Edges, traffic: Traffic) -> None:
    padder = BorderPadder(signed(4), LANES, size, border, PIXEL)
    pixels = image_beats(size, 3)
    expected = np.empty((3, *padder.bordered, len(PIXEL), LANES), np.int64)
    expected[...] = PIXEL
    rows, columns = (slice(e[0], e[0] + count) for e, count in zip(border, size, strict=True))
    expected[:, rows, columns] = pixels
    beats = [Beats.of(x.reshape(-1, LANES), image=x[0].size // LANES) for x in (pixels, expected)]
    check(padder, {"i": beats[0]}, {"o": beats[1]}, traffic)


def test_gives_nothing_of_an_image_that_never_comes() -> None:
    padder = BorderPadder(signed(4), LANES, (1, 1), ((1, 1), (1, 1)), PIXEL)
    one = Beats.of(image_beats((1, 1), 1).reshape(-1, LANES), image=2)
    seen = drive(padder, StreamBench({"i": one}, ["o"]), clocks=60)
    assert len(seen["o"]) == 9 * len(PIXEL)


@pytest.mark.parametrize(
    ("border", "pixel"),
    [
        ((NONE, (0, -1)), PIXEL),
        (((1, 1), (1, 1)), []),
        (((1, 1), (1, 1)), [[1, 2, 3]]),
    ],
)
def test_refuses_what_is_no_border(border: Edges, pixel: list[list[int]]) -> None:
    with pytest.raises(ValueError, match="no border"):
        BorderPadder(signed(4), LANES, (2, 2), border, pixel)
