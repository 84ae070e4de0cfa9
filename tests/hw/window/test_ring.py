from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from amaranth.sim import Simulator
from tabfab.hw.window.ring import BankedRing, Ring, RowRing

ROWS, LENGTH, WIDTH = 4, 5, 6


@pytest.mark.parametrize(
    "make",
    [lambda: Ring(ROWS, LENGTH, WIDTH), lambda: BankedRing(ROWS, LENGTH, WIDTH, 3)],
    ids=["one memory", "a memory for each row"],
)
def test_answers_with_what_was_written_last(make: Callable[[], RowRing]) -> None:
    ring = make()
    rng = np.random.default_rng(3)
    kept = np.zeros((ROWS, LENGTH), np.int64)
    seen: list[tuple[int, list[int]]] = []

    async def bench(ctx: Any) -> None:
        for words in rng.integers(0, 1 << WIDTH, (3 * ROWS, LENGTH)):
            row = len(seen) % ROWS  # the ring's first row follows its last
            for place, word in enumerate(words):
                ctx.set(ring.put, 1)
                ctx.set(ring.word, int(word))
                await ctx.tick()
                ctx.set(ring.put, 0)
                await ctx.tick().repeat(int(rng.integers(1, 3)))
                kept[row, place] = word
            asked, place = int(rng.integers(ROWS)), int(rng.integers(LENGTH))
            ctx.set(ring.row, asked)
            ctx.set(ring.place, place)
            await ctx.tick().repeat(ring.latency)
            expected = [int(kept[(asked + tap) % ROWS, place]) for tap in range(ring.taps)]
            seen.append((ctx.get(ring.answer), expected))

    simulator = Simulator(ring)
    simulator.add_clock(1e-6)
    simulator.add_testbench(bench)
    simulator.run()
    assert len(seen) == 3 * ROWS
    for answer, words in seen:
        assert answer == sum(word << (WIDTH * tap) for tap, word in enumerate(words))
