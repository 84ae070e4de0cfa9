from __future__ import annotations

import numpy as np
import pytest
from amaranth.hdl import signed, unsigned
from tabfab.hw.queue import Queue

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


def test_refuses_to_hold_nothing() -> None:
    with pytest.raises(TypeError, match="at least one beat"):
        Queue(unsigned(1), 1, 0)
