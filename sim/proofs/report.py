"""Running many proofs, and the report of what came of them."""

from __future__ import annotations

import dataclasses
import functools
import itertools
import os
import platform
import re
import shutil
import tempfile
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from ...compiler.store.files import atomic_directory
from ...compiler.store.json_text import json_text
from ...compiler.store.progress import Progress, silent
from ...compiler.workers.side_by_side import run_side_by_side
from .proof import Outcome, Proof
from .sby import ProverError, prove

REPORT = "report.json"
_KIND = "proofs"


@dataclass(frozen=True)
class ProofReport:
    """What came of some proofs.

    Parameters
    ----------
    machine: processor, and how many of its cores were used.
    seconds: in all, by the clock on the wall.
    outcomes: of each proof, in the order of the catalog.
    """

    machine: str
    seconds: float
    outcomes: tuple[Outcome, ...]

    @property
    def failures(self) -> list[Outcome]:
        """The proofs that did not succeed."""
        return [outcome for outcome in self.outcomes if not outcome.holds]


def run_proofs(
    proofs: Sequence[Proof], directory: Path, jobs: int = 1, progress: Progress | None = None
) -> ProofReport:
    """Run proofs and write the report, with the waveform of every counterexample.

    Parameters
    ----------
    proofs: what to prove.
    directory: replaced by one with the results, once all are there.
    jobs: proofs at a time.
    progress: called with (proofs done, proofs in all, the one that ended last).

    Raises
    ------
    ProverError: a tool is missing or failed.
    TabfabError: `directory` holds something else or cannot be written.
    """
    start = time.monotonic()
    with atomic_directory(directory, _KIND) as place:
        outcomes = _run_all(proofs, place, jobs, progress or silent)
        report = ProofReport(_machine(jobs), round(time.monotonic() - start, 1), outcomes)
        told = [_told_from(directory, outcome) for outcome in outcomes]
        report = dataclasses.replace(report, outcomes=tuple(told))
        text = json_text(dataclasses.asdict(report))
        (place / REPORT).write_text(text + "\n")
    return report


def _told_from(directory: Path, outcome: Outcome) -> Outcome:
    """An outcome whose trace has the path that it will have in the end."""
    if outcome.trace is None:
        return outcome
    return dataclasses.replace(outcome, trace=str(directory / outcome.trace))


def _run_all(
    proofs: Sequence[Proof], place: Path, jobs: int, progress: Progress
) -> tuple[Outcome, ...]:
    """Outcomes in the order of the proofs, their traces left in `place`."""
    done = itertools.count(1)

    def ended(number: int) -> None:
        progress(next(done), len(proofs), proofs[number].component)

    progress(0, len(proofs), "")
    tasks = [functools.partial(_run_one, proof, place) for proof in proofs]
    return tuple(run_side_by_side(tasks, jobs, ended))


def _run_one(proof: Proof, place: Path, stop: threading.Event) -> Outcome:
    """One proof, its trace left in `place`; the tools' files stay only if one of them failed."""
    scratch = Path(tempfile.mkdtemp(prefix="tabfab-proof-"))
    try:
        outcome = prove(proof, scratch, stop)
    except ProverError:
        if stop.is_set():
            shutil.rmtree(scratch)
        raise
    if outcome.trace is not None:
        trace = re.sub(r"\W+", "-", proof.name).strip("-") + Path(outcome.trace).suffix
        shutil.copyfile(outcome.trace, place / trace)
        outcome = dataclasses.replace(outcome, trace=trace)
    shutil.rmtree(scratch)
    return outcome


def _machine(jobs: int) -> str:
    """The processor, where the system tells."""
    model = None
    if Path("/proc/cpuinfo").is_file():
        model = re.search(r"model name\s*: (.*)", Path("/proc/cpuinfo").read_text())
    name = model[1].strip() if model else platform.machine()
    return f"{name}, {os.cpu_count()} cores, {jobs} proof{'s' if jobs > 1 else ''} at a time"
