"""What a sweep's directory tells: the front and all trials, as tables."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ...compiler.store.errors import TabfabError
from ...compiler.store.files import atomic_file
from .figures import Condition, parse_condition
from .front import csv_text, pareto_front, table_of
from .store import Store, Trial

FRONT, TRIALS_TABLE, PICTURE = "front.csv", "trials.csv", "front.html"
"""Files in a sweep's directory."""


@dataclass(frozen=True, eq=False)
class SweepResults:
    """The trials in a sweep's directory that are of the same source.

    Parameters
    ----------
    directory: of the sweep.
    trials: in the order of their names; failed ones too.
    objectives: figures that are to be as good as can be.
    constraints: that trials must meet to be on the front.
    noted: what the sweep notes of itself (`Store.write_sweep`).
    others: trials in the directory that are of another network, other data or another tabfab.
    """

    directory: Path
    trials: Sequence[Trial]
    objectives: tuple[str, ...]
    constraints: tuple[Condition, ...] = ()
    noted: Mapping[str, Any] = field(default_factory=dict)
    others: int = 0
    front: Sequence[Trial] = field(init=False)
    """The best of them, see `pareto_front`."""

    def __post_init__(self) -> None:
        front = pareto_front(self.trials, self.objectives, self.constraints)
        object.__setattr__(self, "front", front)

    @property
    def evaluated(self) -> str:
        """On which images accuracy was measured."""
        return str(self.noted.get("evaluated", "images that are not noted"))

    @property
    def failed(self) -> list[Trial]:
        """Those that failed."""
        return [each for each in self.trials if each.failure]

    @property
    def figures(self) -> list[str]:
        """The names of all figures, the objectives first, then those of the constraints."""
        first = [*self.objectives, *(each.name for each in self.constraints)]
        others = [name for each in self.trials for name in each.figures]
        return list(dict.fromkeys([*first, *others]))

    def table(self, trials: Sequence[Trial], figures: Sequence[str]) -> Any:
        """Columns and rows of some trials (`table_of`)."""
        return table_of(trials, self.trials, figures)


def read_results(directory: Path) -> SweepResults:
    """What the sweep in `directory` came to so far.

    Raises
    ------
    TabfabError: there is no sweep.
    """
    store = Store(directory)
    noted = store.read_sweep()
    trials = store.all(noted["identity"])
    return SweepResults(
        directory,
        trials,
        tuple(noted["objectives"]),
        tuple(parse_condition(text, "constraints") for text in noted["constraints"]),
        noted,
        len(store.names()) - len(trials),
    )


def write_results(results: SweepResults) -> None:
    """Write the front and all trials as CSV and as a picture; the same trials, the same bytes."""
    from .plot import draw_front

    columns, rows = results.table(results.front, results.figures)
    _write(results.directory / FRONT, csv_text(columns, rows))
    columns, rows = results.table(results.trials, results.figures)
    failures = [[*row, each.failure] for row, each in zip(rows, results.trials, strict=True)]
    _write(results.directory / TRIALS_TABLE, csv_text([*columns, "failure"], failures))
    with atomic_file(results.directory / PICTURE) as temporary:
        draw_front(results, temporary)


def check_feasible(results: SweepResults) -> None:
    """Raise `TabfabError` if trials were done and none meets the constraints."""
    done = [each for each in results.trials if not each.failure]
    if results.front or not done:
        return
    for condition in results.constraints:
        if any(condition.holds(each.figures) for each in done):
            continue
        raise TabfabError(
            f"none of {len(done)} trials meets the constraint {condition}: "
            f"{nearest(condition, done)}; ask for less, or try other settings (what was computed "
            "is kept)"
        )
    if results.constraints:
        each = " and ".join(map(str, results.constraints))
        raise TabfabError(
            f"none of {len(done)} trials meets {each} together, though some meet each of them; "
            "ask for less, or try other settings (what was computed is kept)"
        )


def nearest(condition: Condition, trials: Sequence[Trial]) -> str:
    """How near trials come to a condition that none of them meets, in words."""
    known = [each.figures.get(condition.name) for each in trials]
    values = [each for each in known if each is not None]
    best = (min if condition.relation in ("<=", "<") else max)(values, default=None)
    return "none has a value of it" if best is None else f"the nearest has {best:g}"


def _write(path: Path, text: str) -> None:
    with atomic_file(path) as temporary:
        temporary.write_text(text)
