"""What haste nodes refuse, reach and cost."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from tabfab.compiler import program as p
from tabfab.compiler.program.cost import program_cost
from tabfab.compiler.program.program_file import load_program, save_program

from support.programs import image_input

IMAGE = image_input(np.random.default_rng(6), 6, 5, 5)


def node(**changes: Any) -> p.HasteConv:
    """Six channels of 5x5 pixels to four, in patches of 2x2 positions, four of them cut off."""
    fields: dict[str, Any] = {
        "name": "haste", "inputs": ("image",), "shape": (4, 5, 5), "type": p.INT8,
        "low": -128, "high": 127, "kernel": (3, 3), "padding": (1, 1),
        "bias": np.zeros(4, np.int32), "shift": np.full(4, 4, np.int8),
        "weight": np.ones((4, 6, 3, 3), np.int8), "patch": (2, 2),
        "hyperplanes": np.ones((2, 4, 4), np.int8), "fraction_bits": 1,
        "counted": 2, "buckets": np.full((1, 3, 3), 6), "merged": np.full((1, 3, 3), 2),
    }  # fmt: skip
    return p.HasteConv(**{**fields, **changes})


def test_its_operations_are_those_of_every_patch() -> None:
    program = p.Program((IMAGE, p.with_bounds(node(), p.UINT8)))
    (cost,) = program_cost(program).layers
    # 3 of 6 channels are left, of 9 patches with 25 positions; one bucket is of several channels.
    products = 3 * 25 * 9 * 4
    pixels = 4 * 16 + 2 * 2 * 12 + 9  # that the patches read: 4x4, 4x3, 3x4 and 3x3
    joined = 3 * (pixels + 9 * 9 * 4)
    hashed = 9 * 6 * (2 * 16 + 2)
    assert cost.multiplications == products + pixels + 9 * 6 * 2
    assert cost.additions == joined + hashed
    assert cost.comparisons == 9 * 6 * 2
    assert cost.exact == 25 * 9 * 6 * 4
    assert cost.stored_bytes == cost.weight_bytes == 4 * 6 * 9
    assert program.convs[0].details == {
        "hyperplanes": 2, "patch": "2x2", "fraction_bits": 1, "channels": 6, "buckets": 3.0,
    }  # fmt: skip


def test_a_factor_that_is_a_power_of_two_takes_no_multiplication() -> None:
    image = image_input(np.random.default_rng(6), 8, 5, 5)
    eight = node(weight=np.ones((4, 8, 3, 3), np.int8), buckets=np.full((1, 3, 3), 16))
    cost = eight.cost(image.shape)
    pixels = 4 * 16 + 2 * 2 * 12 + 9
    assert cost.multiplications == 25 * 9 * 8 * 4 + pixels


def test_it_is_saved_and_loaded(tmp_path: Path) -> None:
    program = p.Program((IMAGE, p.with_bounds(node(), p.UINT8)))
    save_program(program, tmp_path / "program")
    again = load_program(tmp_path / "program")["haste"]
    assert isinstance(again, p.HasteConv)
    for field in dataclasses.fields(again):
        was, now = getattr(program["haste"], field.name), getattr(again, field.name)
        np.testing.assert_array_equal(now, was)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"patch": (0, 2)}, "1 to 64 positions each way"),
        ({"patch": (65, 2)}, r"not \(65, 2\)"),
        ({"fraction_bits": 7}, "0 to 6 bits behind the point, not 7"),
        ({"hyperplanes": np.ones((2, 4, 5), np.int8)}, r"of the \(4, 4\) pixels that a patch"),
        ({"hyperplanes": np.ones((33, 4, 4), np.int8)}, "must be 1 to 32"),
        ({"hyperplanes": np.full((2, 4, 4), 2, np.int8)}, "-1, 0 and 1 alone"),
        ({"weight": np.ones((4, 6, 9), np.int8)}, "must be four numbers"),
        ({"weight": np.ones((4, 1 << 17, 1, 1), np.int8)}, "at most 65536 channels"),
        ({"counted": 0}, "1 to 4,294,967,296 images, not 0"),
        ({"buckets": np.full((1, 3, 3), 13)}, "buckets of 2 images must be 2 to 12"),
        ({"buckets": np.full((1, 3, 3), 1)}, "buckets of 2 images must be 2 to 12"),
        ({"merged": np.full((1, 3, 3), -1)}, "merged of 2 images must be 0 to 12"),
        ({"merged": np.full((1, 3, 2), 0)}, r"each of its \(1, 3, 3\) groups and patches"),
    ],
)
def test_what_contradicts_itself_is_refused(changes: dict[str, Any], words: str) -> None:
    with pytest.raises(p.ProgramError, match=words):
        node(**changes)


def test_weights_for_another_input_are_refused() -> None:
    with pytest.raises(p.ProgramError, match=r"weights have shape \(4, 5, 3, 3\) instead of"):
        p.Program((IMAGE, node(weight=np.ones((4, 5, 3, 3), np.int8))))
