from __future__ import annotations

import numpy as np
import pytest
from amaranth.hdl import signed, unsigned
from hypothesis import assume, given
from hypothesis import strategies as st
from numpy.typing import NDArray
from tabfab.hw.window.line_buffer import LineBuffer
from tabfab.hw.window.window import WindowGeometry

from support.profiles import examples
from support.streams import FULL_SPEED, TRAFFIC, Beats, Traffic, check

GEOMETRIES = {
    "3x3": WindowGeometry(5, 6, 2, (3, 3), padding=(1, 1)),
    "without padding": WindowGeometry(4, 5, 1, (3, 2)),
    "1x1 image": WindowGeometry(1, 1, 3, (3, 3), padding=(1, 1)),
    "1xN image": WindowGeometry(1, 7, 1, (1, 3), stride=(1, 2), padding=(0, 2)),
    "Nx1 image": WindowGeometry(7, 1, 1, (3, 1), stride=(2, 1), padding=(1, 0)),
    "stride above kernel": WindowGeometry(7, 8, 1, (1, 2), stride=(3, 4)),
    "rows below the last window": WindowGeometry(8, 4, 1, (2, 2), stride=(5, 3)),
    "window as large as the image": WindowGeometry(3, 4, 2, (3, 4)),
    "window larger than the image": WindowGeometry(2, 2, 1, (4, 4), padding=(2, 3)),
    "even kernel, odd size": WindowGeometry(5, 5, 1, (2, 2), stride=(2, 2), padding=(1, 1)),
    "repeats": WindowGeometry(3, 3, 2, (2, 2), repeats=3),
    "sections": WindowGeometry(3, 2, 4, (2, 2), padding=(1, 1), repeats=2, sections=2),
    "sections of a word": WindowGeometry(2, 3, 3, (2, 1), repeats=3, sections=3),
    "1x1 kernel, repeats": WindowGeometry(2, 3, 2, (1, 1), repeats=2),
    "1x1 kernel, stride": WindowGeometry(5, 4, 1, (1, 1), stride=(2, 2)),
    "much padding": WindowGeometry(2, 3, 1, (3, 3), stride=(1, 1), padding=(2, 2)),
    "columns": WindowGeometry(5, 6, 2, (3, 3), padding=(1, 1), at_once=(3, 1)),
    "columns, repeats": WindowGeometry(4, 3, 2, (2, 3), repeats=2, at_once=(2, 1)),
    "columns alone": WindowGeometry(5, 4, 1, (3, 1), padding=(1, 0), at_once=(3, 1)),
    "columns, 1x1 image": WindowGeometry(1, 1, 3, (3, 3), padding=(1, 1), at_once=(3, 1)),
    "overhang": WindowGeometry(
        4, 5, 2, (5, 4), stride=(3, 2), padding=(1, 1), repeats=2, overhang=(2, 2)
    ),
    "overhang without padding": WindowGeometry(3, 3, 1, (2, 2), stride=(2, 2), overhang=(1, 1)),
    "columns, sections": WindowGeometry(
        3, 2, 4, (2, 2), stride=(2, 1), padding=(1, 1), repeats=2, sections=2, at_once=(2, 1)
    ),
}


def windows(
    g: WindowGeometry, pixels: NDArray[np.int64], padding: NDArray[np.int64]
) -> NDArray[np.int64]:
    """Beats read from images (images, height, width, words, lanes), in loops."""
    rows, columns = g.positions
    sections = np.arange(g.words).reshape(g.sections, -1)
    words = [word for section in sections.tolist() for _ in range(g.repeats) for word in section]
    beats = []
    for image in pixels:
        for row in range(rows):
            for column in range(columns):
                for word in words:
                    pixels_under = [
                        _pixel(g, image, row, column, tap, padding)[word]
                        for tap in np.ndindex(g.kernel)
                    ]
                    taps = np.array(pixels_under).reshape(*g.kernel, -1)
                    for tap_y in range(0, g.kernel[0], g.at_once[0]):
                        for tap_x in range(g.kernel[1]):
                            together = taps[tap_y : tap_y + g.at_once[0], tap_x]
                            beats.append(together.T.reshape(-1))
    return np.array(beats)


def _pixel(
    g: WindowGeometry,
    image: NDArray[np.int64],
    row: int,
    column: int,
    tap: tuple[int, ...],
    padding: NDArray[np.int64],
) -> NDArray[np.int64]:
    """The words of the pixel under a tap."""
    y = row * g.stride[0] - g.padding[0] + tap[0] * g.dilation[0]
    x = column * g.stride[1] - g.padding[1] + tap[1] * g.dilation[1]
    return image[y, x] if 0 <= y < g.height and 0 <= x < g.width else padding


