"""Taking a trial's program out of a sweep: the best of those that meet conditions."""

from __future__ import annotations

import os
import shlex
from collections.abc import Sequence
from pathlib import Path

from ...compiler.data import referred_data
from ...compiler.data.load import has_name
from ...compiler.program.program_file import MANIFEST, TENSORS, load_program, write_program
from ...compiler.store.errors import TabfabError
from ...compiler.store.files import MARKER, atomic_directory
from ..data_sets import noted, noted_test_data, with_data
from .figures import Condition, find_figure, is_maximized, parse_condition
from .front import find_setting, shown_value
from .results import SweepResults, nearest
from .store import Store, Trial
from .trial import PROGRAM
from .verb_options import option_words

_WHAT = "--pick"


def pick(results: SweepResults, conditions: str, by: str | None = None) -> Trial:
    """The best trial that meets conditions, and the sweep's constraints.

    Parameters
    ----------
    results: of the sweep.
    conditions: separated by commas: ``accuracy>=0.98,device=ecp5-25k``.
    by: the figure that is to be as good as can be; if not given, the first objective of which the
        conditions say nothing, and among equals the next.

    Raises
    ------
    TabfabError: no trial meets them, or there is no such figure or setting.
    """
    wanted = [parse_condition(text, _WHAT, settings=True) for text in conditions.split(",")]
    for each in wanted:
        if each.relation != "=":
            find_figure(each.name, results.figures, _WHAT)
    order = [*results.objectives]
    if by is not None:
        order.insert(0, find_figure(by, results.figures, "--by"))
    said = {each.name for each in wanted}
    order.sort(key=lambda name: name != by and name in said)
    able = [each for each in results.trials if each.meets(results.constraints)]
    for condition in wanted:
        left = _meeting(condition, able, results)
        if not left:
            raise TabfabError(_none(condition, able, wanted, results))
        able = left
    signs = {name: -1.0 if is_maximized(name) else 1.0 for name in order}

    def cost(trial: Trial) -> tuple[float, ...]:
        values = [(trial.figures.get(name), signs[name]) for name in order]
        return tuple(float("inf") if value is None else value * sign for value, sign in values)

    return min(able, key=lambda each: (cost(each), each.name))


def _meeting(condition: Condition, trials: Sequence[Trial], results: SweepResults) -> list[Trial]:
    if condition.relation != "=":
        return [each for each in trials if condition.holds(each.figures)]
    table, option = find_setting(condition.name, results.trials)
    return [
        each
        for each in trials
        if str(shown_value(each.settings.get(table, {}).get(option))) == condition.value
    ]


def _none(
    condition: Condition,
    trials: Sequence[Trial],
    wanted: Sequence[Condition],
    results: SweepResults,
) -> str:
    """Why no trial is left."""
    before = " and ".join(str(each) for each in wanted[: wanted.index(condition)])
    among = f" of those with {before}" if before else ""
    if condition.relation != "=":
        return f"no trial{among} has {condition}: {nearest(condition, trials)}; ask for less"
    table, option = find_setting(condition.name, results.trials)
    values = {str(shown_value(each.settings.get(table, {}).get(option))) for each in trials}
    there = f"there are {', '.join(sorted(values))}" if values else "no trial is left at all"
    return f"no trial{among} has {condition}; {there}"


def take_program(results: SweepResults, trial: Trial, output: Path) -> None:
    """Write a trial's program as one of its own, as `tabfab compile` would have there.

    Parameters
    ----------
    results: of the sweep.
    trial: of it.
    output: the program's directory.

    Raises
    ------
    TabfabError: the trial kept its figures alone, or is damaged.
    """
    store = Store(results.directory)
    place = store.place(trial.name) / PROGRAM
    store.read(trial.name)
    if not place.is_dir():
        raise TabfabError(
            f"trial {trial.name} kept its figures alone (--json-only); run the sweep without it "
            "into another directory, or compile it: " + compile_command(results, trial, output)
        )
    program = load_program(place)
    data, test_data = program.meta.get("data"), noted_test_data(program, place)
    references = noted(referred_data(str(data), place), test_data, output)
    own = (MARKER, MANIFEST, TENSORS)
    extra = {path.name: path for path in place.iterdir() if path.name not in own}
    with atomic_directory(output, "program") as temporary:
        write_program(with_data(program, references), temporary, extra)


def compile_command(results: SweepResults, trial: Trial, output: Path) -> str:
    """The command that compiles the program of a trial."""
    noted = dict(results.noted["compile"])
    for name in ("model", "module", "weights", "data", "test-data", "data-dir"):
        if name in noted and not has_name(str(noted[name])):
            noted[name] = os.path.relpath(results.directory / noted[name])
    model = [noted.pop("model")] if "model" in noted else []
    options = [*option_words(noted), *option_words(trial.settings.get("compile", {}))]
    return shlex.join(["tabfab", "compile", *model, *options, "-o", str(output)])


def plan_command(trial: Trial, program: Path) -> str:
    """The command that makes the Verilog that a trial planned; empty if it planned none."""
    if "plan" not in trial.settings:
        return ""
    tables = ("plan", "verilog")
    options = [word for each in tables for word in option_words(trial.settings.get(each, {}))]
    return shlex.join(["tabfab", "verilog", str(program), *options])
