"""FrameGuard: packets of any length become images, with the predicted clocks and errors."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pytest
from amaranth.hdl import Module, signed, unsigned
from amaranth.lib import wiring
from amaranth.lib.wiring import In, Out
from hypothesis import example, given
from hypothesis import strategies as st
from tabfab.hw.stream.frame_guard import FrameGuard, PacketLengths, packet_rules
from tabfab.hw.stream.streams import elastic, rigid
from tabfab.hw.stream.timing import Rule
from tabfab.sim.models.packets import Packets, random_lengths

from support.streams import SETTLE, TRAFFIC, Beats, Bench, Traffic, Transfers, drive, predict, same

LANES = 2


class Watched(wiring.Component):
    """A guard whose error is a stream that never stalls, so that its clocks are recorded."""

    def __init__(self, beats: int, lengths: PacketLengths) -> None:
        self.lengths = lengths
        self.guard = FrameGuard(unsigned(8), LANES, beats)
        format = (unsigned(8), LANES)
        super().__init__(
            {"i": In(elastic(*format)), "o": Out(elastic(*format)), "error": Out(rigid(1, 1))}
        )

    def timing(self, counts: Mapping[str, int]) -> list[Rule]:
        return packet_rules(self.lengths, self.guard.beats)

    def elaborate(self, platform: object) -> Module:
        m = Module()
        m.submodules.guard = self.guard
        wiring.connect(m, wiring.flipped(self.i), self.guard.i)  # type: ignore[attr-defined]
        wiring.connect(m, wiring.flipped(self.o), self.guard.o)  # type: ignore[attr-defined]
        m.d.comb += self.error.valid.eq(self.guard.error)  # type: ignore[attr-defined]
        return m


def run(beats: int, lengths: list[int], traffic: Traffic, seed: int = 0) -> dict[str, Transfers]:
    """Play packets of these lengths through a guard and check values and clocks."""
    rng = np.random.default_rng(seed)
    sizes = np.array(lengths, np.int64)
    data = rng.integers(1, 256, (sizes.sum(), LANES)).astype(np.int16)
    packets = Packets(data, sizes)
    inputs = {"i": Beats(packets.beats.astype(np.int64), packets.last)}
    images = Beats.of(packets.images(beats), beats)
    errors = int((sizes != beats).sum())
    watched = Watched(beats, sizes)
    patterns = {
        "i": traffic.pattern("i", is_source=True),
        "o": traffic.pattern("o", is_source=False),
    }
    counts = {"i": len(data), "o": len(images), "error": errors}
    times = predict(watched, counts, patterns, ["i"])
    end = max(int(clocks[-1]) for clocks in times.values() if len(clocks)) + SETTLE
    seen = drive(watched, Bench(inputs, ["o", "error"], patterns, registered=False), end)
    same("i", seen["i"], inputs["i"], times["i"])
    same("o", seen["o"], images, times["o"])
    np.testing.assert_array_equal(seen["error"].clocks, times["error"])
    return seen


@given(
    st.integers(1, 5),
    st.lists(st.integers(1, 12), min_size=1, max_size=8),
    st.sampled_from(list(TRAFFIC.values())),
)
@example(1, [1, 2, 1, 1, 7, 1], TRAFFIC["random"])
@example(4, [1, 4, 3, 5, 4, 8, 4], TRAFFIC["bursts"])
def test_every_packet_becomes_an_image(beats: int, lengths: list[int], traffic: Traffic) -> None:
    run(beats, lengths, traffic)


def test_packets_of_the_right_length_pass_on_the_same_clock() -> None:
    seen = run(4, [4] * 5, TRAFFIC["full speed"])
    assert seen["i"].clocks.tolist() == list(range(20))
    np.testing.assert_array_equal(seen["o"].clocks, seen["i"].clocks)
    np.testing.assert_array_equal(seen["o"].data, seen["i"].data)


def test_a_short_packet_is_filled_with_zeros_while_the_source_waits() -> None:
    seen = run(5, [2, 5], TRAFFIC["full speed"])
    assert seen["o"].data[2:5].tolist() == [[0, 0]] * 3
    np.testing.assert_array_equal(seen["o"].data[:2], seen["i"].data[:2])
    np.testing.assert_array_equal(seen["o"].data[5:], seen["i"].data[2:])
    assert seen["i"].clocks.tolist() == [0, 1, 5, 6, 7, 8, 9]
    assert seen["error"].clocks.tolist() == [2]


def test_the_surplus_of_a_long_packet_is_dropped() -> None:
    seen = run(3, [5, 3], TRAFFIC["full speed"])
    np.testing.assert_array_equal(seen["o"].data, seen["i"].data[[0, 1, 2, 5, 6, 7]])
    assert seen["i"].clocks.tolist() == list(range(8))
    assert seen["error"].clocks.tolist() == [3]


def test_rules_for_images_are_those_for_packets_of_their_length() -> None:
    guard = FrameGuard(signed(4), 1, 3)
    rules = guard.timing({"i": 6, "o": 6})
    packets = packet_rules(np.array([3, 3]), beats=3)
    for one, other in zip(rules, packets, strict=True):
        assert (one.target, one.source, one.delay) == (other.target, other.source, other.delay)
        np.testing.assert_array_equal(one.index, other.index)


def test_refuses_images_without_beats() -> None:
    with pytest.raises(ValueError, match="at least one beat"):
        FrameGuard(unsigned(1), 1, 0)


@given(st.integers(1, 9), st.integers(1, 30), st.integers(0, 99))
def test_random_lengths_are_wrong_as_often_as_asked(beats: int, images: int, seed: int) -> None:
    rng = np.random.default_rng(seed)
    assert (random_lengths(rng, images, beats, 0.0) == beats).all()
    wrong = random_lengths(rng, images, beats, 1.0)
    assert ((wrong != beats) & (wrong >= 1) & (wrong <= 2 * beats)).all()
