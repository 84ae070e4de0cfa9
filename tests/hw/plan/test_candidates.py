"""The ways to fold a layer: those that are fast enough, and how much of tables may be logic."""

from __future__ import annotations

import numpy as np
import pytest
from tabfab.compiler import program as ir
from tabfab.hw.device.devices import devices, find_device
from tabfab.hw.engine.folding import Folding
from tabfab.hw.logic.packing import pack
from tabfab.hw.nodes.catalog import layer_hardware
from tabfab.hw.nodes.methods.layer import LayerHardware
from tabfab.hw.plan.candidates import block_worths, layer_candidates, memory_options
from tabfab.hw.plan.pricing import price

from support.programs import ConvOptions, exact_conv, image_input, table_conv

RNG = np.random.default_rng(0)


def layer(channels: int, options: ConvOptions, length: int) -> LayerHardware[ir.TableConv]:
    image = image_input(RNG, channels, 4, 4)
    node = table_conv(RNG, "layer", image, options, length=length)
    return layer_hardware(ir.Program((image, node)), node)


SMALL = layer(2, ConvOptions(4), 2)
LARGE = layer(16, ConvOptions(128, kernel=(3, 3)), 1)


@pytest.mark.parametrize("name", devices())
def test_large_tables_stay_in_block_ram(name: str) -> None:
    """Devices with many LUTs to a block RAM make logic cheap, but synthesis would take hours."""
    device = find_device(name)
    depth, width = device.family.block_ram[0]
    for options in memory_options(LARGE, 1, device, block_worths(LARGE)):
        packing = pack(4 * depth, 4 * width, options)
        assert all(piece.style == "block" for piece in packing.pieces)


@pytest.mark.parametrize("name", devices())
def test_small_tables_may_be_logic(name: str) -> None:
    device = find_device(name)
    *_, dearest = memory_options(SMALL, 1, device, block_worths(SMALL))
    assert not pack(16, 32, dearest).blocks


@pytest.mark.parametrize(
    ("name", "lanes", "ports"),
    [
        ("ecp5-25k", 4, [1, 2]),
        ("ecp5-25k", 1, [1]),  # nothing to share it with
        ("ice40-up5k", 4, [1]),  # its block RAM has no second read port
    ],
)
def test_lanes_share_memories_where_they_can(name: str, lanes: int, ports: list[int]) -> None:
    options = memory_options(LARGE, lanes, find_device(name), block_worths(LARGE))
    assert list(dict.fromkeys(option.ports for option in options)) == ports


def test_a_layer_that_shares_none_has_memories_of_one_port() -> None:
    image = image_input(RNG, 4, 4, 4)
    node = exact_conv(RNG, "layer", image, ConvOptions(4))
    hardware = layer_hardware(ir.Program((image, node)), node)
    options = memory_options(hardware, 4, find_device("ecp5-25k"), block_worths(hardware))
    assert {option.ports for option in options} == {1}


@pytest.mark.parametrize("most", [64, 1000, 10**9])
def test_foldings_that_are_too_slow_are_left_out(most: int) -> None:
    found = {"layer": SMALL}, find_device("ecp5-25k")
    every = layer_candidates(*found)["layer"]
    fast = layer_candidates(*found, most_clocks=most)["layer"]
    assert fast == [candidate for candidate in every if candidate.clocks <= most]
    assert len(fast) > 1


def test_of_a_layer_that_is_never_fast_enough_the_fastest_is_left() -> None:
    found = {"layer": SMALL}, find_device("ecp5-25k")
    every = layer_candidates(*found)["layer"]
    fast = layer_candidates(*found, most_clocks=1)["layer"]
    least = min(candidate.clocks for candidate in every)
    assert least > 1
    assert fast == [candidate for candidate in every if candidate.clocks == least]


def test_nearest_encoders_may_be_slower_than_the_tables() -> None:
    """Where comparing with all prototypes in time would take more than there is."""
    rng = np.random.default_rng(0)
    image = image_input(rng, 4, 6, 6)
    node = table_conv(rng, "layer", image, ConvOptions(4), prototypes=256, encoder="nearest")
    layer = layer_hardware(ir.Program((image, node)), node)
    least = min(layer.foldable.foldings())
    ways = list(layer.considered(Folding(*least)))
    clocks = [layer.clocks(way) for way in ways]
    assert clocks == sorted(clocks)
    assert clocks[0] <= 2 * layer.bank_clocks(ways[0])
    assert ways[-1].knobs == {"encoders": 1, "prototypes": 1, "elements": 1}
    found = layer_candidates({"layer": layer}, find_device("ecp5-25k"))["layer"]
    assert {1, 4} < {way.folding.knobs["prototypes"] for way in found}


def test_nothing_is_considered_that_is_too_large_without_its_memories() -> None:
    """A wide linear layer has thousands of such ways, with memories of many pieces."""
    image = image_input(RNG, 256, 1, 1)
    node = exact_conv(RNG, "layer", image, ConvOptions(64))
    hardware = layer_hardware(ir.Program((image, node)), node)
    device = find_device("ecp5-25k")
    found = layer_candidates({"layer": hardware}, device)["layer"]
    assert all(price(hardware.logic(each.folding), device.family) <= device.cells for each in found)
