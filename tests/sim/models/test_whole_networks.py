"""Random networks: RTL in Amaranth's simulator, golden model and cycle model agree."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from tabfab.compiler import program as ir
from tabfab.sim.models.cycles import Stalls

from support.networks import check_network, clocks_of, network_of, predicted
from support.programs import Case, cases, image_input

LONGEST = 2500
"""Clocks that one example may take."""


@st.composite
def stall_patterns(draw: st.DrawFn) -> Stalls:
    """No stalls, or some at source and sink."""
    if draw(st.booleans()):
        return Stalls.none()
    probability = draw(st.sampled_from([0.1, 0.5, 0.8]))
    return Stalls.random(draw(st.integers(0, 1000)), probability, period=257)


@given(cases(), stall_patterns())
def test_values_and_clocks_agree(case: Case, stalls: Stalls) -> None:
    network = network_of(case)
    times = predicted(case, network, stalls)
    assume(clocks_of(times) <= LONGEST)
    check_network(case, network, stalls, times)


@pytest.mark.parametrize("factor", [2, 16])
def test_a_sequence_is_interpolated(factor: int) -> None:
    rng = np.random.default_rng(factor)
    image = image_input(rng, 3, 1, 6)
    larger = ir.Interpolate(
        name="larger", inputs=("image",), shape=(3, 1, 6 * factor), type=ir.UINT8,
        factor=(1, factor),
    )  # fmt: skip
    images = rng.integers(0, 256, (2, 1, 6, 3), np.uint8)
    case = Case(ir.Program((image, larger)), {}, {}, images)
    network = network_of(case)
    for stalls in (Stalls.none(), Stalls.random(1, 0.5, period=257)):
        check_network(case, network, stalls, predicted(case, network, stalls))
