"""What a Program refuses to be."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from tabfab.compiler import program as ir

from support.programs import ConvOptions, exact_conv, image_input, table_conv

RNG = np.random.default_rng(6)
IMAGE = image_input(RNG, 3, 4, 4)
EXACT = exact_conv(RNG, "exact", IMAGE, ConvOptions(5))
TABLE = table_conv(RNG, "table", IMAGE, ConvOptions(5))


def pool(type_: ir.ActivationType) -> ir.MaxPool:
    return ir.MaxPool(
        name="pool", inputs=("image",), shape=(3, 2, 2), type=type_, kernel=(2, 2), stride=(2, 2)
    )


def numbered(channels: int, type_: ir.ActivationType) -> ir.Program:
    image = image_input(RNG, channels, 1, 1)
    answer = ir.Argmax(name="argmax", inputs=("image",), shape=(1, 1, 1), type=type_)
    return ir.Program((image, answer))


def test_values_that_are_passed_on_keep_their_type() -> None:
    ir.Program((IMAGE, pool(ir.UINT8)))
    with pytest.raises(ir.ProgramError, match=r"'pool' passes values on, .* uint8, not int8"):
        ir.Program((IMAGE, pool(ir.INT8)))


def test_argmax_can_number_its_channels() -> None:
    numbered(256, ir.UINT8)
    with pytest.raises(ir.ProgramError, match="numbers 257 channels, too many for uint8"):
        numbered(257, ir.UINT8)
    with pytest.raises(ir.ProgramError, match="numbers 5 channels, too many for uint2"):
        numbered(5, ir.ActivationType(2, signed=False))


def test_accumulators_fit_32_bits() -> None:
    wide = replace(EXACT, bias=np.full(5, (1 << 31) - 1, np.int32))
    with pytest.raises(ir.ProgramError, match="which 32 bits cannot hold"):
        ir.with_bounds(wide, ir.UINT8)


@pytest.mark.parametrize("node", [EXACT, TABLE], ids=["exact", "table"])
def test_bounds_are_reached_by_no_input_and_missed_by_little(node: ir.Conv) -> None:
    """The extremes of independent terms bound every sum; checked against all single terms."""
    low, high = ir.accumulator_bounds(node, ir.UINT8)
    offset = node.bias.astype(np.int64) + node.half
    if isinstance(node, ir.ExactConv):
        terms = node.weight.astype(np.int64).reshape(5, -1)[:, :, None] * np.array([0, 255])
    else:
        assert isinstance(node, ir.TableConv)
        terms = node.tables.astype(np.int64).transpose(3, 0, 1, 2).reshape(5, -1, 4)
    assert low == (terms.min(axis=2).sum(axis=1) + offset).min()
    assert high == (terms.max(axis=2).sum(axis=1) + offset).max()


@pytest.mark.parametrize("bits", [1, 9])
def test_activations_have_2_to_8_bits(bits: int) -> None:
    with pytest.raises(ir.ProgramError, match="2 to 8 bits"):
        ir.ActivationType(bits, signed=True)


def test_ranges_of_types() -> None:
    assert (ir.INT8.low, ir.INT8.high) == (-128, 127)
    assert (ir.UINT8.low, ir.UINT8.high) == (0, 255)
    assert str(ir.ActivationType(4, signed=True)) == "int4"
