"""Mutation testing of components on their own: how many planted faults their proofs notice.

In a network a fault has the golden model and the cycle model against it. Here each component has
only its formal proofs (`tabfab.sim.proofs`), so what survives is something that they do not say.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

from ...compiler.store.progress import Progress, silent
from ...hw.rtl.verilog import memory_files
from ...hw.synth.yosys import run_passes
from ..proofs.formal_bench import DUT
from ..proofs.proof import Proof, bounded
from ..proofs.sby import prove
from .equivalence.equivalence import prove_equivalent
from .mutant import Mutant
from .mutate import find_mutants

_CLOCKS = 20
"""Within which a counterexample is looked for first: that is quick."""
_SECONDS = 300
"""For which each proof is tried; those of large memories take minutes on a busy machine."""
_PLACES = 1000
"""Faults of a component among which those to plant are."""
_RTLIL, _VERILOG = "bench.il", "dut.v"


@dataclass(frozen=True)
class ComponentResult:
    """What became of one mutant of a component.

    Parameters
    ----------
    proof: of the component, by its name.
    mutant: the fault.
    broken: the property that a counterexample breaks; None without a counterexample.
    equivalent: whether it is proven that nobody can tell it from the component.
    """

    proof: str
    mutant: Mutant
    broken: str | None
    equivalent: bool = False

    @property
    def outcome(self) -> Literal["caught", "equivalent", "survived"]:
        """In one word."""
        if self.broken is not None:
            return "caught"
        return "equivalent" if self.equivalent else "survived"


def run_component_mutants(
    proofs: Sequence[Proof], mutants: int, seed: int = 0, progress: Progress | None = None
) -> list[ComponentResult]:
    """Plant faults in the components that proofs are about, and try to prove each all the same.

    Parameters
    ----------
    proofs: of components.
    mutants: how many faults, as evenly as can be among the proofs.
    seed: of the choice of faults.
    progress: told about each mutant.

    Raises
    ------
    ProverError: a tool is missing or failed.
    """
    tell = progress or silent
    results: list[ComponentResult] = []
    for number, proof in enumerate(proofs):
        count = (number + 1) * mutants // len(proofs) - number * mutants // len(proofs)
        with tempfile.TemporaryDirectory(prefix="tabfab-") as scratch:
            design = Path(scratch)
            verilog = _write_component(proof, design)
            if verilog is None:
                continue
            found = find_mutants(verilog, design, _PLACES, seed + number, top=DUT)
            # They are in turn of all kinds: each proof begins with another one.
            first = number % max(len(found), 1)
            for mutant in (found[first:] + found[:first])[:count]:
                tell(len(results), mutants, f"proving {proof.name}")
                results.append(_tried(proof, verilog, design, mutant))
    return results


def _write_component(proof: Proof, directory: Path) -> str | None:
    """The component's Verilog, with the memories that it reads in `directory`.

    None for a component without any logic: Amaranth makes no module of that.
    """
    rtlil = proof.bench().to_rtlil()
    if f"module \\{DUT}\n" not in rtlil:
        return None
    (directory / _RTLIL).write_text(rtlil)
    passes = [
        f"read_rtlil {_RTLIL}",
        f"select {DUT}*",
        "proc -norom",
        "memory_collect",
        f"write_verilog -selected -extmem {_VERILOG}",
    ]
    run_passes(passes, directory, directory / "log")
    return (directory / _VERILOG).read_text()


_UNKNOWN = "a property, by what is unknown"
"""What failed where no counterexample could be played again."""


def _tried(proof: Proof, verilog: str, design: Path, mutant: Mutant) -> ComponentResult:
    """The quick ways first: a counterexample, a proof of equivalence, the proof itself."""
    for step in _steps(proof):
        if step is None:
            if prove_equivalent(verilog, design, mutant):
                return ComponentResult(proof.name, mutant, None, equivalent=True)
            continue
        with tempfile.TemporaryDirectory(prefix="tabfab-") as scratch:
            work = Path(scratch)
            for memory in memory_files(verilog):
                shutil.copyfile(design / memory, work / memory)
            faulty = work / _VERILOG
            faulty.write_text(mutant.planted_in(verilog))
            outcome = prove(step, work, dut=faulty, seconds=_SECONDS)
            if outcome.verdict == "disproven":
                return ComponentResult(proof.name, mutant, outcome.failed or _UNKNOWN)
    return ComponentResult(proof.name, mutant, None)


def _steps(proof: Proof) -> Iterator[Proof | None]:
    """What is tried: proofs, and None for one of equivalence."""
    yield replace(proof, strategy=bounded(_CLOCKS))
    yield None
    if not proof.strategy.bounded:
        yield proof
