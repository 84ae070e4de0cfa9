"""Subjects of a report: what the directories given hold, one subject for each column."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any

from ...compiler.program import Program
from ...compiler.program.program_file import MANIFEST, load_program
from ...compiler.store.errors import TabfabError
from ...compiler.store.files import MARKER
from ...compiler.store.progress import Progress, silent
from ...hw.device.devices import Device, find_device
from ...hw.device.families.catalog import FAMILIES
from ...hw.plan.file import read_plan
from ...hw.plan.queue_depths import network_times
from ...hw.plan.table import PlanTable, plan_table
from ...hw.pnr.kept import kept_reports
from ...hw.pnr.place_and_route import PnrReport
from ...hw.rtl.build import DIRECTORY, PROGRAM, Build, load_build
from ...hw.rtl.verilog import VERILOG_FILE
from ...hw.stream.timing import TimingError
from ...hw.synth.kept import kept_counts
from ...hw.synth.synth import SynthReport
from ...sim.models.activity import (
    QueueActivity,
    StageActivity,
    queue_activities,
    stage_activities,
)
from ..info import program_summary
from ..sweeps.store import TRIALS
from ..sweeps.trial import BUILD, PLAN
from .kept import (
    KeptEvaluation,
    KeptSimulation,
    fingerprint,
    read_evaluation,
    read_simulations,
)
from .trial import is_trial, trial_evaluation

MOST = 8
"""Subjects side by side: more columns nobody can compare."""
IMAGES = 3
"""Images that follow each other in the pictures of time: the rate is steady from the second on."""


@dataclass(frozen=True, eq=False)
class Activity:
    """What the cycle model says of `IMAGES` images that follow each other without a pause.

    Parameters
    ----------
    stages, queues: see `tabfab.sim.models.activity`.
    answers: the clock of each image's last answer.
    """

    stages: list[StageActivity]
    queues: list[QueueActivity]
    answers: tuple[int, ...]

    @property
    def end(self) -> int:
        """The first clock after everything."""
        return self.answers[-1] + 1

    @property
    def rate(self) -> int:
        """Clocks between two answers, once that is steady."""
        return self.answers[-1] - self.answers[-2]


@dataclass(frozen=True, eq=False)
class Subject:
    """One program, and what is known of it.

    Parameters
    ----------
    label: what it is called: its directory, as it was given.
    directory: of the program, or of the build.
    program: the integer network.
    fingerprint: of it.
    program_directory: where its evaluation is kept, and its float network if that is.
    evaluation: of it, if there is one.
    build: the hardware, if there is any, with
    simulations, syntheses, routes: what was done with it,
    device: that it was planned for, or that it is to be held against, if any,
    table: what it takes of that device, by the planner's estimate,
    activity: when its stages work.
    """

    label: str
    directory: Path
    program: Program
    fingerprint: str
    program_directory: Path
    evaluation: KeptEvaluation | None = None
    build: Build | None = None
    simulations: Sequence[KeptSimulation] = ()
    syntheses: Sequence[SynthReport] = ()
    routes: Sequence[PnrReport] = ()
    device: Device | None = None
    table: PlanTable | None = None
    activity: Activity | None = None

    @cached_property
    def summary(self) -> dict[str, Any]:
        """Figures of every layer, and their sums (`tabfab info --json`)."""
        return program_summary(self.program)

    def simulation(self, netlist: str | None) -> KeptSimulation | None:
        """The one of a family's cells, or of the Verilog, where there is one."""
        return next((each for each in self.simulations if each.netlist == netlist), None)

    def synthesis(self, family: str) -> SynthReport | None:
        """The one for a family, where there is one."""
        return next((each for each in self.syntheses if each.family == family), None)

    def route(self, device: str) -> PnrReport | None:
        """The one on a device, where there is one."""
        return next((each for each in self.routes if each.device == device), None)


def load_subjects(
    directories: Sequence[Path], device: str | None = None, progress: Progress = silent
) -> list[Subject]:
    """The subjects that directories hold.

    A program whose build is given too is no subject of its own; its evaluation is the build's.

    Parameters
    ----------
    directories: programs, builds, or what holds such: a demo, a trial of a sweep.
    device: to hold builds against that were planned for none.
    progress: called with (steps done, steps in all, what is under way).

    Raises
    ------
    TabfabError: one is neither, or damaged; there are too many, or there is no such device.
    """
    against = None if device is None else find_device(device)
    places = [place for given in directories for place in _places(given)]
    subjects: list[Subject] = []
    for number, place in enumerate(dict.fromkeys(places)):
        progress(number, len(places), str(place))
        subjects.append(_load(place, against))
    progress(len(places), len(places), "")
    subjects = _joined(subjects)
    if len(subjects) > MOST:
        raise TabfabError(
            f"these are {len(subjects)} programs and builds, and a report compares {MOST} at most; "
            "name fewer directories"
        )
    return subjects


