from __future__ import annotations

import numpy as np
import pytest
from tabfab.hw.stream.elastic import Elastic, full_rate_depth, group_ends

from support.cores import BITS, Echo
from support.streams import Beats, Traffic, check

GROUPS = [(1,), (2,), (9,), (4, 4, 1), (2, 3)]


@pytest.mark.parametrize("depth", [None, 1])
@pytest.mark.parametrize(("latency", "groups"), [(0, (1,)), (3, (1,)), (1, (4,)), (5, (2, 1))])
def test_answers_every_group(
    latency: int,
    groups: tuple[int, ...],
    depth: int | None,
    traffic: Traffic,
    rng: np.random.Generator,
) -> None:
    beats = Beats.of(rng.integers(0, 1 << BITS, (24, 1)), image=6)
    ends = np.cumsum(np.resize(groups, 24))
    ends = ends[ends <= 24] - 1
    answers = Beats(beats.data[ends], beats.last[ends])
    taken = Beats(beats.data[: ends[-1] + 1], beats.last[: ends[-1] + 1])
    check(Elastic(Echo(latency, groups), depth), {"i": taken}, {"o": answers}, traffic)


@pytest.mark.parametrize("groups", GROUPS)
@pytest.mark.parametrize("latency", [0, 1, 4, 11])
def test_never_waits_at_the_default_depth(
    latency: int, groups: tuple[int, ...], rng: np.random.Generator
) -> None:
    count = 6 * sum(groups)
    beats = Beats.of(rng.integers(0, 1 << BITS, (count, 1)), image=count)
    ends = np.cumsum(np.resize(groups, 6 * len(groups))) - 1
    answers = Beats(beats.data[ends], beats.last[ends])
    seen = check(Elastic(Echo(latency, groups)), {"i": beats}, {"o": answers})
    assert seen["i"].clocks.tolist() == list(range(count))


@pytest.mark.parametrize("latency", [0, 1, 4])
def test_waits_at_a_smaller_depth(latency: int, rng: np.random.Generator) -> None:
    core = Echo(latency)
    beats = Beats.of(rng.integers(0, 1 << BITS, (40, 1)), image=40)
    seen = check(Elastic(core, full_rate_depth(core) - 1), {"i": beats}, {"o": beats})
    assert seen["i"].clocks[-1] > 39


def test_group_ends_count_through_the_cycle() -> None:
    assert group_ends((2, 1), 5).tolist() == [1, 2, 4, 5, 7]
    assert group_ends((1,), 3).tolist() == [0, 1, 2]


def test_refuses_to_hold_nothing() -> None:
    with pytest.raises(ValueError, match="at least one beat"):
        Elastic(Echo(1), 0)
