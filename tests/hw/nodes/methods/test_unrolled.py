"""Layers whose weights are constants."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from tabfab.compiler import program as ir
from tabfab.hw.device.cells import Cells
from tabfab.hw.device.families.catalog import FAMILIES
from tabfab.hw.engine.bank_geometry import FoldingError
from tabfab.hw.engine.folding import Folding
from tabfab.hw.logic.packing import MemoryOptions
from tabfab.hw.nodes.assemble import assemble
from tabfab.hw.nodes.catalog import layer_hardware
from tabfab.hw.nodes.methods.layer import ENGINE, LayerHardware
from tabfab.hw.nodes.methods.unrolled import UNROLLED
from tabfab.hw.plan.pricing import memories_price, price
from tabfab.sim.models.cycles import Stalls, predict

from support.networks import check_network, network_of
from support.programs import Case, ConvOptions, dyadic_conv, exact_conv, image_input, table_conv

RNG = np.random.default_rng(0)
IMAGE = image_input(RNG, 6, 4, 4)
DYADIC = dyadic_conv(RNG, "dyadic", IMAGE, ConvOptions(8), terms=2, finest_shift=5)
EXACT = exact_conv(RNG, "exact", IMAGE, ConvOptions(8))
GROUPED = dyadic_conv(RNG, "grouped", IMAGE, ConvOptions(9, groups=3), terms=1, finest_shift=4)
STRIDED = exact_conv(RNG, "strided", IMAGE, ConvOptions(4, stride=(2, 2), padding=(1, 1)))
WIDE = dyadic_conv(RNG, "wide", IMAGE, ConvOptions(8, kernel=(3, 3)), terms=1, finest_shift=5)
TABLE = table_conv(RNG, "table", IMAGE, ConvOptions(8), length=2)


def hardware(node: ir.Conv) -> LayerHardware[ir.Conv]:
    return layer_hardware(ir.Program((IMAGE, node)), node)


@pytest.mark.parametrize("levels", [1, 3])
@pytest.mark.parametrize(
    "node", [DYADIC, EXACT, GROUPED, STRIDED, WIDE], ids=lambda node: node.name
)
def test_computes_what_the_layer_means(node: ir.Conv, levels: int) -> None:
    layer = hardware(node)
    folding = replace(layer.unrolled(), knobs={UNROLLED: levels})
    images = RNG.integers(0, 256, (2, 4, 4, 6)).astype(np.uint8)
    case = Case(layer.program, {node.name: folding}, {}, images)
    network = network_of(case)
    for stalls in (Stalls.none(), Stalls.random(1)):
        check_network(case, network, stalls, predict(network, 2, stalls))


def test_answers_on_every_clock() -> None:
    layer = hardware(DYADIC)
    assert layer.clocks(layer.unrolled()) == 16
    network = assemble(layer.program, {"dyadic": layer.unrolled()})
    answers = predict(network, 1)[network.output.name]
    arriving = network.input.format.lanes
    assert (np.diff(answers) == 6 // arriving).all()  # a pixel's channels arrive one by one


def test_has_no_memory_and_no_multiplier() -> None:
    for node in (DYADIC, EXACT):
        layer = hardware(node)
        assert layer.memories(layer.unrolled()) == ()
        network = assemble(layer.program, {node.name: layer.unrolled()})
        demand = network.demands()[f"{node.name}.{ENGINE}"]
        assert demand.multipliers == 0
        assert all(memory.kind == "queue" for memory in demand.memories)


@pytest.mark.parametrize("node", [DYADIC, EXACT, GROUPED], ids=lambda node: node.name)
@pytest.mark.parametrize("family", ["ecp5", "ice40"])
def test_says_what_it_is_made_of(node: ir.Conv, family: str) -> None:
    layer = hardware(node)
    folding = layer.unrolled()
    guess = price(layer.logic(folding), FAMILIES[family])
    parts = assemble(layer.program, {node.name: folding}).demands()
    real: Cells = price(parts[f"{node.name}.{ENGINE}"], FAMILIES[family])
    assert guess.luts == pytest.approx(real.luts)
    assert guess.flip_flops == pytest.approx(real.flip_flops)
    assert memories_price(layer.memories(folding), FAMILIES[family]) == Cells()


def test_refuses_by_name_what_it_cannot() -> None:
    with pytest.raises(FoldingError, match="its 6 inputs and 9 taps by 8 outputs, not with 6, 1"):
        hardware(WIDE).check(Folding(6, 8, {UNROLLED: 1}))
    with pytest.raises(FoldingError, match=r"layer 'table' cannot be unrolled: .* method 'table'"):
        hardware(TABLE).unrolled()
    layer = hardware(DYADIC)
    with pytest.raises(
        FoldingError, match="all its 6 inputs and 1 taps by 8 outputs, not with 3, 1"
    ):
        layer.check(Folding(3, 8, {UNROLLED: 1}))
    loadable = replace(layer.unrolled(), memory=MemoryOptions(loadable=True))
    with pytest.raises(FoldingError, match="its weights are logic, and nothing can be loaded"):
        layer.check(loadable)


def test_the_planner_asks_small_layers_alone() -> None:
    for node, taps in ((DYADIC, 1), (EXACT, 1), (WIDE, 9)):
        whole = Folding(6, 8, {UNROLLED: 1}, taps=taps)
        assert list(hardware(node).further_foldings()) == [whole]
    assert list(hardware(TABLE).further_foldings()) == []
    image = image_input(RNG, 80, 1, 1)
    large = dyadic_conv(RNG, "large", image, ConvOptions(80), terms=2, finest_shift=5)
    assert list(layer_hardware(ir.Program((image, large)), large).further_foldings()) == []


def test_a_layer_that_may_be_logic_needs_no_memory() -> None:
    for node in (DYADIC, EXACT, WIDE):
        assert hardware(node).stored_bits == 0
    assert hardware(TABLE).stored_bits > 0
