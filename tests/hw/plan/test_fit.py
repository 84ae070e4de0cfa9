"""Fitting a whole network, with what the search for foldings does not see."""

from __future__ import annotations

from dataclasses import replace
from math import ceil

import numpy as np
import pytest
from tabfab.compiler import program as ir
from tabfab.hw.device.cells import Cells
from tabfab.hw.device.devices import find_device
from tabfab.hw.plan import PlanOptions, make_plan
from tabfab.hw.plan.fit import BUDGET, Aim, Misfit, fit

from support.programs import ConvOptions, image_input, table_conv

RNG = np.random.default_rng(3)
IMAGE = image_input(RNG, 4, 8, 8)
SMALL = table_conv(RNG, "small", IMAGE, ConvOptions(8, kernel=(3, 3), padding=(1, 1)), length=2)
LARGE = table_conv(RNG, "large", SMALL, ConvOptions(8, kernel=(5, 5), padding=(2, 2)), length=2)
PROGRAM = ir.Program((IMAGE, SMALL, LARGE))
DEVICE = find_device("ecp5-25k")


def test_what_the_search_does_not_see_is_set_aside_and_searched_again() -> None:
    """Queues and conversions of lanes: with room for the smallest network, one always fits."""
    smallest = make_plan(PROGRAM, PlanOptions(DEVICE.name, subspaces=1, outputs=1)).cells
    largest = fit(PROGRAM, Aim(DEVICE)).cells
    assert smallest is not None
    for luts in np.linspace(1.1 * smallest.luts, largest.luts, 8):
        device = replace(DEVICE, luts=ceil(luts / BUDGET.luts))
        found = fit(PROGRAM, Aim(device))
        assert found.cells <= Aim(device).budget


def test_the_slowest_layer_is_named() -> None:
    """It collects patches element by element, as a part of one would be left over."""
    wide = ConvOptions(8, kernel=(5, 5), padding=(2, 2))
    slow = table_conv(RNG, "slow", SMALL, wide, layout="patch", length=3)
    with pytest.raises(Misfit, match=r"layer 'slow' takes 12,800 clocks"):
        make_plan(ir.Program((IMAGE, SMALL, slow)), PlanOptions("ecp5-25k", fps=1e5))


def test_what_is_slower_than_any_layer_is_named() -> None:
    with pytest.raises(Misfit, match=r"node 'image' takes 64 clocks .* however layers are folded"):
        make_plan(PROGRAM, PlanOptions("ecp5-25k", fps=1e7))


def test_logic_cells_beside_a_network_are_not_reserved_where_none_are_counted() -> None:
    """A program that does not fit one board is tried on devices of other families."""
    reserved = Cells(luts=100, logic_cells=200)
    there, elsewhere = (
        Aim(find_device(name), reserved=reserved).budget for name in ("ice40-up5k", "gw1n-9")
    )
    assert (
        there.logic_cells == find_device("ice40-up5k").cells.logic_cells * BUDGET.logic_cells - 200
    )
    assert elsewhere.logic_cells == 0
    assert elsewhere.luts == find_device("gw1n-9").luts * BUDGET.luts - 100
