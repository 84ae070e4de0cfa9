from __future__ import annotations

from collections import deque
from typing import Any

import numpy as np
import pytest
from amaranth.hdl import signed, unsigned
from amaranth.sim import Simulator
from tabfab.hw.stream.queue import Queue

from support.streams import FULL_SPEED, Beats, Traffic, check


@pytest.mark.parametrize("depth", [1, 2, 3, 8])
@pytest.mark.parametrize("lanes", [3, 20])  # 20 need several memories
def test_passes_beats_in_order(
    depth: int, lanes: int, traffic: Traffic, rng: np.random.Generator
) -> None:
    beats = Beats.of(rng.integers(-8, 8, (40, lanes)), image=7)
    check(Queue(signed(4), lanes, depth), {"i": beats}, {"o": beats}, traffic)


def test_moves_a_beat_per_clock_from_depth_two(rng: np.random.Generator) -> None:
    beats = Beats.of(rng.integers(0, 4, (20, 1)), image=4)
    full = check(Queue(unsigned(2), 1, 2), {"i": beats}, {"o": beats}, FULL_SPEED)
    assert full["o"].clocks.tolist() == list(range(1, 21))
    single = check(Queue(unsigned(2), 1, 1), {"i": beats}, {"o": beats}, FULL_SPEED)
    assert single["o"].clocks.tolist() == list(range(1, 41, 2))


@pytest.mark.parametrize("depth", [2, 3])
def test_any_three_steps_at_any_level(depth: int, rng: np.random.Generator) -> None:
    """A beat may come on the very clock on which the only one leaves, after the queue was full."""
    queue, held, steps = Queue(unsigned(8), 1, depth), deque[int](), []

    async def testbench(ctx: Any) -> None:
        for value, put, take in rng.integers(0, [256, 2, 2], (3000, 3)).tolist():
            ctx.set(queue.i.valid, put)
            ctx.set(queue.i.p.data[0], value)
            ctx.set(queue.o.ready, take)
            assert ctx.get(queue.level) == len(held)
            assert ctx.get(queue.i.ready) == (len(held) < depth)
            assert ctx.get(queue.o.valid) == bool(held)
            puts, takes = bool(put) and len(held) < depth, bool(take) and bool(held)
            steps.append((len(held), puts, takes))
            if takes:
                assert ctx.get(queue.o.p.data[0]) == held.popleft()
            if puts:
                held.append(value)
            await ctx.tick()

    simulator = Simulator(queue)
    simulator.add_clock(1e-6)
    simulator.add_testbench(testbench)
    simulator.run()
    seen = set(zip(steps, steps[1:], steps[2:], strict=False))
    assert ((2, False, False), (2, False, True), (1, True, True)) in seen


def test_refuses_to_hold_nothing() -> None:
    with pytest.raises(ValueError, match="at least one beat"):
        Queue(unsigned(1), 1, 0)
