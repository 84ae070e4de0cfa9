from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tabfab.compiler import program as ir
from tabfab.hw.engine.folding import Folding
from tabfab.hw.nodes.assemble import assemble
from tabfab.hw.nodes.catalog import layer_hardware
from tabfab.hw.stream.timing import TimingError
from tabfab.sim.models.cycles import Stalls, allowed, predict

from support.programs import ConvOptions, exact_conv, image_input

RNG = np.random.default_rng(8)
IMAGE = image_input(RNG, 2, 4, 4)
CONV = exact_conv(RNG, "conv", IMAGE, ConvOptions(4, kernel=(3, 3), padding=(1, 1)))
PROGRAM = ir.Program((IMAGE, CONV))


@given(
    st.lists(st.integers(0, 60), min_size=1, max_size=12),
    st.lists(st.booleans(), min_size=1, max_size=9),
)
def test_allowed_gives_each_event_its_own_acting_clock(
    earliest: list[int], pattern: list[bool]
) -> None:
    pattern = [*pattern, True]
    expected, clock = [], -1
    for event in np.maximum.accumulate(earliest).tolist():
        clock = max(clock + 1, event)
        while not pattern[clock % len(pattern)]:
            clock += 1
        expected.append(clock)
    rising = np.maximum.accumulate(np.array(earliest))
    assert allowed(rising, np.array(pattern)).tolist() == expected


def test_random_stalls_are_repeatable_and_never_final() -> None:
    one, same, other = (Stalls.random(seed, 0.5) for seed in (3, 3, 4))
    np.testing.assert_array_equal(one.source, same.source)
    np.testing.assert_array_equal(one.sink, same.sink)
    assert (one.source != other.source).any()
    assert abs(one.sink.mean() - 0.5) < 0.05
    always = Stalls.random(0, 1.0)
    assert always.source.any()
    assert always.sink.any()


def test_the_engine_sets_the_pace() -> None:
    folding = Folding(1, 2)
    times = predict(assemble(PROGRAM, {"conv": folding}), images=5)
    finished = times["conv.engine"].reshape(5, -1)[:, -1]
    per_image = layer_hardware(PROGRAM, CONV).bank_clocks(folding)
    assert per_image == 16 * 2 * 9 * 2
    assert np.diff(finished).tolist() == [per_image] * 4


def test_stalls_only_delay() -> None:
    network = assemble(PROGRAM, {"conv": Folding(2, 4)})
    free, stalled = predict(network, 2), predict(network, 2, Stalls.random(1, 0.7))
    for name, clocks in free.items():
        assert (stalled[name] >= clocks).all()
        assert stalled[name][-1] > clocks[-1]


def test_transfers_keep_to_the_patterns() -> None:
    network = assemble(PROGRAM, {"conv": Folding(2, 4)})
    stalls = Stalls(np.array([False, True, False]), np.array([True, False, False, False]))
    times = predict(network, 2, stalls)
    assert (times[network.output.name] % 4 == 0).all()
    assert times[network.input.name][0] == 1


@pytest.mark.parametrize(("depth", "deadlock"), [(1, True), (16, False)])
def test_too_short_a_queue_at_a_fork_deadlocks(depth: int, deadlock: bool) -> None:
    conv = exact_conv(
        RNG, "conv", IMAGE, ConvOptions(2, kernel=(3, 3), padding=(1, 1), type=ir.UINT8)
    )
    add = ir.Add(
        name="add", inputs=("conv", "image"), shape=(2, 4, 4), type=ir.UINT8, low=0, high=255,
        left=(0, 0), shift=1,
    )  # fmt: skip
    program = ir.Program((IMAGE, conv, add))
    network = assemble(program, {"conv": Folding(2, 2)}, {"image": (depth, depth)})
    if deadlock:
        with pytest.raises(TimingError, match="deadlocks"):
            predict(network, 2)
    else:
        assert predict(network, 2)[network.output.name][-1] < 1000
