"""What a proof is, and what came of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

from .formal_bench import FormalBench

Verdict = Literal["proven", "no counterexample", "disproven", "undecided"]
"""*No counterexample* is what a bounded check reports where an unbounded one reports *proven*."""


@dataclass(frozen=True)
class Strategy:
    """How a proof is done.

    Parameters
    ----------
    engine: line of SymbiYosys' section ``[engines]``.
    depth: clocks of a bounded check, k of a k-induction; None where the engine finds its own
        inductive invariant, of any depth.
    bounded: it says nothing about what happens after `depth` clocks.
    """

    engine: str
    depth: int | None = None
    bounded: bool = False

    def __str__(self) -> str:
        if self.bounded:
            return f"bounded, {self.depth} clocks"
        return "unbounded, IC3" if self.depth is None else f"unbounded, k = {self.depth}"


IC3 = Strategy("abc scorr; pdr")
"""Merge registers that always agree, then property directed reachability (Bradley's IC3, 2011),
which finds the induction's invariant by itself."""


def induction(k: int) -> Strategy:
    """Induction over `k` clocks, on words instead of bits: for arithmetic."""
    return Strategy("smtbmc z3", k)


def bounded(clocks: int) -> Strategy:
    """No counterexample within `clocks` clocks after reset."""
    return Strategy("abc bmc3", clocks, bounded=True)


@dataclass(frozen=True)
class Proof:
    """Properties of one component with fixed parameters.

    Parameters
    ----------
    component: name of its class.
    parameters: which ones, in words.
    dut: makes the component.
    properties: adds what drives it, and what is to be proven about it, to a bench.
    strategy: how.
    short: it is one of the few that `make test-all` and `tabfab prove --short` do.
    """

    component: str
    parameters: str
    dut: Callable[[], Any]
    properties: Callable[[FormalBench, Any], None]
    strategy: Strategy = IC3
    short: bool = False

    @property
    def name(self) -> str:
        """Component and parameters."""
        return f"{self.component} ({self.parameters})"

    def bench(self) -> FormalBench:
        """The component with everything around it."""
        bench = FormalBench()
        bench.m.submodules.dut = dut = self.dut()
        self.properties(bench, dut)
        return bench


@dataclass(frozen=True)
class Outcome:
    """What came of a proof.

    Parameters
    ----------
    component, parameters: of the proof.
    properties: names of what was to be proven.
    method: the proof's strategy, in words.
    verdict: of all of them together.
    seconds: it took.
    failed: the property that a counterexample breaks, or None.
    trace: file with the counterexample's waveform (VCD), or None.
    """

    component: str
    parameters: str
    properties: tuple[str, ...]
    method: str
    verdict: Verdict
    seconds: float
    failed: str | None = None
    trace: str | None = None

    @property
    def holds(self) -> bool:
        """Whether nothing speaks against the properties."""
        return self.verdict in ("proven", "no counterexample")
