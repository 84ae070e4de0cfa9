"""Which settings are tried next: all of a grid, or what Optuna's samplers propose.

Proposals come in batches of a fixed size. A sampler is told what came of a batch when all of it is
done, in the order in which it was proposed: so what it proposes next depends on its seed and on the
results alone, never on how many workers there are or which of them was faster. For the same reason
a sweep that goes on needs nothing but the trials on disk: the sampler proposes the same once more,
and finds them there.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import optuna
from optuna.distributions import (
    BaseDistribution,
    CategoricalDistribution,
    FloatDistribution,
    IntDistribution,
)
from optuna.samplers import BaseSampler, NSGAIISampler, RandomSampler, TPESampler
from optuna.trial import TrialState

from .figures import is_maximized
from .space import Choices, Range, Settings, Space
from .spec import Sweep
from .store import Trial


class Proposals(Protocol):
    """What is to be tried, some trials at a time."""

    count: int
    """Of all trials; some may have the same settings."""

    def ask(self) -> Sequence[Settings]:
        """The next trials; none when all have been proposed."""

    def tell(self, trials: Sequence[Trial]) -> None:
        """What came of those that were proposed last, in their order."""


def proposals(sweep: Sweep, objectives: tuple[str, ...]) -> Proposals:
    """What a sweep tries.

    Parameters
    ----------
    sweep: what is asked.
    objectives: figures to be as good as can be.

    Raises
    ------
    TabfabError: the space cannot be listed.
    """
    if sweep.search.sampler == "grid":
        return _Grid(sweep.space)
    return _Sampled(sweep, objectives)


class _Grid:
    """All that there is, at once."""

    def __init__(self, space: Space) -> None:
        self._settings = list(space.grid())
        self.count = len(self._settings)

    def ask(self) -> Sequence[Settings]:
        asked, self._settings = self._settings, []
        return asked

    def tell(self, trials: Sequence[Trial]) -> None:
        pass


class _Sampled:
    """What a sampler of Optuna's proposes."""

    def __init__(self, sweep: Sweep, objectives: tuple[str, ...]) -> None:
        self._sweep = sweep
        self._objectives = objectives
        self._axes = {axis.option.full_name: axis for axis in sweep.space.axes}
        self.count = sweep.search.trials or 0
        self._left = self.count
        self._asked: list[optuna.Trial] = []
        before = optuna.logging.get_verbosity()
        optuna.logging.set_verbosity(optuna.logging.ERROR)  # it would say that there is a study
        try:
            self._study = optuna.create_study(
                directions=[
                    "maximize" if is_maximized(name) else "minimize" for name in objectives
                ],
                sampler=self._sampler(),
            )
        finally:
            optuna.logging.set_verbosity(before)

    def _sampler(self) -> BaseSampler:
        search = self._sweep.search
        if search.sampler == "random":
            return RandomSampler(seed=search.seed)
        if search.sampler == "tpe":  # of a batch, no two proposals are to be alike
            return TPESampler(seed=search.seed, n_startup_trials=search.batch, constant_liar=True)
        return NSGAIISampler(seed=search.seed, population_size=max(search.batch, 2))

    def ask(self) -> Sequence[Settings]:
        count = min(self._sweep.search.batch, self._left)
        self._left -= count
        distributions = {name: _distribution(axis) for name, axis in self._axes.items()}
        self._asked = [self._study.ask(distributions) for _ in range(count)]
        return [self._settings(trial) for trial in self._asked]

    def _settings(self, trial: optuna.Trial) -> Settings:
        values = {}
        for name, axis in self._axes.items():
            drawn = trial.params[name]
            values[name] = axis.values[drawn] if isinstance(axis, Choices) else drawn
        return self._sweep.space.with_values(values)

    def tell(self, trials: Sequence[Trial]) -> None:
        for asked, trial in zip(self._asked, trials, strict=True):
            values = [trial.figures.get(name) for name in self._objectives]
            if trial.failure or None in values:
                self._study.tell(asked, state=TrialState.FAIL)
                continue
            for each in self._sweep.constraints:
                asked.set_constraint(str(each), each.excess(trial.figures))
            self._study.tell(asked, [float(value or 0.0) for value in values])


def _distribution(axis: Choices | Range) -> BaseDistribution:
    """Of an axis. Values of a list are drawn by number: ordered ones are near each other."""
    if isinstance(axis, Choices):
        last = len(axis.values) - 1
        if axis.is_ordered:
            return IntDistribution(0, last)
        return CategoricalDistribution(range(last + 1))
    if axis.option.kind is int:
        return IntDistribution(int(axis.low), int(axis.high), axis.log, int(axis.step or 1))
    return FloatDistribution(axis.low, axis.high, axis.log, axis.step)
