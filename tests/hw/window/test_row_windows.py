from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from amaranth.hdl import signed, unsigned
from hypothesis import assume, given
from hypothesis import strategies as st
from numpy.typing import NDArray
from tabfab.hw.window.row_windows import RowWindows
from tabfab.hw.window.window import WindowGeometry

from support.profiles import examples
from support.streams import FULL_SPEED, TRAFFIC, Beats, Traffic, check


def geometry(
    height: int,
    width: int,
    taps: int,
    stride: int = 1,
    padding: int = 0,
    repeats: int = 1,
    overhang: int = 0,
    dilation: int = 1,
) -> WindowGeometry:
    return WindowGeometry(
        height, width, 1, (1, taps), (1, stride), (0, padding), repeats, at_once=(1, taps),
        overhang=(0, overhang), dilation=(1, dilation),
    )  # fmt: skip


GEOMETRIES = {
    "three taps": geometry(3, 6, 3, padding=1),
    "without padding": geometry(3, 5, 3),
    "five taps": geometry(2, 6, 5, padding=2),
    "seven taps": geometry(3, 7, 7, padding=3),
    "a row as wide as the kernel": geometry(4, 3, 3, padding=1),
    "repeats": geometry(2, 5, 3, padding=1, repeats=3),
    "stride": geometry(3, 6, 3, stride=2, padding=1),
    "stride, odd width": geometry(3, 7, 3, stride=2, padding=1),
    "stride above kernel": geometry(2, 9, 2, stride=4),
    "five taps, stride": geometry(3, 6, 5, stride=3, padding=2),
    "one row": geometry(1, 4, 3, padding=1),
    "one window": geometry(3, 4, 4),
    "one tap": geometry(2, 3, 1),
    "padding at the end alone": geometry(2, 5, 3, overhang=2),
    "padding at the start alone": geometry(2, 5, 3, padding=2, overhang=-2),
    "dilation": geometry(3, 7, 3, padding=2, dilation=2),
    "dilation, stride": geometry(2, 9, 2, stride=2, padding=1, overhang=1, dilation=3),
}


def windows(
    g: WindowGeometry, pixels: NDArray[np.int64], padding: NDArray[np.int64]
) -> NDArray[np.int64]:
    """Beats read from rows (rows, width, lanes), in loops."""
    beats = []
    for row in pixels:
        for column in range(g.positions[1]):
            places = column * g.stride[1] - g.padding[1] + np.arange(g.kernel[1]) * g.dilation[1]
            taps = [row[x] if 0 <= x < g.width else padding for x in places]
            beats += [np.array(taps).T.reshape(-1)] * g.repeats
    return np.array(beats)


def check_windows(
    g: WindowGeometry, images: int, lanes: int, traffic: Traffic, depth: int = 3
) -> NDArray[np.int64]:
    rng = np.random.default_rng(12)
    pixels = rng.integers(-8, 8, (images * g.height, g.width, lanes))
    padding = rng.integers(-8, 8, lanes)
    expected = windows(g, pixels, padding)
    seen = check(
        RowWindows(signed(4), lanes, g, padding.tolist(), depth),
        {"i": Beats.of(pixels.reshape(-1, lanes), image=g.height * g.width)},
        {"o": Beats.of(expected, image=len(expected) // images)},
        traffic,
    )
    return seen["o"].clocks


@pytest.mark.parametrize("kind", TRAFFIC)
@pytest.mark.parametrize("g", GEOMETRIES.values(), ids=GEOMETRIES.keys())
def test_reads_every_window(g: WindowGeometry, kind: str) -> None:
    check_windows(g, 2, 2, TRAFFIC[kind])


@pytest.mark.parametrize("depth", [1, 2, 9])
def test_any_queue_depth_will_do(depth: int) -> None:
    check_windows(GEOMETRIES["three taps"], 1, 1, TRAFFIC["random"], depth)


@pytest.mark.parametrize("name", ["three taps", "five taps", "seven taps"])
def test_gives_a_window_on_every_clock(name: str) -> None:
    clocks = check_windows(GEOMETRIES[name], 2, 1, FULL_SPEED)
    assert (np.diff(clocks) == 1).all()


def test_no_window_waits_for_a_pixel_that_it_does_not_need() -> None:
    g = GEOMETRIES["three taps"]
    clocks = check_windows(replace(g, height=1), 1, 1, FULL_SPEED)
    assert len(clocks) == g.width  # the last one, though nothing comes behind it
    assert (np.diff(clocks) == 1).all()


@st.composite
def geometries(draw: st.DrawFn) -> WindowGeometry:
    """Any that is allowed."""
    taps, dilation = draw(st.integers(1, 6)), draw(st.sampled_from([1, 1, 2, 3]))
    reach = (taps - 1) * dilation + 1
    before = draw(st.integers(0, reach - 1))
    after = draw(st.integers(0, reach - 1 - before))
    return geometry(
        draw(st.integers(1, 3)),
        draw(st.integers(reach, reach + 8)),
        taps,
        draw(st.integers(1, 4)),
        before,
        draw(st.integers(1, 3)),
        after - before,
        dilation,
    )


@examples(40)
@given(geometries(), st.integers(1, 2), st.sampled_from(list(TRAFFIC.values())), st.integers(1, 4))
def test_reads_any_geometry(
    geometry: WindowGeometry, images: int, traffic: Traffic, depth: int
) -> None:
    assume(images * geometry.height * geometry.positions[1] * geometry.steps < 150)
    check_windows(geometry, images, 1, traffic, depth)


@pytest.mark.parametrize(
    ("g", "why"),
    [
        (WindowGeometry(3, 5, 2, (1, 3), at_once=(1, 3)), "of a beat"),
        (WindowGeometry(3, 5, 1, (3, 3), at_once=(3, 3)), "of one row"),
        (WindowGeometry(3, 5, 1, (1, 3), stride=(2, 1), at_once=(1, 3)), "of one row"),
        (WindowGeometry(3, 5, 1, (1, 3)), "all taps at once"),
        (geometry(3, 2, 3, padding=1), "as wide as the window"),
        (geometry(3, 5, 3, padding=2), "the padding narrower"),
    ],
)
def test_refuses_other_windows(g: WindowGeometry, why: str) -> None:
    with pytest.raises(ValueError, match=why):
        RowWindows(unsigned(1), 1, g, [0])


def test_refuses_padding_of_another_size() -> None:
    with pytest.raises(ValueError, match="must be 2 lanes, not 1"):
        RowWindows(unsigned(1), 2, GEOMETRIES["three taps"], [0])
