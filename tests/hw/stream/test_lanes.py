from __future__ import annotations

import numpy as np
import pytest
from amaranth.hdl import signed, unsigned
from numpy.typing import NDArray
from tabfab.hw.stream.elastic import Elastic
from tabfab.hw.stream.lanes import Narrow, Widen, lane_groups

from support.streams import Beats, Traffic, check, check_core

PIXELS_PER_IMAGE = 3

SIZES = [
    # (elements of a pixel, narrow, wide)
    (1, 1, 1),
    (1, 1, 4),
    (6, 2, 6),
    (7, 2, 4),
    (9, 1, 4),
    (5, 2, 8),
    (12, 3, 6),
    (10, 5, 10),
]


def beats(pixels: NDArray[np.int64], lanes: int) -> Beats:
    """Pixels (pixels, elements) cut into beats, each pixel filled up with zeros."""
    rows = []
    for pixel in pixels.tolist():
        for start in range(0, len(pixel), lanes):
            part = pixel[start : start + lanes]
            rows.append(part + [0] * (lanes - len(part)))
    return Beats.of(rows, image=PIXELS_PER_IMAGE * len(rows) // len(pixels))


@pytest.mark.parametrize(("elements", "narrow", "wide"), SIZES)
def test_widen_collects_each_pixel(
    elements: int, narrow: int, wide: int, rng: np.random.Generator
) -> None:
    pixels = rng.integers(-8, 8, (9, elements))
    core = Widen(signed(4), elements, narrow, wide)
    check_core(core, beats(pixels, narrow), beats(pixels, wide).data)


@pytest.mark.parametrize(("elements", "narrow", "wide"), SIZES)
def test_narrow_drops_beats_of_fill(
    elements: int, narrow: int, wide: int, traffic: Traffic, rng: np.random.Generator
) -> None:
    pixels = rng.integers(-8, 8, (9, elements))
    component = Narrow(signed(4), elements, wide, narrow)
    check(component, {"i": beats(pixels, wide)}, {"o": beats(pixels, narrow)}, traffic)


@pytest.mark.parametrize(("elements", "narrow", "wide"), SIZES)
def test_widen_stalls_as_a_stage(
    elements: int, narrow: int, wide: int, traffic: Traffic, rng: np.random.Generator
) -> None:
    pixels = rng.integers(0, 8, (9, elements))
    component = Elastic(Widen(unsigned(3), elements, narrow, wide))
    check(component, {"i": beats(pixels, narrow)}, {"o": beats(pixels, wide)}, traffic)


@pytest.mark.parametrize("depth", [1, 2, 3])
def test_narrow_keeps_up_from_depth_two(depth: int, rng: np.random.Generator) -> None:
    pixels = rng.integers(0, 8, (12, 4))
    component = Narrow(unsigned(3), 4, 4, 2, depth)
    seen = check(component, {"i": beats(pixels, 4)}, {"o": beats(pixels, 2)})
    assert (seen["o"].clocks[-1] == 24) == (depth > 1)


@pytest.mark.parametrize(
    ("elements", "narrow", "wide", "groups"),
    [
        (8, 2, 4, (2,)),
        (7, 2, 4, (2,)),
        (6, 2, 4, (2, 1)),
        (13, 2, 8, (4, 3)),
        (2, 2, 8, (1,)),
        (5, 5, 5, (1,)),
    ],
)
def test_lane_groups(elements: int, narrow: int, wide: int, groups: tuple[int, ...]) -> None:
    assert lane_groups(elements, narrow, wide) == groups


@pytest.mark.parametrize(("narrow", "wide"), [(2, 3), (4, 2), (0, 2)])
def test_refuses_lanes_that_do_not_divide(narrow: int, wide: int) -> None:
    with pytest.raises(ValueError, match=f"{narrow} lanes do not divide {wide} lanes"):
        lane_groups(8, narrow, wide)
    with pytest.raises(ValueError, match="do not divide"):
        Narrow(unsigned(1), 8, wide, narrow)


def test_widen_refuses_lanes_that_do_not_divide() -> None:
    with pytest.raises(ValueError, match="2 lanes do not divide 3 lanes"):
        Widen(unsigned(1), 8, 2, 3)


def test_widen_refuses_beats_without_lanes() -> None:
    with pytest.raises(ValueError, match="0 lanes do not divide 2 lanes"):
        Widen(unsigned(1), 8, 0, 2)
