"""The Pareto front of a sweep: trials that no other one is better than in everything."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence

import numpy as np

from ...compiler.store.errors import TabfabError
from .figures import Condition, is_maximized
from .space import Settings
from .store import Trial
from .verb_options import verb_options


def pareto_front(
    trials: Sequence[Trial], objectives: Sequence[str], constraints: tuple[Condition, ...] = ()
) -> list[Trial]:
    """The trials that meet all constraints and that none of these dominates, the best first.

    A trial dominates another if it is at least as good in every objective and better in one.

    Parameters
    ----------
    trials: in any order.
    objectives: figures; the first decides the order.
    constraints: that trials must meet.
    """
    able = [
        each
        for each in trials
        if each.meets(constraints) and all(each.figures.get(n) is not None for n in objectives)
    ]
    if not able:
        return []
    signs = [-1.0 if is_maximized(name) else 1.0 for name in objectives]
    costs = np.array([[each.figures[name] for name in objectives] for each in able], float) * signs
    front = [
        each
        for each, cost in zip(able, costs, strict=True)
        if not ((costs <= cost).all(1) & (costs < cost).any(1)).any()
    ]
    keys = {each.name: tuple(cost) for each, cost in zip(able, costs.tolist(), strict=True)}
    return sorted(front, key=lambda each: (keys[each.name], each.name))


def shown_settings(trials: Iterable[Trial]) -> dict[str, tuple[str, str]]:
    """The settings that tell trials apart: (table, option) by the name that is shown.

    An option goes by its own name, ``prototypes``, or with its verb's, ``plan.subspaces``, where
    another verb has one of that name too.
    """
    values: dict[tuple[str, str], set[str]] = {}
    some = list(trials)
    for table, name in _set_options(each.settings for each in some):
        values[table, name] = {repr(each.settings.get(table, {}).get(name)) for each in some}
    return {
        option_name(table, name): (table, name)
        for (table, name), found in values.items()
        if len(found) > 1
    }


def option_name(table: str, name: str) -> str:
    """How an option is called among those of all verbs: with its verb where two have that name."""
    owners = [each for each, options in verb_options().items() if name in options]
    return f"{table}.{name}" if len(owners) > 1 else name


def _set_options(settings: Iterable[Settings]) -> list[tuple[str, str]]:
    found = {(table, name) for each in settings for table, own in each.items() for name in own}
    order = list(verb_options())
    return sorted(found, key=lambda each: (order.index(each[0]), each[1]))


def find_setting(name: str, trials: Sequence[Trial]) -> tuple[str, str]:
    """The (table, option) that `name` means: an option that some trial sets.

    Raises
    ------
    TabfabError: no trial sets it, or two verbs have one of that name.
    """
    options = _set_options(each.settings for each in trials)
    found = [each for each in options if name in (each[1], f"{each[0]}.{each[1]}")]
    if len(found) == 1:
        return found[0]
    if found:
        both = " or ".join(f"{table}.{option}" for table, option in found)
        raise TabfabError(f"{name!r} may be {both}; say which")
    known = ", ".join(option_name(*each) for each in options)
    raise TabfabError(f"no trial has a setting {name!r}; they have {known}")


def table_of(
    trials: Sequence[Trial], all_trials: Sequence[Trial], figures: Sequence[str]
) -> tuple[list[str], list[list[object]]]:
    """Column names and rows: the name, the settings that differ, figures.

    Parameters
    ----------
    trials: a row for each.
    all_trials: among which settings may differ.
    figures: a column for each.
    """
    settings = shown_settings(all_trials)
    rows: list[list[object]] = []
    for each in trials:
        values = [
            shown_value(each.settings.get(table, {}).get(name)) for table, name in settings.values()
        ]
        rows.append([each.name, *values, *(shown_figure(each, name) for name in figures)])
    return ["trial", *settings, *figures], rows


def shown_value(value: object) -> object:
    """A setting in a cell."""
    if isinstance(value, list):
        return " ".join(map(str, value))
    return str(value).lower() if isinstance(value, bool) else value


def shown_figure(trial: Trial, name: str) -> object:
    """A figure in a cell: whole numbers whole, others with six digits."""
    value = trial.figures.get(name)
    if value is None or isinstance(value, int):
        return value
    return int(value) if value.is_integer() and abs(value) >= 2 else float(f"{value:.6g}")


def csv_text(columns: Sequence[str], rows: Sequence[Sequence[object]]) -> str:
    """A table as CSV."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows(rows)
    return out.getvalue()
