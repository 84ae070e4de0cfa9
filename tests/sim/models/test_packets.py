"""Packets at the input port and the images that become of them."""

from __future__ import annotations

import numpy as np
from tabfab.compiler import program as ir
from tabfab.hw.nodes.assemble import assemble
from tabfab.sim.models.cycles import Stalls, predict, predict_packets
from tabfab.sim.models.packets import Packets

from support.programs import image_input

BEATS = np.arange(1, 13, dtype=np.int16).reshape(6, 2)  # two images of three beats


def test_images_are_filled_up_or_cut() -> None:
    rng = np.random.default_rng(0)
    packets = Packets.of_images(BEATS, np.array([2, 5]), rng)
    assert packets.beats[:5].tolist() == BEATS[[0, 1, 3, 4, 5]].tolist()
    assert packets.last.tolist() == [False, True, False, False, False, False, True]
    assert packets.images(3).tolist() == [*BEATS[:2].tolist(), [0, 0], *BEATS[3:].tolist()]


def test_packets_of_the_right_length_are_the_images() -> None:
    packets = Packets.of_images(BEATS, np.array([3, 3]), np.random.default_rng(0))
    np.testing.assert_array_equal(packets.beats, BEATS)
    np.testing.assert_array_equal(packets.images(3), BEATS)


def network():
    image = image_input(np.random.default_rng(0), 1, 2, 3)
    clamp = ir.Clamp(name="c", inputs=("image",), shape=(1, 2, 3), type=ir.UINT8, low=0, high=9)
    return assemble(ir.Program((image, clamp)), {})


def test_errors_are_predicted_a_clock_after_the_telling_beat() -> None:
    times, errors = predict_packets(network(), np.array([4, 8, 6]))
    assert times["input"].tolist() == [*range(12), *range(14, 20)]
    assert errors.tolist() == [4, 12]


def test_images_are_packets_of_their_length() -> None:
    stalls = Stalls.random(5, 0.4)
    times, errors = predict_packets(network(), np.array([6, 6]), stalls)
    for name, clocks in predict(network(), 2, stalls).items():
        np.testing.assert_array_equal(times[name], clocks)
    assert not len(errors)
