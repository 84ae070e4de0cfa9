from __future__ import annotations

import time
from collections.abc import Mapping, Sequence

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from tabfab.hw.stream.timing import Gate, Lag, Rule, Times, TimingError, serialize, shifted, solve

from support.streams import Pattern, gate


def rule(
    target: str,
    source: str,
    index: Sequence[int] | NDArray[np.int64],
    delay: int | NDArray[np.int64],
) -> Rule:
    return Rule(target, source, np.asarray(index, np.int64), delay)


def queue(i: str, o: str, depth: int, beats: int) -> list[Rule]:
    """A queue between two sequences."""
    return [rule(o, i, shifted(beats, 0), 1), rule(i, o, shifted(beats, depth), 1)]


# ------------------------------------------------------------------------------- by hand


def test_sequences_without_rules_move_on_every_clock() -> None:
    times = solve({"a": 3, "b": 0}, [])
    assert times["a"].tolist() == [0, 1, 2]
    assert times["b"].tolist() == []


def test_a_queue_of_one_moves_on_every_other_clock() -> None:
    times = solve({"i": 4, "o": 4}, queue("i", "o", 1, 4))
    assert times["i"].tolist() == [0, 2, 4, 6]
    assert times["o"].tolist() == [1, 3, 5, 7]


def test_a_group_waits_for_its_last_beat() -> None:
    times = solve({"i": 6, "o": 2}, [rule("o", "i", [2, 5], 4)])
    assert times["o"].tolist() == [6, 9]


def test_negative_indices_constrain_nothing() -> None:
    times = solve({"a": 3, "b": 3}, [rule("b", "a", [-1, -7, 0], 10)])
    assert times["b"].tolist() == [0, 1, 10]


def test_a_rule_between_sequences_and_one_without_events() -> None:
    times = solve({"a": 0, "b": 2}, [rule("b", "a", [-1, -1], 5)])
    assert times["b"].tolist() == [0, 1]


def test_streams_that_move_together_take_the_later_of_both() -> None:
    together = [rule("a", "b", range(3), 0), rule("b", "a", range(3), 0)]
    other = [rule("a", "x", [1, 1, 2], 1), rule("b", "x", [0, 3, 3], 1)]
    times = solve({"a": 3, "b": 3, "x": 4}, together + other)
    assert times["a"].tolist() == times["b"].tolist() == [2, 4, 5]


def test_a_gate_delays_what_waits_for_it() -> None:
    every_third = gate(np.array([False, False, True]))
    times = solve({"i": 3, "o": 3}, queue("i", "o", 1, 3), {"o": every_third})
    assert times["o"].tolist() == [2, 5, 8]
    assert times["i"].tolist() == [0, 3, 6]


def test_serialize_pushes_equal_times_apart() -> None:
    assert serialize(np.array([5, 0, 0, 9, 9])).tolist() == [5, 6, 7, 9, 10]


def test_renamed_rules_keep_what_they_say() -> None:
    renamed = rule("o", "i", [0, 1], 3).renamed(lambda port: f"stage.{port}")
    assert (renamed.target, renamed.source, renamed.delay) == ("stage.o", "stage.i", 3)
    assert renamed.waits_for.tolist() == [0, 1]


@given(st.integers(-4, 6), st.lists(st.integers(-3, 7), min_size=1, max_size=12))
def test_compact_rules_say_the_same_in_less_memory(lag: int, index: list[int]) -> None:
    source = np.cumsum(np.arange(20))
    for numbers in (index, np.maximum(shifted(len(index), lag), -1)):
        plain = rule("o", "i", numbers, 3)
        compact = plain.compact()
        assert np.array_equal(compact.bound(source), plain.bound(source))
        assert np.array_equal(np.maximum(compact.waits_for, -1), np.maximum(plain.waits_for, -1))
        assert isinstance(compact.index, Lag) or compact.index.itemsize == 4


def test_a_rule_that_is_a_lag_has_no_array() -> None:
    assert rule("o", "i", shifted(9, 4), 1).compact().index == Lag(9, 4)
    assert rule("o", "i", [3, 4, 5], 1).compact().index == Lag(3, -3)
    assert not isinstance(rule("o", "i", [0, 0, 1], 1).compact().index, Lag)


# ------------------------------------------------------------------------------ deadlock


