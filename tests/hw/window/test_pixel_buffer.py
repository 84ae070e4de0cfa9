from __future__ import annotations

import numpy as np
import pytest
from amaranth.hdl import signed, unsigned
from hypothesis import assume, given
from hypothesis import strategies as st
from tabfab.hw.window.pixel_buffer import PixelBuffer
from tabfab.hw.window.window import WindowGeometry

from support.profiles import examples
from support.streams import FULL_SPEED, TRAFFIC, Beats, Traffic, check

GEOMETRIES = {
    "one word": WindowGeometry(3, 2, 1, (1, 1), repeats=3),
    "words": WindowGeometry(2, 3, 3, (1, 1), repeats=2),
    "a power of two of words": WindowGeometry(2, 2, 4, (1, 1), repeats=2),
    "one pixel": WindowGeometry(1, 1, 5, (1, 1), repeats=4),
    "sections": WindowGeometry(2, 2, 4, (1, 1), repeats=2, sections=2),
    "sections of a word": WindowGeometry(1, 3, 3, (1, 1), repeats=2, sections=3),
    "read once": WindowGeometry(2, 2, 2, (1, 1)),
}


def check_reads(
    g: WindowGeometry, images: int, lanes: int, traffic: Traffic, depth: int | None = None
) -> None:
    rng = np.random.default_rng(4)
    pixels = rng.integers(-8, 8, (images * g.height * g.width, g.words, lanes))
    sections = pixels.reshape(len(pixels), g.sections, 1, g.words // g.sections, lanes)
    expected = np.repeat(sections, g.repeats, axis=2).reshape(-1, lanes)
    depths = {} if depth is None else {"depth": depth}
    check(
        PixelBuffer(signed(4), lanes, g, **depths),
        {"i": Beats.of(pixels.reshape(-1, lanes), image=g.height * g.width * g.words)},
        {"o": Beats.of(expected, image=len(expected) // images)},
        traffic,
    )


@pytest.mark.parametrize("kind", ["full speed", "random"])
@pytest.mark.parametrize("geometry", GEOMETRIES.values(), ids=GEOMETRIES.keys())
def test_reads_every_pixel_as_often_as_asked(geometry: WindowGeometry, kind: str) -> None:
    check_reads(geometry, 2, 2, TRAFFIC[kind])


@pytest.mark.parametrize("depth", [1, 2, 3, 9])
def test_any_queue_depth_will_do(depth: int) -> None:
    check_reads(GEOMETRIES["words"], 1, 1, TRAFFIC["random"], depth)


def test_keeps_the_rules_under_any_traffic(traffic: Traffic) -> None:
    check_reads(GEOMETRIES["sections"], 2, 1, traffic)


@st.composite
def geometries(draw: st.DrawFn) -> WindowGeometry:
    sections = draw(st.integers(1, 3))
    return WindowGeometry(
        draw(st.integers(1, 3)),
        draw(st.integers(1, 3)),
        sections * draw(st.integers(1, 3)),
        (1, 1),
        repeats=draw(st.integers(1, 3)),
        sections=sections,
    )


@examples(20)
@given(geometries(), st.integers(1, 3), st.sampled_from(list(TRAFFIC.values())))
def test_reads_any_pixels(geometry: WindowGeometry, images: int, traffic: Traffic) -> None:
    assume(images * geometry.height * geometry.width * geometry.steps < 250)
    check_reads(geometry, images, 1, traffic)


def test_reads_on_every_clock() -> None:
    g = WindowGeometry(3, 4, 2, (1, 1), repeats=2)
    seen = check(
        PixelBuffer(unsigned(1), 1, g),
        {"i": Beats.of(np.zeros((48, 1), np.int64), image=24)},
        {"o": Beats.of(np.zeros((96, 1), np.int64), image=48)},
        FULL_SPEED,
    )
    assert (np.diff(seen["o"].clocks) == 1).all()


@pytest.mark.parametrize(
    "geometry",
    [
        WindowGeometry(3, 3, 1, (2, 1)),
        WindowGeometry(3, 3, 1, (1, 1), stride=(1, 2)),
        WindowGeometry(4, 4, 1, (1, 1), stride=(2, 2), repeats=2),
    ],
)
def test_refuses_other_windows(geometry: WindowGeometry) -> None:
    with pytest.raises(ValueError, match="windows of a single pixel at every position"):
        PixelBuffer(unsigned(1), 1, geometry)
