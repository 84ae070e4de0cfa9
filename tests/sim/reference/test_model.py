"""The golden model and the compiler's execution against the reference model, node by node."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from tabfab.compiler import program as ir
from tabfab.compiler.store.errors import TabfabError
from tabfab.sim.models import golden
from tabfab.sim.reference.model import run_reference

from support.any_program import KINDS, Builder, programs
from support.executed import execute_all
from support.programs import Case, cases

CORNERS: list[ir.Shape] = [(1, 1, 1), (1, 4, 3), (2, 1, 5), (4, 6, 1), (6, 2, 2), (5, 4, 5)]


def check(program: ir.Program, images: NDArray[np.uint8]) -> None:
    """All three give the same integers for every node and image."""
    values, executed = golden.run(program, images), execute_all(program, images)
    for number, image in enumerate(images):
        for name, expected in run_reference(program, image.tolist()).items():
            assert values[name][number].tolist() == expected, program[name]
            assert executed[name][number].tolist() == expected, program[name]


@given(programs())
def test_programs_of_every_kind_of_node(case: tuple[ir.Program, NDArray[np.uint8]]) -> None:
    check(*case)


@given(cases())
def test_programs_that_have_hardware(case: Case) -> None:
    check(case.program, case.images)


@pytest.mark.parametrize("kind", KINDS)
@given(st.integers(0, 2**32 - 1), st.sampled_from(CORNERS), st.booleans(), st.integers(1, 256))
def test_every_kind_of_node(
    kind: str, seed: int, shape: ir.Shape, behind_clamp: bool, step: int
) -> None:
    builder = Builder(seed, shape)
    if behind_clamp:
        builder.add("clamp")
    builder.add(kind)
    assert builder.nodes[-1].kind == kind
    images = builder.random.integers(0, 256, (2, *shape[1:], shape[0])) // step * step
    check(ir.Program(tuple(builder.nodes)), images.astype(np.uint8))


def test_argmax_takes_the_first_of_the_largest() -> None:
    builder = Builder(0, (5, 1, 1))
    builder.add("argmax")
    program = ir.Program(tuple(builder.nodes))
    images = np.array([[3, 9, 9, 2, 9], [0, 0, 0, 0, 0]], np.uint8).reshape(2, 1, 1, 5)
    check(program, images)
    assert run_reference(program, images[0].tolist())["n1"] == [[[1]]]


def test_bias_brings_a_sum_of_more_than_32_bits_back() -> None:
    channels = 70_000
    image = ir.Input(
        name="image",
        inputs=(),
        shape=(channels, 1, 1),
        type=ir.UINT8,
        zero=np.zeros(channels, np.int16),
    )
    conv = ir.ExactConv(
        name="conv", inputs=("image",), shape=(1, 1, 1), type=ir.INT8, low=-128, high=127,
        kernel=(1, 1), bias=np.array([10**9], np.int32), shift=np.array([24], np.int8),
        weight=np.full((1, channels, 1, 1), -128, np.int8),
    )  # fmt: skip
    program = ir.Program((image, ir.with_bounds(conv, image.type)))
    images = np.full((2, 1, 1, channels), 255, np.uint8)
    images[1, ..., ::2] = 0
    check(program, images)


def test_wrong_accumulator_bounds_are_noticed() -> None:
    builder = Builder(0, (3, 4, 4))
    builder.add("table_conv")
    image, conv = builder.nodes
    assert isinstance(conv, ir.Conv)
    program = ir.Program((image, replace(conv, accumulator=(0, 0))))
    with pytest.raises(AssertionError, match="n1"):
        run_reference(program, np.zeros((4, 4, 3), int).tolist())


def test_refuses_a_node_without_meaning() -> None:
    class Odd(ir.Node):
        kind = "odd"
        arity = 1
        keeps_type = True

        def output_shape(self, sources: Sequence[ir.Node]) -> ir.Shape:
            return sources[0].shape

    builder = Builder(0, (2, 3, 4))
    odd = Odd(name="odd", inputs=("n0",), shape=(2, 3, 4), type=ir.UINT8)
    program = ir.Program((*builder.nodes, odd))
    with pytest.raises(TabfabError, match=r"'odd', which sim/reference/catalog.py does not know"):
        run_reference(program, np.zeros((3, 4, 2), int).tolist())
