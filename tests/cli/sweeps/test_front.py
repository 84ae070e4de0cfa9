"""The Pareto front, and conditions on figures."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tabfab.cli.sweeps.figures import find_figure, is_maximized, parse_condition
from tabfab.cli.sweeps.front import find_setting, pareto_front, table_of
from tabfab.cli.sweeps.store import Trial
from tabfab.compiler.store.errors import TabfabError


def trial(name: str, failure: str = "", **figures: float | None) -> Trial:
    return Trial(name, {"compile": {}}, figures, failure, {})


@given(st.lists(st.tuples(st.integers(0, 5), st.integers(0, 5)), max_size=30))
def test_the_front_is_what_nothing_dominates(points: list[tuple[int, int]]) -> None:
    trials = [trial(str(n), accuracy=a, clocks=c) for n, (a, c) in enumerate(points)]
    front = {each.name for each in pareto_front(trials, ["accuracy", "clocks"])}
    for n, (accuracy, clocks) in enumerate(points):
        better = any(
            a >= accuracy and c <= clocks and (a, c) != (accuracy, clocks) for a, c in points
        )
        assert (str(n) in front) == (not better)


def test_the_best_comes_first_and_what_failed_is_left_out() -> None:
    trials = [
        trial("a", accuracy=0.9, luts=10),
        trial("b", accuracy=0.99, luts=30),
        trial("c", failure="it does not fit"),
        trial("d", accuracy=None, luts=1),
        trial("e", accuracy=0.8, luts=20),
    ]
    assert [each.name for each in pareto_front(trials, ["accuracy", "luts"])] == ["b", "a"]
    within = (parse_condition("luts <= 20", "constraints"),)
    assert [each.name for each in pareto_front(trials, ["accuracy", "luts"], within)] == ["a"]


def test_which_way_is_better() -> None:
    assert all(map(is_maximized, ["accuracy", "r2", "fps", "mhz", "agreement"]))
    assert not any(map(is_maximized, ["operations", "bytes", "clocks", "luts", "latency-ms"]))
    assert not is_maximized("mean-squared-error-between")


def test_unknown_figures_are_told_with_what_may_be_meant() -> None:
    with pytest.raises(TabfabError, match="no figure 'acuracy'; did you mean 'accuracy'"):
        find_figure("acuracy", ["accuracy", "bytes"], "objectives")
    with pytest.raises(TabfabError, match=r"'luts'; that takes a \[plan\] table with a device"):
        find_figure("luts", ["accuracy", "bytes"], "objectives")
    with pytest.raises(TabfabError, match=r"'clocks'; that takes a \[plan\] table$"):
        find_figure("clocks", ["accuracy", "bytes"], "objectives")


def test_settings_are_found_by_their_names() -> None:
    trials = [
        Trial("a", {"compile": {"subspaces": 2}, "plan": {"subspaces": 1}}, {}, "", {}),
        Trial("b", {"compile": {"subspaces": 4}, "plan": {"subspaces": 1}}, {}, "", {}),
    ]
    assert find_setting("plan.subspaces", trials) == ("plan", "subspaces")
    with pytest.raises(TabfabError, match=r"may be compile\.subspaces or plan\.subspaces"):
        find_setting("subspaces", trials)
    with pytest.raises(TabfabError, match="no trial has a setting 'device'"):
        find_setting("device", trials)
    assert table_of(trials, trials, []) == (["trial", "compile.subspaces"], [["a", 2], ["b", 4]])
