"""What layers of all methods say of themselves."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from tabfab.compiler import program as ir
from tabfab.hw.engine.bank_geometry import FoldingError
from tabfab.hw.engine.folding import Folding
from tabfab.hw.logic.packing import MemoryOptions
from tabfab.hw.nodes.assemble import assemble
from tabfab.hw.nodes.catalog import layer_hardware
from tabfab.hw.nodes.methods.layer import LayerHardware
from tabfab.sim.models.cycles import Stalls, predict

from support.networks import check_network, image_ends, network_of
from support.programs import Case, ConvOptions, dyadic_conv, exact_conv, image_input, table_conv

RNG = np.random.default_rng(0)
IMAGE = image_input(RNG, 5, 6, 6)
OPTIONS = ConvOptions(12, kernel=(3, 2))
EXACT = exact_conv(RNG, "exact", IMAGE, OPTIONS)
PIXEL = table_conv(RNG, "pixel", IMAGE, OPTIONS, layout="pixel", length=2)
NARROW = replace(PIXEL, name="narrow", tables=np.clip(PIXEL.tables, -2, 1))
DYADIC = dyadic_conv(RNG, "dyadic", IMAGE, OPTIONS, terms=2, finest_shift=5)
DEPTHWISE = exact_conv(RNG, "depthwise", IMAGE, ConvOptions(10, kernel=(3, 2), groups=5))
PATCH = table_conv(RNG, "patch", IMAGE, OPTIONS, layout="patch", length=4)
NEAREST = table_conv(RNG, "nearest", IMAGE, OPTIONS, length=2, encoder="nearest")
NEAREST_L1 = table_conv(
    RNG, "nearest_l1", IMAGE, OPTIONS, layout="patch", length=6, encoder="nearest-l1"
)
LAYERS = [EXACT, DYADIC, PIXEL, PATCH, DEPTHWISE, NEAREST, NEAREST_L1]


def name_of(node: object) -> str | None:
    """Of a layer, for the names of tests."""
    return node.name if isinstance(node, ir.Conv) else None


def hardware(node: ir.Conv) -> LayerHardware[ir.Conv]:
    return layer_hardware(ir.Program((IMAGE, node)), node)


@pytest.mark.parametrize(
    ("node", "inputs"), [(EXACT, 5), (DYADIC, 5), (PIXEL, 3), (PATCH, 8), (DEPTHWISE, 5)]
)
def test_lanes_divide_up_subspaces_or_channels(node: ir.Conv, inputs: int) -> None:
    assert hardware(node).inputs == inputs


@pytest.mark.parametrize(
    ("node", "folding", "clocks"),
    [
        (EXACT, Folding(1, 1), 5 * 6 * 12),
        (EXACT, Folding(2, 3), 3 * 6 * 4),
        (PIXEL, Folding(2, 12), 2 * 6),
        (PATCH, Folding(3, 6), 3 * 2),
    ],
)
def test_steps_of_a_position(node: ir.Conv, folding: Folding, clocks: int) -> None:
    layer = hardware(node)
    assert layer.geometry(folding).steps == clocks
    assert layer.bank_clocks(folding) == clocks * 4 * 5


@pytest.mark.parametrize("node", [PIXEL, NEAREST], ids=name_of)
def test_encoders_keep_up_with_the_tables(node: ir.Conv) -> None:
    layer = hardware(node)
    for lanes, outputs in layer.foldable.foldings():
        folding = Folding(lanes, outputs)
        matched = layer.matched(folding)
        arriving = 36 * 5  # a pixel's five channels, one by one to subspaces of two
        front = max(layer.front_clocks(matched), layer.arrival_clocks(matched))
        assert front <= max(layer.bank_clocks(folding), arriving)
        assert layer.clocks(matched) == max(layer.bank_clocks(folding), front)


def test_so_do_encoders_of_patches() -> None:
    layer = hardware(PATCH)
    for lanes, outputs in layer.foldable.foldings():
        folding = Folding(lanes, outputs)
        coded = 20 * -(-8 // layer.matched(folding).knobs["encoders"])
        assert coded <= max(layer.bank_clocks(folding), 20)


@pytest.mark.parametrize("node", LAYERS, ids=name_of)
@pytest.mark.parametrize("largest", [False, True])
def test_a_layer_takes_the_clocks_that_it_says(node: ir.Conv, largest: bool) -> None:
    layer = hardware(node)
    lanes, outputs = layer.foldable.foldings()[-1 if largest else 0]
    folding = layer.matched(Folding(lanes, outputs))
    network = assemble(layer.program, {node.name: folding})
    answers = image_ends(network, 4)
    clocks = int(answers[3] - answers[2])
    arriving = network.input.format.beats_per_image
    said = max(layer.clocks(folding), arriving)
    assert said <= clocks < 1.6 * said  # between images a line buffer fills


@pytest.mark.parametrize("loadable", [False, True])
@pytest.mark.parametrize("node", [EXACT, DYADIC, PIXEL, NARROW, PATCH, DEPTHWISE], ids=name_of)
def test_a_layer_has_the_memories_that_it_says(node: ir.Conv, loadable: bool) -> None:
    layer = hardware(node)
    for lanes, outputs in layer.foldable.foldings():
        folding = Folding(lanes, outputs, memory=MemoryOptions(loadable=loadable))
        said = [(memory.depth, memory.width) for memory in layer.memories(folding)]
        has = [(memory.depth, memory.width) for memory in layer.bank(folding).demand().memories]
        assert said == has


@pytest.mark.parametrize("node", LAYERS, ids=name_of)
@pytest.mark.parametrize("largest", [False, True])
@pytest.mark.parametrize(
    "side", [4, pytest.param(6, marks=pytest.mark.slow("a smaller image is computed"))]
)
def test_a_layer_of_every_method_computes_what_it_means(
    node: ir.Conv, largest: bool, side: int
) -> None:
    image = replace(IMAGE, shape=(5, side, side))
    node = replace(node, shape=(node.shape[0], side - 2, side - 1))
    layer = layer_hardware(ir.Program((image, node)), node)
    foldings = {node.name: Folding(*layer.foldable.foldings()[-1 if largest else 0])}
    images = RNG.integers(0, 256, (1, side, side, 5)).astype(np.uint8)
    case = Case(layer.program, foldings, {}, images)
    network = network_of(case)
    check_network(case, network, Stalls.none(), predict(network, 1))


def test_encoders_that_nobody_counted_keep_up_with_what_arrives() -> None:
    """A pixel's five channels come one by one to subspaces that hold six."""
    assert hardware(PIXEL).clocks(Folding(3, 12)) == 36 * 5


def test_an_exact_layer_has_no_encoders() -> None:
    layer = hardware(EXACT)
    assert layer.matched(Folding(1, 1)) == Folding(1, 1)
    with pytest.raises(FoldingError, match="method 'exact' have no knob 'encoders'"):
        layer.check(Folding(1, 1, {"encoders": 1}))
    hardware(PIXEL).check(Folding(1, 1, {"encoders": 1}))


def test_bits_that_are_stored() -> None:
    large = exact_conv(RNG, "large", IMAGE, ConvOptions(64, kernel=(3, 2)))
    assert hardware(large).stored_bits == large.weight.size * 8
    assert hardware(NARROW).stored_bits == 2 * NARROW.tables.size
