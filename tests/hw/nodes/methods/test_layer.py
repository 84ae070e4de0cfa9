"""What layers of all methods say of themselves."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from tabfab.compiler import program as ir
from tabfab.hw.engine.bank_geometry import FoldingError
from tabfab.hw.engine.folding import Folding
from tabfab.hw.nodes.catalog import layer_hardware
from tabfab.hw.nodes.methods.layer import LayerHardware

from support.programs import ConvOptions, exact_conv, image_input, table_conv

RNG = np.random.default_rng(0)
IMAGE = image_input(RNG, 5, 6, 6)
OPTIONS = ConvOptions(12, kernel=(3, 2))
EXACT = exact_conv(RNG, "exact", IMAGE, OPTIONS)
PIXEL = table_conv(RNG, "pixel", IMAGE, OPTIONS, layout="pixel", length=2)
PATCH = table_conv(RNG, "patch", IMAGE, OPTIONS, layout="patch", length=4)


def hardware(node: ir.Conv) -> LayerHardware[ir.Conv]:
    return layer_hardware(ir.Program((IMAGE, node)), node)


@pytest.mark.parametrize(("node", "inputs"), [(EXACT, 5), (PIXEL, 3), (PATCH, 8)])
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


def test_encoders_keep_up_with_the_tables() -> None:
    layer = hardware(PIXEL)
    for lanes, outputs in layer.foldable.foldings():
        folding = Folding(lanes, outputs)
        matched = layer.matched(folding)
        coded = 36 * -(-3 // matched.knobs["encoders"])
        assert coded <= max(layer.bank_clocks(folding), 36)
        assert layer.clocks(matched) == max(layer.bank_clocks(folding), coded)


def test_encoders_that_nobody_counted_keep_up_with_what_arrives() -> None:
    assert hardware(PIXEL).clocks(Folding(3, 12)) == 20 * 6


def test_an_exact_layer_has_no_encoders() -> None:
    layer = hardware(EXACT)
    assert layer.matched(Folding(1, 1)) == Folding(1, 1)
    with pytest.raises(FoldingError, match="method 'exact' have no knob 'encoders'"):
        layer.check(Folding(1, 1, {"encoders": 1}))
    hardware(PIXEL).check(Folding(1, 1, {"encoders": 1}))


def test_bits_that_are_stored() -> None:
    assert hardware(EXACT).stored_bits == EXACT.weight.size * 8
    small = replace(PIXEL, tables=np.clip(PIXEL.tables, -2, 1))
    assert hardware(small).stored_bits == 2 * small.tables.size
