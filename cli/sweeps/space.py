"""The space of a sweep: what all trials have in common, and what is tried."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from ...compiler.store.errors import TabfabError, shown
from .verb_options import Value, VerbOption, find_option, near, verb_options

Settings = Mapping[str, Mapping[str, Value]]
"""Of a trial: table (a verb) -> option -> value."""

_RANGE = ("low", "high", "step", "log")
_MOST_VALUES = 100_000
"""Of a range that is listed, and trials of a grid."""


@dataclass(frozen=True)
class Choices:
    """An option and the values that it is to take.

    Parameters
    ----------
    option: of a verb.
    values: at least one, no two alike.
    """

    option: VerbOption
    values: tuple[Value, ...]

    @property
    def is_ordered(self) -> bool:
        """Whether the values are numbers, from small to large."""
        numbers = [each for each in self.values if type(each) in (int, float)]
        return len(numbers) == len(self.values) and numbers == sorted(numbers)


@dataclass(frozen=True)
class Range:
    """An option and the range that its value is to come from.

    Parameters
    ----------
    option: of a verb, with numbers for values.
    low, high: both belong to it.
    step: between values; None where any number may be taken.
    log: whether it is searched by orders of magnitude.
    """

    option: VerbOption
    low: float
    high: float
    step: float | None = None
    log: bool = False

    def listed(self) -> Choices:
        """All of its values.

        Raises
        ------
        TabfabError: there are too many to be listed.
        """
        if self.step is None:
            raise TabfabError(
                f"{self.option.full_name} has a range without steps, which no grid lists; give it "
                "a step, or choose another sampler"
            )
        count = math.floor((self.high - self.low) / self.step + 1e-9) + 1
        if count > _MOST_VALUES:
            raise TabfabError(f"{self.option.full_name} has {count:,} values; take larger steps")
        kind = self.option.kind
        return Choices(self.option, tuple(kind(self.low + n * self.step) for n in range(count)))


@dataclass(frozen=True)
class Space:
    """What may be tried.

    Parameters
    ----------
    fixed: settings of all trials; a table of its own for each verb that is to run.
    axes: what differs between them.
    listed: trials that are listed, by what they add to `fixed`; none where there are axes.
    """

    fixed: Settings
    axes: tuple[Choices | Range, ...] = ()
    listed: tuple[Settings, ...] = ()

    @property
    def tables(self) -> set[str]:
        """The verbs that run for some trial."""
        return {*self.fixed, *(table for each in self.listed for table in each)}

    def with_values(self, values: Mapping[str, Value]) -> Settings:
        """The settings of a trial.

        Parameters
        ----------
        values: of the axes, by the options' full names.
        """
        found: dict[str, dict[str, Value]] = {table: {**own} for table, own in self.fixed.items()}
        for axis in self.axes:
            option = axis.option
            found[option.table][option.name] = values[option.full_name]
        return found

    def grid(self) -> Iterator[Settings]:
        """The settings of every trial, the last axis changing fastest.

        Raises
        ------
        TabfabError: there are too many, or a range cannot be listed.
        """
        if self.listed:
            for each in self.listed:
                tables = dict.fromkeys([*self.fixed, *each])
                yield {name: {**self.fixed.get(name, {}), **each.get(name, {})} for name in tables}
            return
        lists = [each.listed() if isinstance(each, Range) else each for each in self.axes]
        count = math.prod(len(each.values) for each in lists)
        if count > _MOST_VALUES:
            raise TabfabError(
                f"the grid has {count:,} trials; take fewer values, or [search] with a sampler "
                "and a number of trials"
            )
        names = [each.option.full_name for each in lists]
        for values in itertools.product(*(each.values for each in lists)):
            yield self.with_values(dict(zip(names, values, strict=True)))


def parse_space(document: Mapping[str, Any]) -> Space:
    """The space that the tables of a ``sweep.toml`` describe.

    Parameters
    ----------
    document: its tables named as verbs, and ``trials``, a list of such tables.

    Raises
    ------
    TabfabError: there is no such setting or value, or nothing to try.
    """
    fixed: dict[str, dict[str, Value]] = {"compile": {}}
    axes: list[Choices | Range] = []
    for table in verb_options():
        if table not in document:
            continue
        fixed.setdefault(table, {})
        for name, value in _entries(document[table], f"[{table}]"):
            option = find_option(table, name)
            axis = _axis(option, value)
            if axis is None:
                fixed[table][name] = option.check(value)
            else:
                axes.append(axis)
    listed = _parse_listed(document.get("trials", []), bool("trials" in document))
    if listed and axes:
        raise TabfabError(
            f"[[trials]] lists the trials, and {axes[0].option.full_name} has several values; give "
            "a list of trials or a space, not both"
        )
    if not listed and not axes:
        raise TabfabError(
            "there is nothing to try: give a setting several values, such as prototypes = "
            "[8, 16, 32] in [compile], or a list of [[trials]]"
        )
    return Space(fixed, tuple(axes), listed)


def _parse_listed(trials: object, given: bool) -> tuple[Settings, ...]:
    if not isinstance(trials, list) or (given and not trials):
        raise TabfabError("[[trials]] is a list of at least one trial")
    listed = []
    for number, trial in enumerate(trials, start=1):
        where = f"[[trials]], number {number}"
        own: dict[str, dict[str, Value]] = {}
        for table, entries in _entries(trial, where):
            if table not in verb_options():
                hint = near(table, verb_options()) or f"; there are {', '.join(verb_options())}"
                raise TabfabError(f"{where} has no table {table!r}{hint}")
            own[table] = {
                name: find_option(table, name).check(value)
                for name, value in _entries(entries, f"{where}, {table}")
            }
        listed.append(own)
    return tuple(listed)


def _entries(table: object, where: str) -> list[tuple[str, object]]:
    if not isinstance(table, dict):
        raise TabfabError(f"{where} is a table of settings, not {shown(table)}")
    return list(table.items())


def _axis(option: VerbOption, value: object) -> Choices | Range | None:
    """What is tried of an option; None where its value is only one."""
    if isinstance(value, dict):
        return _range(option, value)
    if not isinstance(value, list) or (option.many and all(isinstance(v, str) for v in value)):
        return None
    values = [option.check(each) for each in value]
    if not values:
        raise TabfabError(f"{option.full_name} has no values to try; give it at least one")
    if len({repr(each) for each in values}) < len(values):
        raise TabfabError(f"{option.full_name} lists a value twice; leave one away")
    return Choices(option, tuple(values))


def _range(option: VerbOption, given: Mapping[str, Any]) -> Range:
    name = option.full_name
    for key in given:
        if key not in _RANGE:
            hint = near(key, _RANGE) or f"; there are {', '.join(_RANGE)}"
            raise TabfabError(f"the range of {name} has no {key!r}{hint}")
    if option.kind not in (int, float) or not {"low", "high"} <= set(given):
        raise TabfabError(
            f"{name} takes a value, a list, or, of numbers, a range {{low = 4, high = 8}}"
        )
    low, high = option.check(given["low"]), option.check(given["high"])
    assert isinstance(low, int | float)
    assert isinstance(high, int | float)
    step, log = given.get("step", 1 if option.kind is int else None), given.get("log", False)
    if type(step) not in (int, float, type(None)) or (step is not None and step <= 0):
        raise TabfabError(f"the step of {name} must be a number above 0, not {shown(step)}")
    if option.kind is int and type(step) is not int:
        raise TabfabError(f"the step of {name} must be a whole number, not {shown(step)}")
    if type(log) is not bool or (log and ("step" in given or low <= 0)):
        raise TabfabError(f"{name}: log is true or false, from above 0 and without a step")
    if not low < high:
        raise TabfabError(f"the range of {name} is empty: {low} to {high}; let low be below high")
    return Range(option, low, high, step, log)
