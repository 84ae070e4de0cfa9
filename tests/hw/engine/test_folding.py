from __future__ import annotations

import numpy as np
import pytest
from tabfab.compiler.program import Conv
from tabfab.hw.engine.folding import Folding, clocks_per_position, foldable_inputs, nearest_folding

from support.programs import ConvOptions, exact_conv, image_input, table_conv

RNG = np.random.default_rng(0)
IMAGE = image_input(RNG, 5, 6, 6)
OPTIONS = ConvOptions(12, kernel=(3, 2))
EXACT = exact_conv(RNG, "exact", IMAGE, OPTIONS)
PIXEL = table_conv(RNG, "pixel", IMAGE, OPTIONS, layout="pixel", length=2)
PATCH = table_conv(RNG, "patch", IMAGE, OPTIONS, layout="patch", length=4)


@pytest.mark.parametrize(("node", "inputs"), [(EXACT, 5), (PIXEL, 3), (PATCH, 8)])
def test_lanes_divide_up_subspaces_or_channels(node: Conv, inputs: int) -> None:
    assert foldable_inputs(node) == inputs


@pytest.mark.parametrize(
    ("lanes", "outputs", "folding"),
    [
        (1, 1, Folding(1, 1)),
        (2, 5, Folding(2, 4)),
        (99, 99, Folding(3, 12)),
        (3, 11, Folding(3, 6)),
        (0, 0, Folding(1, 1)),
    ],
)
def test_the_nearest_folding_never_exceeds_what_was_asked_for(
    lanes: int, outputs: int, folding: Folding
) -> None:
    assert nearest_folding(PIXEL, lanes, outputs) == folding


@pytest.mark.parametrize(
    ("node", "folding", "clocks"),
    [
        (EXACT, Folding(1, 1), 5 * 6 * 12),
        (EXACT, Folding(2, 3), 3 * 6 * 4),
        (PIXEL, Folding(2, 12), 2 * 6),
        (PATCH, Folding(3, 6), 3 * 2),
    ],
)
def test_clocks_per_position(node: Conv, folding: Folding, clocks: int) -> None:
    assert clocks_per_position(node, folding) == clocks


@pytest.mark.parametrize(("lanes", "outputs"), [(0, 1), (1, 0), (-2, 1)])
def test_refuses_to_do_nothing_per_clock(lanes: int, outputs: int) -> None:
    with pytest.raises(ValueError, match="must be positive"):
        Folding(lanes, outputs)
