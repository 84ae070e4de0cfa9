"""What a Program refuses to be."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from tabfab.compiler import program as ir

from support.programs import ConvOptions, exact_conv, image_input

RNG = np.random.default_rng(6)
IMAGE = image_input(RNG, 3, 4, 4)
EXACT = exact_conv(RNG, "exact", IMAGE, ConvOptions(5))


@pytest.mark.parametrize("nodes", [(), (EXACT,)], ids=["empty", "no image"])
def test_it_starts_with_its_image(nodes: tuple[ir.Node, ...]) -> None:
    with pytest.raises(ir.ProgramError, match="starts with its input node"):
        ir.Program(nodes)


def test_names_are_unique() -> None:
    with pytest.raises(ir.ProgramError, match="two nodes are named 'exact'"):
        ir.Program((IMAGE, EXACT, EXACT))


def test_nodes_read_what_comes_before_them() -> None:
    with pytest.raises(ir.ProgramError, match=r"'exact' reads 'later', which does not come before"):
        ir.Program((IMAGE, replace(EXACT, inputs=("later",))))


def test_padding_is_what_a_real_zero_would_be() -> None:
    image = replace(IMAGE, zero=np.array([1, 128, 255], np.int16))
    program = ir.Program((image, EXACT))
    assert program.padding_value("image").tolist() == [1, 128, 255]
    assert program.padding_value("exact").tolist() == [0] * 5


def test_accumulators_fit_32_bits() -> None:
    wide = replace(EXACT, bias=np.full(5, (1 << 31) - 1, np.int32))
    with pytest.raises(ir.ProgramError, match="which 32 bits cannot hold"):
        ir.with_bounds(wide, ir.UINT8)


@pytest.mark.parametrize("bits", [1, 9])
def test_activations_have_2_to_8_bits(bits: int) -> None:
    with pytest.raises(ir.ProgramError, match="2 to 8 bits"):
        ir.ActivationType(bits, signed=True)


def test_ranges_of_types() -> None:
    assert (ir.INT8.low, ir.INT8.high) == (-128, 127)
    assert (ir.UINT8.low, ir.UINT8.high) == (0, 255)
    assert str(ir.ActivationType(4, signed=True)) == "int4"
