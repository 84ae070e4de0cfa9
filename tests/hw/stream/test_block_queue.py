from __future__ import annotations

import numpy as np
import pytest
from amaranth.hdl import signed, unsigned
from tabfab.hw.stream.block_queue import DEEP, LATENCY, BlockQueue, queue_for
from tabfab.hw.stream.queue import Queue

from support.memories import SpitefulMemory
from support.streams import FULL_SPEED, Beats, Traffic, check


@pytest.fixture(autouse=True)
def spiteful_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever is read where it is just written would be seen."""
    monkeypatch.setattr("tabfab.hw.stream.block_queue.ring_memory", SpitefulMemory)


@pytest.mark.parametrize("depth", [1, 2, 3, 4, 5, 6, 9, 70])
def test_passes_beats_in_order(depth: int, traffic: Traffic, rng: np.random.Generator) -> None:
    beats = Beats.of(rng.integers(-8, 8, (120, 3)), image=7)
    check(BlockQueue(signed(4), 3, depth), {"i": beats}, {"o": beats}, traffic)


@pytest.mark.parametrize("depth", [LATENCY + 1, 12])
def test_moves_a_beat_per_clock(depth: int, rng: np.random.Generator) -> None:
    beats = Beats.of(rng.integers(0, 4, (40, 1)), image=4)
    seen = check(BlockQueue(unsigned(2), 1, depth), {"i": beats}, {"o": beats}, FULL_SPEED)
    assert seen["o"].clocks.tolist() == list(range(LATENCY, LATENCY + 40))


def test_a_full_one_holds_its_depth(rng: np.random.Generator) -> None:
    beats = Beats.of(rng.integers(0, 4, (30, 1)), image=4)
    slow = Traffic(sink=0.1)
    seen = check(BlockQueue(unsigned(2), 1, 9), {"i": beats}, {"o": beats}, slow)
    inside = np.arange(30) + 1 - np.searchsorted(seen["o"].clocks, seen["i"].clocks)
    assert inside.max() == 9


def test_only_deep_queues_are_in_block_ram() -> None:
    assert isinstance(queue_for(unsigned(1), 1, DEEP), Queue)
    assert isinstance(queue_for(unsigned(1), 1, DEEP + 1), BlockQueue)


def test_refuses_to_hold_nothing() -> None:
    with pytest.raises(ValueError, match="at least one beat"):
        BlockQueue(unsigned(1), 1, 0)
