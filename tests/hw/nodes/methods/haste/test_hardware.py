"""A haste layer has no hardware, and every way to it says so by name."""

from __future__ import annotations

import pytest
from tabfab.compiler import program as ir
from tabfab.hw.engine.folding import Folding
from tabfab.hw.network.stage_list import NoHardwareError
from tabfab.hw.nodes.assemble import assemble
from tabfab.hw.nodes.catalog import layers
from tabfab.hw.plan import PlanOptions, make_plan

from support.any_program import Builder


@pytest.fixture
def program() -> ir.Program:
    builder = Builder(3, (4, 5, 5))
    builder.add("haste_conv")
    return ir.Program(tuple(builder.nodes))


WORDS = r"layer 'n1' is computed by the method 'haste', which has no hardware yet; compile with"


def test_its_layers_are_refused(program: ir.Program) -> None:
    with pytest.raises(NoHardwareError, match=WORDS):
        layers(program)


def test_it_is_not_planned(program: ir.Program) -> None:
    with pytest.raises(NoHardwareError, match=WORDS):
        make_plan(program, PlanOptions(device="ecp5-85k"))
    with pytest.raises(NoHardwareError, match=WORDS):
        make_plan(program, PlanOptions(subspaces=1, outputs=1))


def test_it_is_not_assembled(program: ir.Program) -> None:
    with pytest.raises(NoHardwareError, match=WORDS):
        assemble(program, {"n1": Folding(1, 1)})