def check_windows(
    g: WindowGeometry, images: int, lanes: int, traffic: Traffic, depth: int | None = None
) -> None:
    rng = np.random.default_rng(11)
    pixels = rng.integers(-8, 8, (images, g.height, g.width, g.words, lanes))
    padding = rng.integers(-8, 8, (g.words, lanes))
    depths = {} if depth is None else {"depth": depth}
    expected = windows(g, pixels, padding)
    check(
        LineBuffer(signed(4), lanes, g, padding.tolist(), **depths),
        {"i": Beats.of(pixels.reshape(-1, lanes), image=g.height * g.width * g.words)},
        {"o": Beats.of(expected, image=len(expected) // images)},
        traffic,
    )


@pytest.mark.parametrize("kind", ["full speed", "random"])
@pytest.mark.parametrize("geometry", GEOMETRIES.values(), ids=GEOMETRIES.keys())
def test_reads_every_window(geometry: WindowGeometry, kind: str) -> None:
    check_windows(geometry, 2, 2, TRAFFIC[kind])


@pytest.mark.parametrize("depth", [1, 2, 3, 9])
def test_any_queue_depth_will_do(depth: int) -> None:
    check_windows(GEOMETRIES["without padding"], 1, 1, TRAFFIC["random"], depth)


def test_keeps_the_rules_under_any_traffic(traffic: Traffic) -> None:
    check_windows(GEOMETRIES["even kernel, odd size"], 2, 1, traffic)


@st.composite
def geometries(draw: st.DrawFn) -> WindowGeometry:
    """Any that fits."""
    kernel = (draw(st.integers(1, 4)), draw(st.integers(1, 4)))
    dilation = (draw(st.sampled_from([1, 1, 2])), draw(st.sampled_from([1, 1, 2, 3])))
    height, width = draw(st.integers(1, 6)), draw(st.integers(1, 6))
    most = [(size - 1) * step for size, step in zip(kernel, dilation, strict=True)]
    (above, below), (left, right) = (
        (draw(st.integers(0, reach)), draw(st.integers(0, reach))) for reach in most
    )
    assume(above + height + below > most[0])
    assume(left + width + right > most[1])
    return WindowGeometry(
        height,
        width,
        draw(st.integers(1, 3)),
        kernel,
        (draw(st.integers(1, 5)), draw(st.integers(1, 5))),
        (above, left),
        draw(st.integers(1, 2)),
        overhang=(below - above, right - left),
        dilation=dilation,
        at_once=(draw(st.sampled_from([1, kernel[0]])), 1),
    )


@examples(20)
@given(geometries(), st.integers(1, 3), st.sampled_from(list(TRAFFIC.values())))
def test_reads_any_geometry(geometry: WindowGeometry, images: int, traffic: Traffic) -> None:
    assume(images * geometry.positions[0] * geometry.positions[1] * geometry.steps < 250)
    check_windows(geometry, images, 1, traffic)


@pytest.mark.parametrize("name", ["3x3", "columns"])
def test_reads_on_every_clock_when_the_window_is_the_bottleneck(name: str) -> None:
    g = GEOMETRIES[name]
    pixels = np.zeros((60 * 2, 1), np.int64)
    expected = np.zeros((30 * g.steps * 2, g.beat_taps), np.int64)
    seen = check(
        LineBuffer(unsigned(1), 1, g, [[0], [0]]),
        {"i": Beats.of(pixels, image=60)},
        {"o": Beats.of(expected, image=30 * g.steps)},
        FULL_SPEED,
    )
    gaps = np.diff(seen["o"].clocks)
    assert (gaps[g.steps :] == 1).all()


@pytest.mark.parametrize("padding", [(3, 0), (0, 3), (-1, 0)])
def test_refuses_padding_as_large_as_the_kernel(padding: tuple[int, int]) -> None:
    with pytest.raises(ValueError, match="must be smaller than"):
        WindowGeometry(5, 5, 1, (3, 3), padding=padding)


def test_refuses_a_window_larger_than_the_image() -> None:
    with pytest.raises(ValueError, match="does not fit the image"):
        WindowGeometry(2, 5, 1, (3, 3))


@pytest.mark.parametrize("bad", [{"words": 0}, {"repeats": 0}])
def test_refuses_empty_pixels_and_no_reads(bad: dict[str, int]) -> None:
    with pytest.raises(ValueError, match="must be positive"):
        WindowGeometry(**{"height": 3, "width": 3, "words": 1, "kernel": (1, 1), **bad})  # type: ignore[arg-type]


def test_refuses_unequal_sections() -> None:
    with pytest.raises(ValueError, match="3 words have no 2 equal sections"):
        WindowGeometry(3, 3, 3, (1, 1), sections=2)


def test_refuses_a_stride_of_zero() -> None:
    with pytest.raises(ValueError, match="must be positive"):
        WindowGeometry(3, 3, 1, (1, 1), stride=(0, 1))


@pytest.mark.parametrize("at_once", [(2, 1), (1, 2)])
def test_refuses_a_part_of_a_column(at_once: tuple[int, int]) -> None:
    with pytest.raises(ValueError, match="must be one or all rows and columns"):
        WindowGeometry(5, 5, 1, (3, 3), at_once=at_once)


def test_refuses_several_columns() -> None:
    with pytest.raises(ValueError, match="one column of taps is read at a time"):
        LineBuffer(unsigned(1), 1, WindowGeometry(5, 5, 1, (3, 3), at_once=(3, 3)), [[0]])


@pytest.mark.parametrize("padding", [[[0, 0]], [[0], [0]], [[0, 0], [0, 0], [0, 0]]])
def test_refuses_padding_of_another_size(padding: list[list[int]]) -> None:
    with pytest.raises(ValueError, match="2 words of 2 lanes"):
        LineBuffer(unsigned(2), 2, WindowGeometry(3, 3, 2, (1, 1)), padding)