def _places(given: Path) -> Iterator[Path]:
    """The programs and builds in a directory, or it itself."""
    if not given.is_dir():
        what = "is a file" if given.exists() else "does not exist"
        raise TabfabError(
            f"{given} {what}; give the directory of a program ('tabfab compile') or of a build "
            "('tabfab verilog')"
        )
    if _is_program(given) or _is_build(given) or is_trial(given):
        yield given
        return
    inner = sorted(path for path in given.iterdir() if path.is_dir() and path.name[0] != ".")
    found = [path for path in inner if _is_program(path) or _is_build(path)]
    if not found and (given / MARKER).is_file() and (given / TRIALS).is_dir():
        raise TabfabError(
            f"{given} is a sweep, of many programs; take one out of it with 'tabfab sweep ... "
            "--pick CONDITIONS', or name directories below its trials/"
        )
    if not found:
        raise TabfabError(
            f"{given} holds neither a program nor a build; 'tabfab compile' writes the one and "
            "'tabfab verilog' the other"
        )
    yield from found


def _is_program(directory: Path) -> bool:
    return (directory / MANIFEST).is_file()


def _is_build(directory: Path) -> bool:
    marked = (directory / DIRECTORY.name, directory / VERILOG_FILE)
    return all(path.is_file() for path in marked)


def _load(directory: Path, against: Device | None) -> Subject:
    if _is_program(directory):
        program = load_program(directory)
        mark, kept = fingerprint(program), read_evaluation(directory)
        return Subject(str(directory), directory, program, mark, directory, kept)
    if is_trial(directory):
        return _load_trial(directory, against)
    build = load_build(directory)
    return _with_hardware(build, read_evaluation(directory / PROGRAM), against)


def _load_trial(directory: Path, against: Device | None) -> Subject:
    """A trial of a sweep: its build, or its program as it was planned, or that alone."""
    place = directory / PROGRAM
    if not _is_program(place):
        raise TabfabError(
            f"{directory} is a trial that kept no program; its figures are in 'tabfab sweep' and "
            "front.csv"
        )
    kept = trial_evaluation(directory, place)
    if _is_build(directory / BUILD):
        return replace(
            _with_hardware(load_build(directory / BUILD), kept, against), label=str(directory)
        )
    program = load_program(place)
    if not (directory / PLAN).is_file():
        return Subject(str(directory), directory, program, fingerprint(program), place, kept)
    planned = Build(directory, program, read_plan(directory / PLAN, program))
    return _with_hardware(planned, kept, against)


def _with_hardware(
    build: Build, evaluation: KeptEvaluation | None, against: Device | None
) -> Subject:
    directory, program, plan = build.directory, build.program, build.plan
    device = against if plan.device is None else find_device(plan.device)
    network = build.network
    plan.remember(program, network)
    try:
        times = network_times(network, IMAGES)
    except TimingError as error:
        raise TabfabError(
            f"{directory} would stop for ever, since its queues are too short: {error}; write it "
            "again with 'tabfab verilog'"
        ) from error
    answers = times[network.output.name].reshape(IMAGES, -1)[:, -1]
    return Subject(
        label=str(directory),
        directory=directory,
        program=program,
        fingerprint=fingerprint(program),
        program_directory=directory / PROGRAM,
        evaluation=evaluation,
        build=build,
        simulations=read_simulations(directory, list(FAMILIES)),
        syntheses=kept_counts(build),
        routes=kept_reports(directory),
        device=device,
        table=None if device is None else plan_table(program, plan, device),
        activity=Activity(
            stage_activities(network, times, IMAGES),
            queue_activities(network, times),
            tuple(int(clock) for clock in answers),
        ),
    )


def _joined(subjects: Sequence[Subject]) -> list[Subject]:
    """Without programs that are in a build too, whose evaluations go to the builds."""
    programs = {each.fingerprint: each for each in subjects if each.build is None}
    built = {each.fingerprint for each in subjects if each.build is not None}
    return [
        each if each.build is None else _with_program(each, programs.get(each.fingerprint))
        for each in subjects
        if each.build is not None or each.fingerprint not in built
    ]


def _with_program(build: Subject, program: Subject | None) -> Subject:
    """A build with what is kept beside its program, where that was given too."""
    if program is None:
        return build
    return replace(
        build,
        program_directory=program.directory,
        evaluation=program.evaluation or build.evaluation,
    )
