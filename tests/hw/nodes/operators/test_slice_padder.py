from __future__ import annotations

import numpy as np
import pytest
from amaranth.hdl import signed
from tabfab.compiler.program import NO_EDGES, Edges
from tabfab.hw.nodes.operators.slice_padder import SlicePadder

from support.streams import Beats, Traffic, check

CASES = [
    # lanes, (height, width), (before, inside, after), step, cut
    (1, (1, 1), (0, 1, 0), (1, 1), NO_EDGES),
    (2, (4, 4), (4, 4, 4), (2, 2), NO_EDGES),
    (1, (5, 4), (0, 3, 2), (3, 1), NO_EDGES),
    (3, (3, 7), (3, 3, 0), (2, 5), NO_EDGES),
    (4, (2, 2), (0, 4, 0), (4, 4), NO_EDGES),
    (1, (5, 6), (0, 2, 0), (1, 1), ((1, 2), (3, 1))),
    (2, (6, 5), (2, 2, 0), (2, 3), ((1, 0), (1, 0))),
    (1, (1, 9), (0, 1, 0), (1, 1), ((0, 0), (8, 0))),
]


@pytest.mark.parametrize(("lanes", "size", "channels", "step", "cut"), CASES)
def test_slices_and_pads(
    lanes: int,
    size: tuple[int, int],
    channels: tuple[int, int, int],
    step: tuple[int, int],
    cut: Edges,
    traffic: Traffic,
    rng: np.random.Generator,
) -> None:
    images = rng.integers(-8, 8, (3, *size, channels[1]))
    (above, below), (left, right) = cut
    inside = images[:, above : size[0] - below, left : size[1] - right]
    kept = inside[:, :: step[0], :: step[1]]
    expected = np.pad(kept, ((0, 0), (0, 0), (0, 0), (channels[0], channels[2])))
    component = SlicePadder(signed(4), lanes, size, channels, step, cut)
    per_image = [data[0].size // lanes for data in (images, expected)]
    check(
        component,
        {"i": Beats.of(images.reshape(-1, lanes), per_image[0])},
        {"o": Beats.of(expected.reshape(-1, lanes), per_image[1])},
        traffic,
    )


@pytest.mark.parametrize(
    ("lanes", "channels", "step"),
    [(2, (1, 2, 0), (1, 1)), (0, (0, 1, 0), (1, 1)), (1, (0, 1, 0), (0, 1))],
)
def test_refusals(lanes: int, channels: tuple[int, int, int], step: tuple[int, int]) -> None:
    with pytest.raises(ValueError, match=r"lanes must divide|steps must be positive"):
        SlicePadder(signed(4), lanes, (2, 2), channels, step)


def test_nothing_left_is_refused() -> None:
    with pytest.raises(ValueError, match="nothing left"):
        SlicePadder(signed(4), 1, (2, 2), (0, 1, 0), (1, 1), ((1, 1), (0, 0)))
