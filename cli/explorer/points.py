"""Points: masks that were really compiled, kept as the trials of a sweep."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from ...compiler.store.errors import TabfabError
from ..sweeps.figures import is_maximized
from ..sweeps.front import pareto_front
from ..sweeps.results import read_results, write_results
from ..sweeps.source import Source
from ..sweeps.space import Settings
from ..sweeps.store import Store, Trial
from ..sweeps.trial import PROGRAM, Outcome, trial_name
from .choices import Choice
from .settings import mask_of_settings

AGAINST = ("operations", "bytes", "luts", "block-rams", "multipliers", "clocks", "fps")
"""Figures that accuracy can be drawn over."""


@dataclass(frozen=True)
class Point:
    """A mask that was compiled.

    Parameters
    ----------
    trial: with its figures, or why it has none.
    mask: of each layer; None where this network has no such layers.
    """

    trial: Trial
    mask: dict[str, Choice] | None


@dataclass(eq=False)
class Points:
    """All points of an output folder that are of the same network, data and tabfab.

    Parameters
    ----------
    store: of the trials, in a folder that is claimed.
    source: of the trials.
    figure: the name of the figure that counts, as `tabfab.cli.sweeps.figures` calls it.
    """

    store: Store
    source: Source
    figure: str
    trials: dict[str, Trial] = field(default_factory=dict)
    _fronts: dict[str, tuple[int, list[str]]] = field(default_factory=dict)
    _masks: dict[str, dict[str, Choice] | None] = field(default_factory=dict)

    def read(self) -> None:
        """Read what is in the folder."""
        self.trials = {each.name: each for each in self.store.all(self.source.identity)}

    def name(self, settings: Settings) -> str:
        """The name of the trial with these settings."""
        return trial_name(settings, self.source)

    def add(self, settings: Settings, outcome: Outcome) -> Trial:
        """Keep what came of a trial, and the front with it."""
        trial = self.store.write(self.name(settings), settings, self.source, outcome)
        self.trials[trial.name] = trial
        with suppress(TabfabError, ImportError):
            write_results(read_results(self.store.directory))
        return trial

    def all(self) -> list[Point]:
        """Every trial, with the mask that it had."""
        return [Point(each, self._mask(each)) for each in self.trials.values()]

    def program(self, name: str) -> Path:
        """The directory of a point's program."""
        return self.store.place(name) / PROGRAM

    def front(self, against: str) -> list[str]:
        """Names of the points that none is better than in both figures, the best first."""
        done: Sequence[Trial] = [each for each in self.trials.values() if not each.failure]
        known, front = self._fronts.get(against, (-1, []))
        if known != len(done):
            front = [each.name for each in pareto_front(done, [self.figure, against])]
            self._fronts[against] = len(done), front
        return front

    @property
    def maximized(self) -> bool:
        """Whether a larger figure is better."""
        return is_maximized(self.figure)

    def _mask(self, trial: Trial) -> dict[str, Choice] | None:
        if trial.name not in self._masks:
            mask = None
            with suppress(TabfabError):
                mask = mask_of_settings(trial.settings, self.source.network.graph)
            self._masks[trial.name] = mask
        return self._masks[trial.name]