def diamond(beats: int, slack: int, group: int) -> tuple[dict[str, int], list[Rule]]:
    """A fork, a branch that answers only after `group` beats, and a join with the other branch."""
    whole = (shifted(beats, 0) // group + 1) * group - 1
    rules = queue("in", "short", slack, beats)
    rules += [rule("in", "long", shifted(beats, 3 * group), 1)]
    rules += [rule("long", "in", whole, 5)]
    rules += [rule("short", "long", shifted(beats, 0), 0), rule("long", "short", range(beats), 0)]
    return {"in": beats, "short": beats, "long": beats}, rules


@pytest.mark.parametrize("beats", [20, 2000, 100_000])
@pytest.mark.parametrize("group", [2, 10])
def test_a_deadlock_is_recognised_at_once(beats: int, group: int) -> None:
    lengths, rules = diamond(beats, group - 1, group)
    sweeps = 0

    def counted(earliest: Times) -> Times:
        nonlocal sweeps
        sweeps += 1
        return serialize(earliest)

    start = time.perf_counter()
    with pytest.raises(TimingError, match=r"'short'.*wait for each other"):
        solve(lengths, rules, gates={"in": counted})
    assert time.perf_counter() - start < 1 + beats / 1e5
    assert sweeps <= 64, "as many for every number of beats"


@pytest.mark.parametrize("beats", [20, 2000])
@pytest.mark.parametrize("group", [1, 2, 10])
def test_the_same_system_with_one_more_place_moves(beats: int, group: int) -> None:
    lengths, rules = diamond(beats, group, group)
    times = solve(lengths, rules)
    for r in rules:
        assert (times[r.target] >= r.bound(times[r.source])).all()


def test_an_event_that_waits_for_itself_deadlocks() -> None:
    with pytest.raises(TimingError, match="'a'"):
        solve({"a": 3}, [rule("a", "a", [-1, -1, 2], 1)])


def test_streams_that_move_together_hide_no_deadlock() -> None:
    rules = [rule("a", "b", [0], 0), rule("b", "a", [0], 0)]
    rules += [rule("a", "x", [0], 1), rule("x", "a", [0], 1)]
    with pytest.raises(TimingError, match=r"'a', 'x'|'x', 'a'"):
        solve({"b": 1, "a": 1, "x": 1}, rules)


def test_a_late_deadlock_is_recognised_behind_a_long_queue() -> None:
    beats = 5000
    loop = np.full(beats, -1)
    loop[-1] = beats - 1
    rules = queue("a", "b", 1, beats) + queue("b", "c", 4, beats)
    rules.append(rule("b", "c", loop, 1))
    with pytest.raises(TimingError, match="wait for each other"):
        solve(dict.fromkeys("abc", beats), rules)


def test_a_delay_for_each_event() -> None:
    delays = np.array([5, 2, 9])
    times = solve({"a": 3, "b": 3}, [rule("b", "a", [0, 1, 2], delays)])
    assert times["b"].tolist() == [5, 6, 11]
    assert rule("b", "a", [0, 1, 2], delays).renamed(str.upper).delay is delays


def test_events_of_various_distances_are_solved_at_once() -> None:
    events = 200_000  # one sweep for each would take hours
    distances = np.random.default_rng(1).integers(1, 20, events)
    times = solve({"a": events}, [rule("a", "a", shifted(events, 1), distances)])["a"]
    assert times[0] == 0
    np.testing.assert_array_equal(np.diff(times), distances[1:])


def test_a_stalled_sequence_keeps_its_distances() -> None:
    spacing = rule("a", "a", shifted(4, 1), np.array([0, 3, 1, 2]))
    pattern = np.array([True, False])
    assert solve({"a": 4}, [spacing], {"a": gate(pattern)})["a"].tolist() == [0, 4, 6, 8]


# ---------------------------------------------------------------- against a simulation


def simulate(
    lengths: Mapping[str, int], rules: Sequence[Rule], patterns: Mapping[str, Pattern]
) -> dict[str, list[int]] | None:
    """Clock by clock, every event that its rules and pattern allow; None after a long standstill.

    Within a clock events without delay between them may happen together, so the largest set
    that allows itself is searched from all candidates downwards.
    """
    done: dict[str, list[int]] = {name: [] for name in lengths}
    clock = idle = 0
    while any(len(done[name]) < length for name, length in lengths.items()):
        moving = {
            name
            for name, length in lengths.items()
            if len(done[name]) < length
            and (name not in patterns or patterns[name][clock % len(patterns[name])])
        }

        def happened(name: str, event: int, delay: int, moving: set[str], clock: int) -> bool:
            if event < 0:
                return True
            if event < len(done[name]):
                return done[name][event] + delay <= clock
            return delay == 0 and event == len(done[name]) and name in moving

        while True:
            held = {
                r.target
                for r in rules
                if r.target in moving
                and not happened(r.source, *_next(r, len(done[r.target])), moving, clock)
            }
            if not held:
                break
            moving -= held
        for name in moving:
            done[name].append(clock)
        clock += 1
        idle = 0 if moving else idle + 1
        if idle > 60:
            return None
    return done


def _next(r: Rule, event: int) -> tuple[int, int]:
    """The event that the target's `event` waits for, and how long."""
    delay = r.delay if isinstance(r.delay, int) else r.delay[event]
    return int(r.index[event]), int(delay)


System = tuple[dict[str, int], list[Rule], dict[str, Pattern]]


@st.composite
def systems(draw: st.DrawFn) -> System:
    """Random rules with rising indices, forward and backward, and stalls."""
    names = "abcd"[: draw(st.integers(1, 4))]
    lengths = {name: draw(st.integers(1, 12)) for name in names}
    rules = []
    for _ in range(draw(st.integers(0, 7))):
        target, source = draw(st.sampled_from(names)), draw(st.sampled_from(names))
        index = np.sort(
            draw(
                st.lists(
                    st.integers(-4, lengths[source] - 1),
                    min_size=lengths[target],
                    max_size=lengths[target],
                )
            )
        )
        if target == source:
            lag = np.arange(len(index)) - draw(st.integers(0, 2))
            index = lag if draw(st.booleans()) else np.minimum(index, lag)
        delays = st.lists(st.integers(0, 4), min_size=len(index), max_size=len(index))
        delay = np.array(draw(delays)) if draw(st.booleans()) else draw(st.integers(0, 4))
        rules.append(rule(target, source, index, delay))
    patterns = {}
    for name in names:
        if draw(st.booleans()):
            bits = draw(st.lists(st.booleans(), min_size=1, max_size=8))
            patterns[name] = np.array([*bits, True])
    return lengths, rules, patterns


def gates_of(patterns: Mapping[str, Pattern]) -> dict[str, Gate]:
    return {name: gate(pattern) for name, pattern in patterns.items()}


@given(systems())
def test_equals_a_simulation_clock_by_clock(system: System) -> None:
    lengths, rules, patterns = system
    simulated = simulate(lengths, rules, patterns)
    if simulated is None:
        with pytest.raises(TimingError):
            solve(lengths, rules, gates_of(patterns))
    else:
        times = solve(lengths, rules, gates_of(patterns))
        assert {name: clocks.tolist() for name, clocks in times.items()} == simulated
