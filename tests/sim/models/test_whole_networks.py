"""Random networks: RTL in Amaranth's simulator, golden model and cycle model agree."""

from __future__ import annotations

from hypothesis import assume, given
from hypothesis import strategies as st
from tabfab.sim.models.cycles import Stalls

from support.networks import check_network, clocks_of, network_of, predicted
from support.programs import Case, cases

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
