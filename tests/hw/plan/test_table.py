"""The figures of a plan."""

from __future__ import annotations

import numpy as np
import pytest
from tabfab.compiler import program as ir
from tabfab.hw.device.cells import Cells
from tabfab.hw.device.devices import find_device
from tabfab.hw.plan import PlanOptions, make_plan
from tabfab.hw.plan.table import plan_table

from support.programs import ConvOptions, exact_conv, image_input, table_conv
from support.untrained import untrained_program


def test_a_row_says_what_each_part_of_a_layer_takes() -> None:
    rng = np.random.default_rng(0)
    image = image_input(rng, 2, 5, 5)
    window = ConvOptions(4, kernel=(3, 3), padding=(1, 1))
    table = table_conv(rng, "table", image, window, length=2)
    pool = ir.MaxPool(
        name="pool", inputs=("table",), shape=(4, 2, 2), type=ir.UINT8, kernel=(2, 2), stride=(2, 2)
    )
    program = ir.Program((image, table, pool))
    device = find_device("ecp5-25k")
    figures = plan_table(program, make_plan(program, PlanOptions(device.name)), device)
    by_name = {row.name: row for row in figures.rows}
    assert by_name["table"].parts.keys() == {"encoder", "line_buffer", "engine"}
    assert by_name["pool"].parts.keys() == {"line_buffer", "other"}
    for row in figures.rows:
        assert sum(row.parts.values(), Cells()) == row.cells
    assert figures.total == by_name["table"].cells + by_name["pool"].cells


@pytest.mark.parametrize(
    ("network", "device", "fps", "full"),
    [("resnet8", "ecp5-85k", 4000, 0.85), ("resnet20", "artix7-200t", 2000, 0.9)],
)
@pytest.mark.slow("tests/hw/logic/test_packing.py packs single tables")
def test_tables_fill_their_block_rams(network: str, device: str, fps: float, full: float) -> None:
    """But for what stands in for logic: a few rows in a block RAM that would be left over."""
    program = untrained_program(network, 3, 32, "all-but-first")
    plan = make_plan(program, PlanOptions(device=device, fps=fps))
    table = plan_table(program, plan, find_device(device))
    assert table.table_stored_bits > full * table.table_occupied_bits
    assert table.table_occupied_bits > 0.7 * table.occupied_bits
    assert table.occupied_bits == table.total.block_rams * find_device(device).family.block_bits


def test_parts_are_what_the_method_calls_its_own() -> None:
    rng = np.random.default_rng(0)
    image = image_input(rng, 4, 6, 6)
    options = ConvOptions(4, kernel=(3, 3), padding=(1, 1))
    coded = table_conv(rng, "coded", image, options)
    pool = ir.MaxPool(
        name="pool", inputs=("coded",), shape=(4, 3, 3), type=coded.type, kernel=(2, 2),
        stride=(2, 2),
    )  # fmt: skip
    plain = exact_conv(rng, "plain", pool, options)
    program = ir.Program((image, coded, pool, plain))
    plan = make_plan(program, PlanOptions(device="ecp5-25k"))
    rows = {row.name: row for row in plan_table(program, plan, find_device("ecp5-25k")).rows}
    assert {"encoder", "line_buffer", "engine"} <= rows["coded"].parts.keys()
    assert rows["pool"].parts.keys() <= {"line_buffer", "other"}
    assert "encoder" not in rows["plain"].parts
    for row in rows.values():
        assert row.cells == sum(row.parts.values(), Cells())
