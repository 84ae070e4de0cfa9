"""Activation tables answer for themselves, and contradictions are refused by name."""

from __future__ import annotations

import dataclasses
from typing import Any

import numpy as np
import pytest
from tabfab.compiler import program as p

INT4 = p.ActivationType(4, signed=True)
IMAGE = p.Input(name="image", inputs=(), shape=(3, 2, 2), type=p.UINT8, zero=np.zeros(3, np.int16))


def node(**more: Any) -> p.ActivationTable:
    fields: dict[str, Any] = {
        "name": "f", "inputs": ("image",), "shape": (3, 2, 2), "type": INT4, "source": p.UINT8,
        "tables": np.tile(np.arange(-8, 8, dtype=np.int16), 16)[None], **more,
    }  # fmt: skip
    return p.ActivationTable(**fields)


def test_it_pads_with_its_zero() -> None:
    assert node(zero=-3).padding_value.tolist() == [-3] * 3
    assert node().padding_value.tolist() == [0] * 3


def test_a_table_for_all_channels_or_one_for_each() -> None:
    p.Program((IMAGE, node()))
    p.Program((IMAGE, node(tables=np.zeros((3, 256), np.int16))))


@pytest.mark.parametrize(
    ("more", "message"),
    [
        (
            {"tables": np.zeros((2, 256), np.int16)},
            r"must be one for all channels, or one for each",
        ),
        ({"tables": np.zeros(256, np.int16)}, "must be one for all channels"),
        ({"tables": np.zeros((1, 16), np.int16)}, "16 entries, but uint8 has 256 values"),
        ({"tables": np.full((1, 256), 8, np.int16)}, "must hold values of int4"),
        ({"tables": np.full((1, 256), -9, np.int16)}, "must hold values of int4"),
        ({"zero": 8}, "its zero, 8, must be a value of int4"),
    ],
)
def test_contradictions_are_refused(more: dict[str, Any], message: str) -> None:
    with pytest.raises(p.ProgramError, match=f"node 'f'.*{message}"):
        node(**more)


def test_tables_for_another_type_are_refused() -> None:
    other = dataclasses.replace(node(), source=p.INT8)
    with pytest.raises(p.ProgramError, match="'f' has tables for int8, but reads uint8"):
        p.Program((IMAGE, other))


def test_a_maximum_pool_hands_its_zero_on() -> None:
    pool = p.MaxPool(
        name="pool", inputs=("f",), shape=(3, 1, 1), type=INT4, kernel=(2, 2), stride=(2, 2)
    )
    flat = p.Flatten(name="flat", inputs=("pool",), shape=(3, 1, 1), type=INT4)
    program = p.Program((IMAGE, node(zero=5), pool, flat))
    assert program.padding_value("pool").tolist() == [5] * 3
    assert program.padding_value("flat").tolist() == [0] * 3
