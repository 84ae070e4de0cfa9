"""Layers that read several taps of a window at once."""

from __future__ import annotations

from dataclasses import replace
from itertools import groupby, product
from operator import itemgetter

import numpy as np
import pytest
from tabfab.compiler import program as ir
from tabfab.hw.engine.bank_geometry import FoldingError
from tabfab.hw.engine.folding import Folding
from tabfab.hw.nodes.catalog import layer_hardware
from tabfab.hw.nodes.methods.layer import LayerHardware
from tabfab.sim.models.cycles import Stalls, predict

from support.networks import check_network, image_ends, network_of
from support.programs import Case, ConvOptions, dyadic_conv, exact_conv, image_input, table_conv

RNG = np.random.default_rng(4)
IMAGE = image_input(RNG, 4, 5, 6)
NARROW = image_input(RNG, 2, 4, 2)
SAME = ConvOptions(6, kernel=(3, 3), padding=(1, 1))
LAYERS: dict[str, tuple[ir.Input, ir.Conv]] = {
    "exact": (IMAGE, exact_conv(RNG, "layer", IMAGE, SAME)),
    "dyadic": (IMAGE, dyadic_conv(RNG, "layer", IMAGE, SAME, terms=2, finest_shift=4)),
    "table": (IMAGE, table_conv(RNG, "layer", IMAGE, SAME, length=2)),
    "table, a part of a subspace": (IMAGE, table_conv(RNG, "layer", IMAGE, SAME, length=3)),
    "patches": (
        IMAGE, table_conv(RNG, "layer", IMAGE, replace(SAME, channels=3), layout="patch", length=9)
    ),
    "depthwise patches": (
        IMAGE,
        table_conv(
            RNG, "layer", IMAGE, replace(SAME, channels=8, groups=4), layout="patch", length=9
        ),
    ),
    "patches of two channels, with a stride": (
        IMAGE,
        table_conv(
            RNG,
            "layer",
            IMAGE,
            ConvOptions(2, kernel=(3, 2), stride=(2, 1), padding=(1, 0), groups=2),
            layout="patch",
            length=4,
        ),
    ),
    "patches of a column": (
        IMAGE,
        table_conv(
            RNG, "layer", IMAGE, ConvOptions(4, (3, 1), padding=(1, 0), groups=4),
            layout="patch", length=3,
        ),
    ),
    "groups": (IMAGE, exact_conv(RNG, "layer", IMAGE, replace(SAME, groups=2))),
    "depthwise": (IMAGE, exact_conv(RNG, "layer", IMAGE, replace(SAME, channels=4, groups=4))),
    "stride": (IMAGE, exact_conv(RNG, "layer", IMAGE, replace(SAME, stride=(2, 2)))),
    "a row": (IMAGE, exact_conv(RNG, "layer", IMAGE, ConvOptions(2, (1, 3), padding=(0, 1)))),
    "a column": (IMAGE, exact_conv(RNG, "layer", IMAGE, ConvOptions(2, (3, 1), padding=(1, 0)))),
    "much padding": (
        IMAGE, exact_conv(RNG, "layer", IMAGE, ConvOptions(2, (3, 3), padding=(4, 3)))
    ),
    "an image narrower than the window": (
        NARROW, exact_conv(RNG, "layer", NARROW, ConvOptions(2, (3, 3), padding=(1, 1)))
    ),
}  # fmt: skip


def hardware(name: str) -> LayerHardware[ir.Conv]:
    image, node = LAYERS[name]
    return layer_hardware(ir.Program((image, node)), node)


def foldings(layer: LayerHardware[ir.Conv]) -> list[Folding]:
    """By as many inputs as each number of taps is considered with, and as few and many outputs."""
    found = []
    for lanes, ways in groupby(layer.foldable.foldings(), itemgetter(0)):
        outputs = [each for _, each in ways]
        ends = dict.fromkeys((min(outputs), max(outputs)))
        found += [
            Folding(lanes, each, taps=taps)
            for each, taps in product(ends, layer.considered_taps(lanes))
            if taps > 1
        ]
    return found


@pytest.mark.parametrize("name", LAYERS)
def test_computes_what_the_layer_means(name: str) -> None:
    layer = hardware(name)
    _, height, width = layer.source_shape
    images = RNG.integers(0, 256, (2, height, width, layer.source_shape[0])).astype(np.uint8)
    assert foldings(layer)
    for folding in foldings(layer):
        layer.check(folding)
        case = Case(layer.program, {"layer": folding}, {}, images)
        network = network_of(case)
        stalls = Stalls.random(folding.outputs)
        check_network(case, network, stalls, predict(network, 2, stalls))


@pytest.mark.parametrize("name", [name for name in LAYERS if "padding" not in name])
def test_takes_as_many_clocks_as_it_says(name: str) -> None:
    layer = hardware(name)
    for folding in foldings(layer):
        network = network_of(Case(layer.program, {"layer": folding}, {}, np.zeros(0)))
        assert (np.diff(image_ends(network, 3)) == layer.clocks(folding)).all(), folding


@pytest.mark.parametrize(
    "name", ["exact", "dyadic", "table", "depthwise", "patches", "depthwise patches"]
)
def test_takes_a_pixel_on_every_clock(name: str) -> None:
    layer = hardware(name)
    largest = Folding(*layer.foldable.foldings()[-1], taps=layer.node.taps)
    network = network_of(Case(layer.program, {"layer": largest}, {}, np.zeros(0)))
    _, height, width = layer.source_shape
    assert layer.clocks(largest) == height * width
    assert (np.diff(image_ends(network, 3)) == height * width).all()


def test_refuses_other_numbers_of_taps() -> None:
    layer = hardware("exact")
    with pytest.raises(FoldingError, match=r"'layer' has a kernel of 3x3: 1, 3 or 9 taps .* not 2"):
        layer.check(Folding(4, 6, taps=2))
    with pytest.raises(FoldingError, match=r"4 inputs: where 9 taps .* all of them are, not 2"):
        layer.check(Folding(2, 6, taps=9))
    layer.check(Folding(2, 6, taps=3))


def test_patches_are_collected_whole_or_by_columns_where_subspaces_divide_them() -> None:
    layer = hardware("patches")
    assert layer.tap_choices == [1, 3, 9]
    with pytest.raises(
        FoldingError, match=r"4 channels and 9 taps, .* 1 or 3 or 9 at a time, not 2"
    ):
        layer.check(Folding(4, 3, taps=2))
    for options in (SAME, replace(SAME, channels=4, groups=4)):
        left_over = table_conv(RNG, "layer", IMAGE, options, layout="patch", length=8)
        program = ir.Program((IMAGE, left_over))
        assert layer_hardware(program, left_over).tap_choices == [1]
