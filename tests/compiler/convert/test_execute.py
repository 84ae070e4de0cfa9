"""Program nodes in torch against the golden model, bit for bit."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from numpy.typing import NDArray
from tabfab.compiler.convert import execute
from tabfab.compiler.program import Program
from tabfab.sim.models import golden

from support.any_program import KINDS, Builder, programs
from support.executed import execute_all


@given(programs())
def test_every_node_agrees_with_the_golden_model(
    case: tuple[Program, NDArray[np.uint8]],
) -> None:
    program, images = case
    reached = execute_all(program, images)
    for name, expected in golden.run(program, images).items():
        assert reached[name].dtype == expected.dtype
        np.testing.assert_array_equal(reached[name], expected, err_msg=program[name].kind)


@given(programs())
def test_batches_give_the_last_output(case: tuple[Program, NDArray[np.uint8]]) -> None:
    program, images = case
    expected = golden.run(program, images)[program.output.name]
    np.testing.assert_array_equal(execute.run(program, images, batch=2), expected)


@pytest.mark.parametrize("kind", KINDS)
def test_random_programs_hold_every_kind(kind: str) -> None:
    builder = Builder(0, (4, 6, 6))
    builder.add("clamp")
    builder.add(kind)
    assert builder.nodes[-1].kind == kind
