"""Runs a sweep: asks what to try, has Dask's workers do what is missing, keeps what comes of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import CancelledError
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from ...compiler.store.errors import TabfabError, reason
from ...compiler.store.files import locked
from ...compiler.store.progress import Progress, silent
from ...compiler.workers.extra import need_sweep_extra
from .figures import (
    OF_CELLS,
    OF_PLACEMENTS,
    OF_PLANS,
    OF_PROGRAMS,
    figure_name,
    find_figure,
    is_maximized,
)
from .results import SweepResults, check_feasible, read_results, write_results
from .source import Source, read_source
from .space import Settings, Space
from .spec import Sweep
from .store import TRIALS, Store, Trial
from .trial import PROGRAM, Outcome, program_name, trial_name

if TYPE_CHECKING:
    from distributed import Client, Future

    from ...compiler.workers.dask_workers import Where
    from .search import Proposals


@dataclass(frozen=True, eq=False)
class SweepReport:
    """What a run of a sweep came to.

    Parameters
    ----------
    results: of all trials in the directory, those of earlier runs too.
    asked: how many trials this run was for, each counted once.
    computed: how many of them were not there already.
    lost: names of trials that no worker lived through, and why; they are tried again next time.
    """

    results: SweepResults
    asked: int
    computed: int
    lost: Mapping[str, str]


def run_sweep(
    sweep: Sweep,
    directory: Path,
    where: Where | None = None,
    json_only: bool = False,
    progress: Progress = silent,
    started: Callable[[str, int], None] | None = None,
) -> SweepReport:
    """Run what is missing of a sweep.

    Local workers are processes that import the main module: call this under
    ``if __name__ == "__main__":`` in a script.

    Parameters
    ----------
    sweep: what to try.
    directory: of the sweep, made or gone on with.
    where: the workers are; this machine's if not given.
    json_only: keep of each trial no more than its ``trial.json``.
    progress: told after each trial.
    started: told Dask's dashboard and how many workers there are.

    Raises
    ------
    TabfabError: something does not fit, no scheduler answers, or it is lost; or no trial meets a
        constraint.
    """
    need_sweep_extra()
    from ...compiler.workers.dask_workers import Where
    from .search import proposals

    store = Store(directory)
    store.claim()
    with locked(directory):
        source = read_source(sweep, directory / TRIALS)
        objectives = _objectives(sweep, source)
        asked = proposals(sweep, objectives)
        store.write_sweep(sweep, source, objectives)
        where = where or Where()
        run = _Run(sweep, source, store, objectives, asked, where, json_only, progress, started)
        try:
            run.go()
        finally:
            results = read_results(directory)
            write_results(results)
    check_feasible(results)
    return SweepReport(results, len(run.trials), run.computed, run.lost)


def figures_of(space: Space, source: Source) -> list[str]:
    """The figures that trials have.

    Parameters
    ----------
    space: of the sweep.
    source: of the trials.
    """
    task = source.network.task
    names = [figure_name(each) for each in task.between.values()]
    if source.judged.targets is not None:
        own = task.tally(source.network.graph.layers[-1].shape).figures()
        names = [*map(figure_name, own), *names]
    names += OF_PROGRAMS
    planned = space.tables & {"plan", "verilog", "synth"}
    device = any(
        {"device", "board"} & set(each.get("plan", {})) for each in (space.fixed, *space.listed)
    ) or any(axis.option.full_name in ("plan.device", "plan.board") for axis in space.axes)
    if planned:
        unknown = () if device or "synth" in space.tables else OF_CELLS
        names += [each for each in OF_PLANS if each not in unknown]
    if "synth" in space.tables:
        names += OF_PLACEMENTS
    return names


def _objectives(sweep: Sweep, source: Source) -> tuple[str, ...]:
    """The objectives; those that go without saying where none are given."""
    known = figures_of(sweep.space, source)
    for each in sweep.constraints:
        find_figure(each.name, known, f"constraint {each}")
    if sweep.objectives:
        return tuple(find_figure(each, known, "objectives") for each in sweep.objectives)
    second = "fps" if "fps" in known else "operations"
    return known[0], second


class _Run:
    """One run of a sweep; its parameters are those of `run_sweep` and what follows from them."""

    def __init__(
        self,
        sweep: Sweep,
        source: Source,
        store: Store,
        objectives: tuple[str, ...],
        asked: Proposals,
        where: Where,
        json_only: bool,
        progress: Progress,
        started: Callable[[str, int], None] | None,
    ) -> None:
        self.sweep, self.source, self.store = sweep, source, store
        self.objectives, self.asked = objectives, asked
        self.where, self.json_only = where, json_only
        self.progress, self.started = progress, started
        self.trials: dict[str, Trial] = {}
        self.lost: dict[str, str] = {}
        self.computed = 0
        self._client: Client | None = None
        self._shared = ""
        self._programs: dict[str, str] | None = None

    def go(self) -> None:
        """Try all that is proposed; workers start when the first trial is missing."""
        from contextlib import ExitStack

        from ...compiler.workers.dask_workers import dask_client, sharing

        proposed = 0
        with ExitStack() as stack:
            self._tell(0)
            while settings := self.asked.ask():
                names = [trial_name(each, self.source) for each in settings]
                wanted = dict(zip(names, settings, strict=True))
                for name in wanted:
                    if name not in self.trials and (found := self.store.find(name)):
                        self.trials[name] = found
                missing = {n: each for n, each in wanted.items() if n not in self.trials}
                known = sum(name not in missing for name in names)
                self._tell(proposed + known)
                if missing and self._client is None:
                    self._client = stack.enter_context(dask_client(self.where, self.sweep.needs))
                    self._say_started()
                    self._shared = stack.enter_context(sharing(self._client, self.source))
                for done, trial in enumerate(self._computed(missing), start=1):
                    self.trials[trial.name] = trial
                    self._tell(proposed + known + done)
                proposed += len(settings)
                self.asked.tell([self.trials[name] for name in names])

    def _say_started(self) -> None:
        if self.started is not None and self._client is not None:
            workers = len(self._client.scheduler_info(n_workers=-1)["workers"])
            self.started(self._client.dashboard_link or "", workers)

    def _tell(self, done: int) -> None:
        self.progress(done, self.asked.count, self._best())

    def _best(self) -> str:
        """The best of each objective so far, in words."""
        told = []
        for name in self.objectives:
            values = [
                value
                for each in self.trials.values()
                if each.meets(self.sweep.constraints)
                and (value := each.figures.get(name)) is not None
            ]
            if values:
                best = (max if is_maximized(name) else min)(values)
                told.append(f"{name} {best:,.4g}" if best < 1e4 else f"{name} {best:,.0f}")
        return f"best {', '.join(told)}" if told else ""

    # ------------------------------------------------------------------------ Dask's part

    def _computed(self, missing: Mapping[str, Settings]) -> Iterator[Trial]:
        """The trials of these settings by their names, each when it is done and written."""
        from distributed import as_completed

        if not missing:
            return
        names = {self._submit(name, each): name for name, each in missing.items()}
        waiting = as_completed(list(names))
        for future in waiting:
            name = names.pop(future)
            outcome = self._outcome(name, future)
            del future  # which lets workers and scheduler forget it
            if outcome.failure and name in self.lost:
                yield Trial(name, missing[name], {}, outcome.failure, self.source.identity)
                continue
            self.computed += 1
            yield self.store.write(name, missing[name], self.source, outcome)

    def _submit(self, name: str, settings: Settings) -> Future:
        from .tasks import make_task, map_task

        assert self._client is not None
        kept, source = not self.json_only, self._shared
        program = program_name(settings, self.source)
        if not set(settings) - {"compile"}:
            key = f"trial-{name}-{source}"
            return self._client.submit(make_task, source, settings, kept, key=key)
        made: Future | Outcome | None = self._made_before(program)
        if made is None:
            own = {"compile": settings["compile"]}
            key = f"program-{program}-{source}"
            made = self._client.submit(make_task, source, own, True, key=key)
        key = f"trial-{name}-{source}"
        return self._client.submit(map_task, source, made, settings, kept, key=key)

    def _made_before(self, program: str) -> Outcome | None:
        """The part of an earlier trial that ends with the same program; None if none has it."""
        if self._programs is None:
            earlier = self.store.all(self.source.identity)
            self._programs = {
                program_name(each.settings, self.source): each.name
                for each in earlier
                if not each.failure and (self.store.place(each.name) / PROGRAM).is_dir()
            }
        name = self._programs.get(program)
        return None if name is None else self.store.program_of(name)

    def _outcome(self, name: str, future: Future) -> Outcome:
        """What came of a trial.

        Raises
        ------
        TabfabError: the scheduler is lost, or workers cannot run trials at all.
        """
        from distributed import KilledWorker

        try:
            outcome: Outcome = future.result()
        except KilledWorker:
            self.lost[name] = (
                "every worker that ran it died, of too little memory perhaps: see memory in [needs]"
            )
            return Outcome(failure=self.lost[name])
        except TabfabError:
            raise
        except CancelledError as error:
            raise TabfabError(
                f"the connection to the scheduler {self.where.scheduler or 'of this machine'} is "
                f"lost ({reason(error)}); {self.computed} trials of this run are kept, and the "
                "same command goes on with the rest"
            ) from error
        except Exception as error:
            raise TabfabError(
                f"a worker cannot run trials ({type(error).__name__}: {reason(error)}); install "
                "the same tabfab there as here"
            ) from error
        return outcome
