"""What pools refuse."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
from tabfab.compiler import program as ir

from support.programs import image_input

IMAGE = image_input(np.random.default_rng(6), 3, 4, 4)
POOL = ir.MaxPool(
    name="pool", inputs=("image",), shape=(3, 2, 2), type=ir.UINT8, kernel=(2, 2), stride=(2, 2)
)
AVERAGE = ir.AveragePool(
    name="mean", inputs=("image",), shape=(3, 2, 2), type=ir.UINT8, kernel=(2, 2), stride=(2, 2),
    low=0, high=255, shift=2,
)  # fmt: skip


def test_values_that_are_passed_on_keep_their_type() -> None:
    ir.Program((IMAGE, POOL))
    with pytest.raises(ir.ProgramError, match=r"'pool' passes values on, .* uint8, not int8"):
        ir.Program((IMAGE, dataclasses.replace(POOL, type=ir.INT8)))


def test_averages_have_a_type_of_their_own() -> None:
    signed = dataclasses.replace(AVERAGE, type=ir.INT8, high=127)
    assert ir.Program((IMAGE, signed))["mean"].type == ir.INT8


@pytest.mark.parametrize("shift", [-1, ir.MAX_SHIFT + 1])
def test_averages_shift_by_what_hardware_has(shift: int) -> None:
    with pytest.raises(ir.ProgramError, match="shifts must lie in"):
        dataclasses.replace(AVERAGE, shift=shift)


@pytest.mark.parametrize("pool", [POOL, AVERAGE], ids=["max", "average"])
@pytest.mark.parametrize(
    "change",
    [
        {"kernel": (0, 1)},
        {"stride": (1, 0)},
        {"padding": (-1, 0)},
        {"dilation": (0, 1)},
        {"overhang": (0, -9)},
    ],
)
def test_windows_have_a_size(pool: ir.Window, change: dict[str, ir.Pair]) -> None:
    with pytest.raises(ir.ProgramError, match="at least 1, padding at least 0"):
        dataclasses.replace(pool, **change)
