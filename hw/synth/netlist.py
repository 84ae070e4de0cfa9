"""Netlists: a build as cells of an FPGA family, kept beside it for as long as it stays the same."""

from __future__ import annotations

import inspect
import os
import sys
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import partial
from importlib.metadata import version
from pathlib import Path

from ...compiler.store.files import atomic_file, check_file
from ...compiler.store.kept import KeptFiles
from ...compiler.store.progress import Progress, silent
from ...compiler.workers.needs import worker_count
from ...compiler.workers.side_by_side import run_side_by_side
from ..rtl.build import DIRECTORY, Build
from .large_stages import large_stages
from .passes import Synthesis, design_passes, stage_passes
from .yosys import OWN_PASSES, run_passes


@dataclass(frozen=True)
class _Job:
    """What Yosys is to do for one file.

    Parameters
    ----------
    file: to make, in the build.
    passes: from Verilog to cells.
    write: command that writes the file, whose name it has in braces.
    sources: files that the passes read beside the build's, each with its text.
    """

    file: str
    passes: list[str]
    write: str
    sources: Mapping[str, str] = field(default_factory=dict)


def make_netlist(
    build: Build,
    synthesis: Synthesis,
    file: str,
    write: str,
    sources: Mapping[str, str] | None = None,
    progress: Progress = silent,
) -> Path:
    """Synthesize a build, unless that was done already (`tabfab.compiler.store.kept`).

    Large stages are synthesized first, several at a time, and kept too: an interrupted run goes
    on with those that are missing.

    Parameters
    ----------
    build: what to synthesize; the file is kept in its directory.
    synthesis: how.
    file: of what is asked for: a netlist, counts of cells.
    write: command of Yosys that writes it, with ``{file}`` for its name.
    sources: files that Yosys reads beside the build's, each with its text.
    progress: called with (steps done, steps in all, what is under way).

    Raises
    ------
    YosysError: Yosys failed.
    """
    jobs = {} if synthesis.flatten else _stage_jobs(build, synthesis)
    mapped = {module: job.file for module, job in jobs.items()}
    passes = design_passes(build.network, synthesis, mapped)
    whole = _Job(file, passes, write, sources or {})
    if not _kept(build.directory, whole).fit():
        _make_stages(build.directory, jobs, partial(_shifted, progress, 0, len(passes) + 1))
        _make(build.directory, whole, partial(_shifted, progress, len(jobs), 0))
    return build.directory / file


def write_netlist(build: Build, synthesis: Synthesis, progress: Progress = silent) -> Path:
    """The netlist of a build as Verilog, to be simulated.

    Parameters
    ----------
    build, synthesis, progress: see `make_netlist`.

    Raises
    ------
    YosysError: Yosys failed.
    """
    kind = "-flat" if synthesis.flatten else ""
    file = f"netlist-{synthesis.family}{kind}-sim.v"
    return make_netlist(build, synthesis, file, "write_verilog -noattr {file}", progress=progress)


def _shifted(tell: Progress, before: int, after: int, done: int, total: int, what: str) -> None:
    """Steps that are part of more."""
    tell(before + done, before + total + after, what)


def _stage_jobs(build: Build, synthesis: Synthesis) -> dict[str, _Job]:
    """What makes the cells of each large stage, by the stage's module."""
    jobs = {}
    for module, verilog in large_stages(build.directory).items():
        name = f"stages-{synthesis.family}{synthesis.extra}/{module.rpartition('.')[2]}"
        source = f"{name}.v"
        passes = stage_passes(module, source, synthesis)
        jobs[module] = _Job(f"{name}.il", passes, "write_rtlil -selected {file}", {source: verilog})
    return jobs


def _make_stages(directory: Path, jobs: Mapping[str, _Job], progress: Progress) -> None:
    """Make what is missing, the largest first, so that no core has to wait for it in the end."""
    missing = [job for job in jobs.values() if not _kept(directory, job).fit()]
    missing.sort(key=lambda job: -sum(map(len, job.sources.values())))
    done = len(jobs) - len(missing)

    def tell(what: str) -> None:
        progress(done, len(jobs), what)

    def ended(number: int) -> None:
        nonlocal done
        done += 1
        tell(f"{Path(missing[number].file).stem} is done")

    if missing:
        tell(f"{len(missing)} large stages")
    tasks = [partial(_make, directory, job, silent) for job in missing]
    run_side_by_side(tasks, worker_count(), ended)


def _make(
    directory: Path, job: _Job, progress: Progress, stop: threading.Event | None = None
) -> None:
    file = directory / job.file
    check_file(file, within=directory)
    file.parent.mkdir(exist_ok=True)
    for name, text in job.sources.items():
        with atomic_file(directory / name, within=directory) as source:
            source.write_text(text)
    with atomic_file(file, within=directory) as temporary:
        # Relative, since Yosys takes a space in a name for its end.
        name = os.path.relpath(temporary, directory.resolve())
        passes = [*job.passes, job.write.format(file=name)]
        run_passes(passes, directory, file.with_suffix(".log"), progress, stop)
    _kept(directory, job).stamp()


def _kept(directory: Path, job: _Job) -> KeptFiles:
    """A job's file: made of the passes and the build, whose manifest holds checksums."""
    manifest = (directory / DIRECTORY.name).read_bytes()
    own = [OWN_PASSES[name] for name in job.passes if name in OWN_PASSES]
    sources = [inspect.getsource(sys.modules[function.__module__]) for function in own]
    described = [*job.passes, job.write, *job.sources.values(), *sources, version("pyosys")]
    return KeptFiles(directory, (job.file,), manifest + "\n".join(described).encode())
