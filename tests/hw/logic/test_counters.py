from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from amaranth.hdl import Module, Signal, Value, signed
from amaranth.sim import Simulator
from tabfab.hw.logic.counters import bounded, choose, grouped, loop, registered, wrap_add

STEPS = np.random.default_rng(3).random(80) < 0.6


def run(build: Callable[[Module, Value], tuple[Value, Value]]) -> list[tuple[bool, int, int]]:
    """(step, counter, end) on every clock."""
    m, step, seen = Module(), Signal(), []
    counter, end_of_round = build(m, step)
    end = Signal()
    m.d.comb += end.eq(end_of_round)

    async def testbench(ctx: Any) -> None:
        for now in STEPS.tolist():
            ctx.set(step, now)
            seen.append((now, ctx.get(counter), ctx.get(end)))
            await ctx.tick()

    m.d.sync += Signal(name="clocked").eq(step)  # a counter of one needs no clock of its own
    simulator = Simulator(m)
    simulator.add_clock(1e-6)
    simulator.add_testbench(testbench)
    simulator.run()
    return seen


@pytest.mark.parametrize("count", [1, 2, 3, 8, 9])
def test_a_loop_counts_its_steps(count: int) -> None:
    made = 0
    for step, counter, end in run(lambda m, step: loop(m, "n", count, step)):
        assert counter == made % count
        assert end == (step and made % count == count - 1)
        made += step


@pytest.mark.parametrize("groups", [(1,), (3,), (2, 1), (4, 4, 1), (1, 1, 5)])
def test_grouped_counts_within_each_group(groups: tuple[int, ...]) -> None:
    places = [(place, place == size - 1) for size in groups for place in range(size)]
    made = 0
    for step, counter, last in run(lambda m, step: grouped(m, "n", groups, step)):
        assert (counter, bool(last)) == places[made % len(places)]
        made += step


def test_registered_is_a_clock_late() -> None:
    seen = run(lambda m, step: (registered(m, "late", step), step))
    assert [late for _, late, _ in seen] == [0, *STEPS[:-1].tolist()]


def evaluate(inputs: list[int], build: Callable[[Value], Value], bits: int) -> list[int]:
    m, x, y = Module(), Signal(bits), Signal(bits + 2)
    m.d.comb += y.eq(build(x))
    seen = []

    async def testbench(ctx: Any) -> None:
        for value in inputs:
            ctx.set(x, value)
            seen.append(ctx.get(y))

    simulator = Simulator(m)
    simulator.add_testbench(testbench)
    simulator.run()
    return seen


@pytest.mark.parametrize("modulus", [1, 2, 5, 8])
@pytest.mark.parametrize("amount", [-7, -1, 0, 1, 3, 8, 12])
def test_wrap_add_stays_in_the_ring(amount: int, modulus: int) -> None:
    values = list(range(modulus))
    expected = [(value + amount) % modulus for value in values]
    assert evaluate(values, lambda x: wrap_add(x, amount, modulus), 3) == expected


@pytest.mark.parametrize(
    "values",
    [[7], [5, 5, -2, 5], [0, 1, 2, 3, 0], [-3, -3, -1], [1 << 90, 3, 1 << 63], [-(1 << 70), 5]],
)
def test_choose_takes_the_value_of_the_index(values: list[int]) -> None:
    m, index = Module(), Signal(range(len(values)))
    chosen = Signal(signed(100))
    m.d.comb += chosen.eq(choose(m, "chosen", index, values))
    seen = []

    async def testbench(ctx: Any) -> None:
        for number in range(len(values)):
            ctx.set(index, number)
            seen.append(ctx.get(chosen))

    simulator = Simulator(m)
    simulator.add_testbench(testbench)
    simulator.run()
    assert seen == values


@pytest.mark.parametrize("limit", [1, 2, 3, 8])
def test_bounded_tells_what_is_under_way(limit: int) -> None:
    m, up, down = Module(), Signal(), Signal()
    count, below = bounded(m, "n", limit, up, down)
    rng = np.random.default_rng(limit)

    async def testbench(ctx: Any) -> None:
        inside = 0
        for more, fewer in rng.random((200, 2)) < 0.6:
            more, fewer = bool(more and inside < limit), bool(fewer and inside)
            ctx.set(up, more)
            ctx.set(down, fewer)
            assert ctx.get(count) == inside
            assert ctx.get(below) == (inside < limit)
            inside += more - fewer
            await ctx.tick()

    simulator = Simulator(m)
    simulator.add_clock(1e-6)
    simulator.add_testbench(testbench)
    simulator.run()
