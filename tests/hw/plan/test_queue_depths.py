"""How deep the queues behind forks are."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from tabfab.compiler import program as ir
from tabfab.hw.plan import make_plan
from tabfab.hw.plan.queue_depths import _occupancy
from tabfab.hw.stream.queue import Queue

from support.programs import ConvOptions, exact_conv, image_input


def waits(arrived: np.ndarray, left: np.ndarray, depth: int) -> bool:
    """Whether a queue of `depth` would have let one of the beats in later than it came."""
    queue = Queue(1, 1, depth)
    rules = queue.timing({"i": len(arrived), "o": len(left)})
    [room] = [rule for rule in rules if rule.target == "i"]
    return bool((arrived < room.bound(left)).any())


@given(
    st.lists(st.integers(1, 3), min_size=1, max_size=12),
    st.lists(st.integers(0, 9), min_size=12, max_size=12),
)
def test_the_least_depth_at_which_no_beat_waits(gaps: list[int], stays: list[int]) -> None:
    arrived = np.cumsum(gaps)
    order = np.arange(len(arrived))
    left = np.maximum.accumulate(arrived + 1 + np.array(stays[: len(arrived)]) - order) + order
    depth = _occupancy(arrived, left)
    assert not waits(arrived, left, depth)
    assert depth == 1 or waits(arrived, left, depth - 1)


def test_the_reader_with_the_longest_way_sets_the_pace() -> None:
    """Wherever it stands among the readers."""
    rng = np.random.default_rng(3)
    image = image_input(rng, 2, 6, 6)
    short = exact_conv(rng, "short", image, ConvOptions(2))
    first = exact_conv(rng, "first", image, ConvOptions(2, kernel=(3, 3), padding=(1, 1)))
    second = exact_conv(rng, "second", first, ConvOptions(2, kernel=(3, 3), padding=(1, 1)))
    add = ir.Add(
        name="add", inputs=("short", "second"), shape=(2, 6, 6), type=ir.INT8,
        low=-128, high=127, left=(0, 0), shift=1,
    )  # fmt: skip
    around, through = make_plan(ir.Program((image, short, first, second, add))).fork_depths["image"]
    assert 2 == through < around
