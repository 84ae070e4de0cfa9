"""A program that cannot fit is refused before any search, and none that could."""

from __future__ import annotations

import re

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from tabfab.compiler import program as ir
from tabfab.hw.device.cells import Cells
from tabfab.hw.device.devices import devices, find_device
from tabfab.hw.nodes.catalog import layers
from tabfab.hw.plan import Misfit, PlanOptions, make_plan
from tabfab.hw.plan.fit import Aim
from tabfab.hw.plan.lower_bound import check_least, least_cells

from support.programs import Case, ConvOptions, cases, image_input, table_conv

RNG = np.random.default_rng(3)
IMAGE = image_input(RNG, 16, 4, 4)
LARGE = ConvOptions(64, kernel=(3, 3), padding=(1, 1))
CONV = table_conv(RNG, "conv", IMAGE, LARGE, length=1, prototypes=256)
PROGRAM = ir.Program((IMAGE, CONV))
"""16 x 9 tables of 256 rows of 64 bytes: 18.9 Mbit."""


@given(
    case=cases(),
    name=st.sampled_from(sorted(devices())),
    loadable=st.booleans(),
    uniform=st.booleans(),
)
def test_no_plan_takes_less(case: Case, name: str, loadable: bool, uniform: bool) -> None:
    program = case.program
    assume(program.convs)
    options = PlanOptions(name, loadable=loadable, subspaces=1 if uniform else None)
    aim = Aim(find_device(name), loadable=loadable)
    try:
        plan = make_plan(program, options)
    except Misfit:
        return  # there is no plan to compare with
    assert plan.cells is not None
    assert least_cells(program, aim) <= plan.cells
    # Nor is there less room for tables than what a plan takes of it.
    family = aim.device.family
    stored = sum(layer.stored_bits for layer in layers(program).values())
    bits = plan.cells.block_rams * family.block_bits + plan.cells.luts * (1 << family.lut_inputs)
    assert stored <= bits


def test_memory_is_counted_in_bits() -> None:
    """A device has room in its block RAMs and four fifths of its LUTs."""
    aim = Aim(find_device("ice40-up5k"))
    (layer,) = layers(PROGRAM).values()
    in_luts = 0.8 * 5280 * 16
    least = least_cells(PROGRAM, aim)
    assert least == Cells(block_rams=int(np.ceil((layer.stored_bits - in_luts) / 4096)))


def test_nothing_is_searched_for_what_cannot_fit(monkeypatch: pytest.MonkeyPatch) -> None:
    def search(*arguments: object, **named: object) -> None:
        raise AssertionError("a search for foldings")

    for module in ("fit", "candidates"):
        monkeypatch.setattr(f"tabfab.hw.plan.{module}.layer_candidates", search)
    monkeypatch.setattr("tabfab.hw.plan.plan.assemble", search)
    for options in (PlanOptions("ice40-up5k"), PlanOptions("ice40-up5k", subspaces=1)):
        with pytest.raises(Misfit) as misfit:
            check_least(PROGRAM, Aim(find_device("ice40-up5k")))
        words = r"it takes at least .*[\d,]+ block RAMs of 30 \([\d,]+ too many\)"
        assert re.search(words, str(misfit.value))
        # The way out is searched for, but not the way in.
        with pytest.raises(AssertionError, match="a search"):
            make_plan(PROGRAM, options)


@pytest.mark.slow("the test above looks for no search either")
def test_a_network_for_no_device_is_refused_with_no_search_at_all(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def search(*arguments: object, **named: object) -> None:
        raise AssertionError("a search for foldings")

    monkeypatch.setattr("tabfab.hw.plan.fit.layer_candidates", search)
    kernel = ConvOptions(256, kernel=(5, 5), padding=(2, 2))
    wide = image_input(RNG, 64, 5, 5)
    huge = table_conv(RNG, "huge", wide, kernel, length=1, prototypes=256)
    with pytest.raises(Misfit, match="nor another device would do, so choose a smaller network"):
        make_plan(ir.Program((wide, huge)), PlanOptions("ecp5-85k"))
