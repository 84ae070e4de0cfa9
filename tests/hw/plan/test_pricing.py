"""The planner's estimates against Yosys' counts, and a layer's sketch against the real one."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tabfab.compiler import program as ir
from tabfab.hw.device.cells import Cells
from tabfab.hw.device.devices import find_device
from tabfab.hw.device.families.catalog import FAMILIES
from tabfab.hw.engine.folding import Folding
from tabfab.hw.logic.demand import Demand
from tabfab.hw.logic.memory import Memory
from tabfab.hw.logic.packing import MemoryOptions
from tabfab.hw.nodes.assemble import assemble
from tabfab.hw.nodes.catalog import layer_hardware, layers
from tabfab.hw.nodes.methods.table.encoders import encoder_hardware
from tabfab.hw.nodes.methods.table.nearest_hardware import NearestHardware
from tabfab.hw.plan import Plan, build_network
from tabfab.hw.plan.candidates import block_worths, memory_options
from tabfab.hw.plan.fit import network_cells
from tabfab.hw.plan.pricing import memories_price, memory_price, price
from tabfab.hw.plan.queue_depths import fork_depths, guessed_fork_depths
from tabfab.hw.rtl.build import write_build
from tabfab.hw.synth.cell_counts import device_cells
from tabfab.hw.synth.core_synth import synthesize_core
from tabfab.hw.synth.synth import synthesize

from support.profiles import examples
from support.programs import (
    ENCODERS,
    Case,
    ConvOptions,
    cases,
    dyadic_conv,
    exact_conv,
    haste_conv,
    image_input,
    table_conv,
)

TOLERANCE, CONSTANT = 0.25, 200
"""How far an estimate may be off: this share, and so many cells."""


def network(seed: int) -> ir.Program:
    """An exact layer, a table layer around which there is a shortcut, a pool."""
    rng = np.random.default_rng(seed)
    image = image_input(rng, int(rng.integers(1, 4)), 8, 8)
    same = ConvOptions(int(rng.choice([8, 16])), kernel=(3, 3), padding=(1, 1))
    first = exact_conv(rng, "first", image, same)
    second = table_conv(rng, "second", first, same, length=4, prototypes=16)
    add = ir.Add(
        name="add", inputs=("second", "first"), shape=first.shape, type=ir.UINT8, low=0, high=255,
        left=(0, 0), shift=1,
    )  # fmt: skip
    pool = ir.MaxPool(
        name="pool", inputs=("add",), shape=(first.shape[0], 4, 4), type=ir.UINT8,
        kernel=(2, 2), stride=(2, 2),
    )  # fmt: skip
    return ir.Program((image, first, second, add, pool))


@pytest.mark.parametrize(("name", "seed"), [("ecp5-85k", 0), ("artix7-100t", 2)])
@pytest.mark.slow("tests/hw/logic/test_packing.py compares single banks")
def test_estimates_are_near_what_yosys_counts(name: str, seed: int, tmp_path: Path) -> None:
    rng, device, program = np.random.default_rng(seed), find_device(name), network(seed)
    chosen = {}
    for layer_name, layer in layers(program).items():
        ways = [way for way in layer.foldable.foldings() if max(way) <= 8]
        lanes, outputs = ways[rng.integers(len(ways))]
        memories = list(memory_options(layer, lanes, device, block_worths(layer)))
        folding = Folding(lanes, outputs, memory=memories[rng.integers(len(memories))])
        chosen[layer_name] = layer.matched(folding)
    depths, built, _ = fork_depths(program, assemble(program, chosen), 2)
    write_build(program, Plan(name, chosen, depths, 1, 1), tmp_path / "build")
    report = synthesize(tmp_path / "build", device.family.name)
    counted = sum((device_cells(cells) for cells in report.components.values()), Cells())
    estimate = network_cells(built, device)
    for resource in ("luts", "flip_flops"):
        guess, count = getattr(estimate, resource), getattr(counted, resource)
        assert abs(guess - count) <= TOLERANCE * count + CONSTANT, resource
    assert estimate.block_rams == pytest.approx(counted.block_rams, abs=2)
    assert estimate.multipliers == counted.multipliers


@pytest.mark.parametrize(
    ("channels", "outputs", "planes"),
    [(8, 2, 6), (24, 8, 10)],
)
@pytest.mark.slow("seconds of Yosys for each stage")
def test_haste_layers_take_what_they_say(
    channels: int, outputs: int, planes: int, tmp_path: Path
) -> None:
    rng = np.random.default_rng(1)
    image = image_input(rng, channels, 8, 8)
    options = ConvOptions(channels, kernel=(3, 3), padding=(1, 1))
    layer = haste_conv(rng, "layer", image, options, planes=planes)
    program, family = ir.Program((image, layer)), find_device("ecp5-85k").family
    chosen = {"layer": Folding(1, outputs, memory=MemoryOptions(family.name, 1, 400))}
    write_build(program, Plan(None, chosen, {}, 1, 1), tmp_path / "build")
    counted = synthesize(tmp_path / "build", family.name).components
    demands = assemble(program, chosen).demands()
    own = ("layer.engine", "layer.patch_rows")
    estimate = sum((price(demands[stage], family) for stage in own), Cells())
    count = sum((device_cells(counted[stage]) for stage in own), Cells())
    assert estimate.luts == pytest.approx(count.luts, rel=0.15)
    # Registers behind a block RAM that is one deep are its own here, those of two are not.
    assert estimate.flip_flops == pytest.approx(count.flip_flops, rel=0.3)
    assert estimate.block_rams == pytest.approx(count.block_rams, abs=1)
    assert estimate.multipliers == count.multipliers


def rearranged() -> ir.Program:
    """Channels side by side and chosen, pixels repeated, and channels that become pixels."""
    rng = np.random.default_rng(0)
    image = image_input(rng, 3, 8, 8)
    first = exact_conv(rng, "first", image, ConvOptions(8))
    second = exact_conv(rng, "second", first, ConvOptions(8))
    joined = ir.Concat(
        name="joined", inputs=("first", "second"), shape=(16, 8, 8), type=ir.UINT8, low=0,
        high=255, left=(0, 0), shift=(0, 1),
    )  # fmt: skip
    half = ir.ChannelSelect(
        name="half", inputs=("joined",), shape=(8, 8, 8), type=ir.UINT8, channels=tuple(range(8))
    )
    odd = ir.ChannelSelect(
        name="odd", inputs=("joined",), shape=(8, 8, 8), type=ir.UINT8,
        channels=tuple(range(1, 16, 2)),
    )  # fmt: skip
    again = ir.Concat(
        name="again", inputs=("half", "odd"), shape=(16, 8, 8), type=ir.UINT8, low=0, high=255,
        left=(0, 0), shift=(0, 0),
    )  # fmt: skip
    large = ir.Upsample(
        name="large", inputs=("again",), shape=(16, 16, 16), type=ir.UINT8, factor=(2, 2)
    )
    spread = ir.DepthToSpace(
        name="spread", inputs=("large",), shape=(4, 32, 32), type=ir.UINT8, block=(2, 2)
    )
    return ir.Program((image, first, second, joined, half, odd, again, large, spread))


@pytest.mark.slow("Yosys on nine components, which take a look-up table more or less each")
def test_what_rearranges_takes_about_what_yosys_counts(tmp_path: Path) -> None:
    program, device = rearranged(), find_device("ecp5-85k")
    chosen = {name: Folding(1, 2) for name in layers(program)}
    depths, built, _ = fork_depths(program, assemble(program, chosen), 2)
    write_build(program, Plan("ecp5-85k", chosen, depths, 1, 1), tmp_path / "build")
    report = synthesize(tmp_path / "build", device.family.name)
    compared = 0
    for name, demand in built.demands().items():
        if name.split(".")[1] in ("join", "select", "wires", "repeat", "spread"):
            guess, count = price(demand, device.family), device_cells(report.components[name])
            assert guess.luts == pytest.approx(count.luts, rel=0.4, abs=50), name
            assert guess.flip_flops == pytest.approx(count.flip_flops, rel=0.2, abs=10), name
            assert guess.block_rams == count.block_rams, name
            compared += 1
    assert compared == 6


@examples(30)
@given(cases(), st.sampled_from(["ecp5-85k", "ice40-hx8k", "artix7-100t"]))
def test_every_component_says_what_it_is_made_of(case: Case, name: str) -> None:
    network = assemble(case.program, case.foldings)
    network = network.with_fork_depths(guessed_fork_depths(case.program, network))
    cells = network_cells(network, find_device(name))
    assert min(cells.amounts) >= 0
    assert cells.luts > 0


def said_and_made_of(image: ir.Input, node: ir.Conv, folding: Folding) -> tuple[Cells, Cells]:
    """Cells of an ECP5 that a layer says it takes, and those of all components of its network."""
    program, family = ir.Program((image, node)), FAMILIES["ecp5"]
    layer = layer_hardware(program, node)
    guess = price(layer.logic(folding), family) + memories_price(layer.memories(folding), family)
    parts = assemble(program, {node.name: folding}).demands()
    return guess, sum((price(demand, family) for demand in parts.values()), Cells())


@pytest.mark.parametrize(("lanes", "outputs", "encoders"), [(1, 2, 1), (2, 8, 1), (4, 16, 2)])
@pytest.mark.parametrize("layout", ["pixel", "patch"])
def test_what_a_layer_says_is_near_what_it_is_made_of(
    lanes: int, outputs: int, encoders: int, layout: ir.Layout
) -> None:
    folding = Folding(lanes, outputs, {"encoders": encoders})
    rng = np.random.default_rng(7)
    image = image_input(rng, 16, 8, 8)
    options = ConvOptions(16, kernel=(3, 3), padding=(1, 1))
    node = table_conv(rng, "conv", image, options, layout=layout, length=4, prototypes=16)
    guess, real = said_and_made_of(image, node, folding)
    assert guess.luts == pytest.approx(real.luts, rel=0.3)
    assert guess.flip_flops == pytest.approx(real.flip_flops, rel=0.4)
    assert guess.block_rams == pytest.approx(real.block_rams, abs=1)


@pytest.mark.parametrize("encoder", ["nearest", "nearest-l1"])
@pytest.mark.parametrize(
    ("encoders", "prototypes", "elements"), [(1, 1, 1), (1, 4, 2), (1, 16, 4), (2, 16, 4)]
)
@pytest.mark.parametrize("layout", ["pixel", "patch"])
def test_what_a_layer_with_a_nearest_encoder_says_is_what_it_is_made_of(
    encoder: str, encoders: int, prototypes: int, elements: int, layout: ir.Layout
) -> None:
    knobs = {"encoders": encoders, "prototypes": prototypes, "elements": elements}
    folding = Folding(1, 2, knobs, MemoryOptions("ecp5"))
    rng = np.random.default_rng(7)
    image = image_input(rng, 16, 8, 8)
    options = ConvOptions(16, kernel=(3, 3), padding=(1, 1))
    node = table_conv(
        rng, "conv", image, options, layout=layout, length=4, prototypes=16, encoder=encoder
    )
    guess, real = said_and_made_of(image, node, folding)
    assert guess.luts == pytest.approx(real.luts, rel=0.3)
    assert guess.flip_flops == pytest.approx(real.flip_flops, rel=0.3)
    assert guess.block_rams == pytest.approx(real.block_rams, abs=1)
    assert (
        guess.multipliers
        == real.multipliers
        == (encoder == "nearest") * (encoders * prototypes * elements)
    )


@pytest.mark.parametrize("encoder", ["nearest", "nearest-l1"])
@pytest.mark.parametrize(
    ("family", "prototypes", "elements"), [("ecp5", 4, 4), ("ice40", 1, 4), ("ecp5", 4, 2)]
)
@pytest.mark.slow("Yosys for each encoder; the smallest would be enough")
def test_nearest_encoders_take_what_they_say(
    encoder: str, family: str, prototypes: int, elements: int, tmp_path: Path
) -> None:
    found = ENCODERS[encoder](np.random.default_rng(0), 8, 16, 4, ir.UINT8)
    hardware = encoder_hardware(found, ir.UINT8, 1)
    assert isinstance(hardware, NearestHardware)
    knobs = {"prototypes": prototypes, "elements": elements}
    core = hardware.core(knobs, MemoryOptions(family, 1, 400))
    count = device_cells(synthesize_core(core, family, tmp_path))
    estimate = price(core.demand(), FAMILIES[family])
    assert estimate.luts == pytest.approx(count.luts, rel=0.15, abs=30)
    assert estimate.flip_flops == pytest.approx(count.flip_flops, rel=0.15)
    assert estimate.block_rams == count.block_rams
    assert estimate.multipliers == count.multipliers


@pytest.mark.parametrize(("lanes", "outputs"), [(1, 2), (2, 8), (4, 16)])
def test_what_an_exact_layer_with_multipliers_says_is_what_it_is_made_of(
    lanes: int, outputs: int
) -> None:
    rng = np.random.default_rng(7)
    image = image_input(rng, 16, 8, 8)
    options = ConvOptions(16, kernel=(3, 3), padding=(1, 1))
    node = exact_conv(rng, "conv", image, options, multiplied=True)
    guess, real = said_and_made_of(image, node, Folding(lanes, outputs))
    assert guess.luts == pytest.approx(real.luts, rel=0.3)
    assert guess.flip_flops == pytest.approx(real.flip_flops, rel=0.4)
    assert guess.multipliers == real.multipliers == lanes * outputs + 2 * outputs


@pytest.mark.parametrize(("lanes", "outputs"), [(1, 2), (2, 8), (4, 16)])
@pytest.mark.parametrize(("terms", "quarters"), [(1, False), (2, False), (1, True)])
def test_what_a_dyadic_layer_says_is_what_it_is_made_of(
    lanes: int, outputs: int, terms: int, quarters: bool
) -> None:
    rng = np.random.default_rng(7)
    image = image_input(rng, 16, 8, 8)
    options = ConvOptions(16, kernel=(3, 3), padding=(1, 1))
    node = dyadic_conv(rng, "conv", image, options, terms=terms, finest_shift=6, quarters=quarters)
    guess, real = said_and_made_of(image, node, Folding(lanes, outputs))
    assert guess.luts == pytest.approx(real.luts, rel=0.3)
    assert guess.flip_flops == pytest.approx(real.flip_flops, rel=0.4)
    assert guess.multipliers == real.multipliers == 0


@pytest.mark.parametrize(
    ("memory", "family", "cells"),
    [
        (Memory(512, 36, "ram"), "xilinx", Cells(0, 36, 1)),
        (Memory(512, 36, "ram"), "ecp5", Cells(0, 0, 1)),
        (Memory(16, 8, "queue"), "ecp5", Cells(12)),
        (Memory(16, 8, "queue"), "ice40", Cells(128, 128)),
        (Memory(1, 8, "queue"), "ecp5", Cells(0, 8)),
        (Memory(16, 8, "rom"), "ecp5", Cells(8, 8)),
        (Memory(256, 16, "rom"), "ice40", Cells(0, 0, 1)),
    ],
)
def test_memories_go_where_yosys_puts_them(memory: Memory, family: str, cells: Cells) -> None:
    assert memory_price(memory, FAMILIES[family]) == cells


def test_a_plan_network_is_priced_as_it_is_built() -> None:
    program = network(3)
    chosen = {name: layer.matched(Folding(1, 1)) for name, layer in layers(program).items()}
    depths, built, _ = fork_depths(program, assemble(program, chosen), 2)
    device = find_device("ecp5-25k")
    again = build_network(program, Plan("ecp5-25k", chosen, depths, 1, 1))
    assert network_cells(again, device) == network_cells(built, device)


def test_a_family_of_logic_cells_counts_flip_flops_that_no_table_feeds() -> None:
    """On an iCE40 they take cells that look-up tables could have had."""
    demand = Demand(registers=100, adders=50)
    ice40, ecp5 = (price(demand, FAMILIES[name]) for name in ("ice40", "ecp5"))
    loose = FAMILIES["ice40"].loose_flip_flops
    assert loose is not None
    assert ice40.logic_cells == pytest.approx(ice40.luts + loose * 100)
    assert ecp5.logic_cells == 0
    twice = price(demand + demand, FAMILIES["ice40"])
    assert twice.logic_cells == pytest.approx(2 * ice40.logic_cells)


@pytest.mark.parametrize(
    ("lanes", "encoders", "taps"), [(1, 1, 1), (4, 4, 3), (8, 2, 3), (4, 2, 9), (16, 16, 9)]
)
def test_what_a_depthwise_layer_says_is_near_what_it_is_made_of(
    lanes: int, encoders: int, taps: int
) -> None:
    rng = np.random.default_rng(7)
    image = image_input(rng, 16, 8, 8)
    options = ConvOptions(16, kernel=(3, 3), padding=(1, 1), groups=16)
    node = table_conv(rng, "conv", image, options, layout="patch", length=9, prototypes=16)
    folding = Folding(lanes, lanes, {"encoders": encoders}, taps=taps)
    guess, real = said_and_made_of(image, node, folding)
    assert guess.luts == pytest.approx(real.luts, rel=0.3)
    assert guess.flip_flops == pytest.approx(real.flip_flops, rel=0.4)
