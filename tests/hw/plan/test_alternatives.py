"""Programs that do not fit: what is said, and whether it is true."""

from __future__ import annotations

import re
from dataclasses import replace

import numpy as np
import pytest
from tabfab.compiler import program as ir
from tabfab.hw.device.devices import find_device
from tabfab.hw.nodes.catalog import layers
from tabfab.hw.nodes.methods.change import Change
from tabfab.hw.nodes.methods.table.smaller import (
    fewer_bits,
    fewer_prototypes,
    longer_subspaces,
)
from tabfab.hw.plan import PlanError, PlanOptions, alternatives, make_plan
from tabfab.hw.plan.alternatives import changes
from tabfab.hw.plan.fit import Aim

from support.programs import ConvOptions, image_input, table_conv

RNG = np.random.default_rng(6)
IMAGE = image_input(RNG, 16, 4, 4)
OPTIONS = ConvOptions(48, kernel=(3, 3), padding=(1, 1))
CONV = table_conv(RNG, "conv", IMAGE, OPTIONS, length=4, prototypes=16)
PROGRAM = ir.Program((IMAGE, CONV))
"""216 kbit of tables; an iCE40 UP5K has 120."""
AIM = Aim(find_device("ice40-up5k"))


def tables(program: ir.Program) -> ir.TableConv:
    (node,) = program.convs
    assert isinstance(node, ir.TableConv)
    return node


@pytest.mark.parametrize("bits", [6, 4])
def test_fewer_bits(bits: int) -> None:
    node = tables(fewer_bits(PROGRAM, bits))
    assert node.tables.shape == CONV.tables.shape
    assert int(np.abs(node.tables.astype(int)).max()).bit_length() <= bits


def test_fewer_prototypes() -> None:
    node = tables(fewer_prototypes(PROGRAM, 4))
    assert node.encoder.prototypes == 4
    assert node.tables.shape == (*CONV.tables.shape[:2], 4, 48)
    same = fewer_prototypes(PROGRAM, 16)
    assert tables(same).tables.shape == CONV.tables.shape


def test_longer_subspaces() -> None:
    node = tables(longer_subspaces(PROGRAM, 8))
    assert (node.encoder.length, node.encoder.subspaces) == (8, 2)
    assert node.tables.shape[0] == 2


@pytest.fixture
def merged() -> ir.Program:
    """The same with trees of 64 leaves, of which only the last of all has the highest code."""
    encoder = CONV.encoder
    codes = RNG.integers(0, 4, (encoder.subspaces, 64)).astype(np.uint16)
    codes[-1, -1] = encoder.prototypes - 1
    size = (encoder.subspaces, 63)
    trees = ir.TreeEncoder(
        RNG.integers(0, encoder.length, size).astype(np.int16),
        RNG.integers(0, 256, size).astype(np.int16),
        encoder.length,
        codes,
    )
    return ir.Program((IMAGE, replace(CONV, encoder=trees)))


def test_fewer_prototypes_where_leaves_are_merged(merged: ir.Program) -> None:
    node = tables(fewer_prototypes(merged, 8))
    assert isinstance(node.encoder, ir.TreeEncoder)
    assert (node.encoder.prototypes, node.encoder.leaves) == (8, 32)
    assert node.tables.shape == (*CONV.tables.shape[:2], 8, 48)


def test_longer_subspaces_where_leaves_are_merged(merged: ir.Program) -> None:
    node = tables(longer_subspaces(merged, 8))
    assert isinstance(node.encoder, ir.TreeEncoder)
    assert (node.encoder.prototypes, node.encoder.leaves) == (16, 64)
    assert node.tables.shape == (2, *CONV.tables.shape[1:])


def stored_bits(program: ir.Program) -> int:
    return sum(layer.stored_bits for layer in layers(program).values())


def test_every_change_makes_tables_smaller() -> None:
    full = stored_bits(PROGRAM)
    assert full == CONV.tables.size * 8
    for change in changes(PROGRAM):
        assert stored_bits(change.apply(PROGRAM)) < full, change.option


def test_says_what_is_short_and_what_would_fit() -> None:
    with pytest.raises(PlanError, match="does not fit ice40-up5k") as error:
        make_plan(PROGRAM, PlanOptions("ice40-up5k"))
    assert re.search(r"[\d,]+ (LUTs|block RAMs) of [\d,]+ \([\d,]+ too many", str(error.value))
    named = re.findall(r"--[a-z-]+ \d+", str(error.value))
    device = re.findall(r"on (\S+)$", str(error.value))
    assert named or device
    for change in changes(PROGRAM):
        if change.option in named:
            make_plan(change.apply(PROGRAM), PlanOptions("ice40-up5k"))
    for name in device:
        make_plan(PROGRAM, PlanOptions(name))


def test_a_larger_device_is_of_the_same_family_where_one_will_do() -> None:
    """However many smaller ones of other families there are."""
    for name, larger in (("ice40-up5k", "ice40-hx8k"), ("artix7-35t", "zynq-7020")):
        aim = Aim(find_device(name))
        found = alternatives._larger_device(PROGRAM, aim, lambda what, program, aim: True)
        assert list(found) == [f"on {larger}"]


def test_two_settings_at_once_are_not_the_same_one_twice(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    tried: list[str] = []
    both = alternatives._both

    def noted(first: Change, second: Change, program: ir.Program) -> ir.Program:
        tried.append(f"{first.option} {second.option}")
        return both(first, second, program)

    monkeypatch.setattr(alternatives, "_both", noted)
    found = alternatives._smaller_programs(PROGRAM, AIM, lambda what, program, aim: False)
    assert list(found) == []
    assert tried
    for pair in tried:
        assert len(set(re.findall(r"--[a-z-]+", pair))) == 2, pair


def test_what_is_tried_is_told_and_that_it_does_not_fit() -> None:
    told: list[tuple[int, int, str]] = []

    def progress(done: int, total: int, what: str = "") -> None:
        told.append((done, total, what))

    with pytest.raises(PlanError, match="does not fit"):
        make_plan(PROGRAM, PlanOptions(device="ice40-up5k"), progress)
    tried = [(done, total) for done, total, what in told if "trying" in what]
    assert [done for done, _ in tried] == list(range(1, len(tried) + 1))
    assert all(done <= total for done, total in tried)
    assert "it does not fit ice40-up5k; trying --table-bits" in "".join(t[2] for t in told)
