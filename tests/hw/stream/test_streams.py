from __future__ import annotations

import pytest
from amaranth.hdl import Shape, signed, unsigned
from tabfab.compiler.program import ActivationType
from tabfab.hw.stream.streams import StreamFormat, beat, elastic, range_shape, rigid, shape_of


@pytest.mark.parametrize(
    ("low", "high", "shape"),
    [
        (0, 0, unsigned(0)),
        (0, 1, unsigned(1)),
        (3, 255, unsigned(8)),
        (0, 256, unsigned(9)),
        (-1, 0, signed(1)),
        (-128, 127, signed(8)),
        (-129, 127, signed(9)),
        (-1, 128, signed(9)),
        (-5, -3, signed(4)),
    ],
)
def test_range_shape_is_the_smallest_that_fits(low: int, high: int, shape: Shape) -> None:
    assert range_shape(low, high) == shape


@pytest.mark.parametrize("bits", [2, 8])
def test_shape_of_an_activation(bits: int) -> None:
    assert shape_of(ActivationType(bits, signed=True)) == signed(bits)
    assert shape_of(ActivationType(bits, signed=False)) == unsigned(bits)


def test_a_pixel_starts_with_a_new_beat() -> None:
    fmt = StreamFormat(bits=4, is_signed=True, lanes=4, elements=9, height=3, width=5)
    assert fmt.shape == signed(4)
    assert fmt.beats_per_pixel == 3
    assert fmt.beats_per_image == 45


def test_so_does_each_group_of_a_pixels_elements() -> None:
    fmt = StreamFormat(
        bits=4, is_signed=True, lanes=2, elements=6, height=3, width=5, groups=2
    )  # three elements of a group are two beats
    assert fmt.beats_per_pixel == 4
    assert fmt.beats_per_image == 60


def test_payload_holds_lanes_first_and_last_on_top() -> None:
    layout = beat(signed(5), 3)
    assert layout.size == 16
    assert layout["data"].offset == 0
    assert layout["last"].offset == 15


def test_only_rigid_streams_are_always_ready() -> None:
    assert rigid(unsigned(1), 1).always_ready
    assert not elastic(unsigned(1), 1).always_ready
