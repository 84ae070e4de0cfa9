"""Images that come in faster than a pixel a clock, where they are only a vector."""

from __future__ import annotations

import numpy as np
import pytest
from tabfab.compiler import program as ir
from tabfab.hw.engine.folding import Folding
from tabfab.hw.nodes.assemble import least_clocks
from tabfab.sim.models.cycles import Stalls, predict

from support.networks import check_network, image_ends, network_of
from support.programs import Case, ConvOptions, exact_conv, image_input

RNG = np.random.default_rng(6)
IMAGE = image_input(RNG, 2, 3, 4)
FLAT = ir.Flatten(name="flat", inputs=("image",), shape=(24, 1, 1), type=IMAGE.type)
SCORES = exact_conv(RNG, "scores", FLAT, ConvOptions(4))
VECTOR = ir.Program((IMAGE, FLAT, SCORES))


@pytest.mark.parametrize(
    ("folding", "lanes", "clocks"),
    [
        (Folding(24, 4), 24, 1),
        (Folding(24, 2), 12, 2),
        (Folding(6, 4), 6, 4),
        (Folding(1, 4), 2, 24),
    ],
)
def test_a_beat_holds_as_much_as_layers_take(folding: Folding, lanes: int, clocks: int) -> None:
    images = RNG.integers(0, 256, (3, 3, 4, 2)).astype(np.uint8)
    case = Case(VECTOR, {"scores": folding}, {}, images)
    network = network_of(case)
    assert network.input.format.lanes == lanes
    check_network(case, network, Stalls.random(2), predict(network, 3, Stalls.random(2)))
    assert (np.diff(image_ends(network, 3)) == clocks).all()


def test_an_image_that_is_seen_as_one_comes_pixel_by_pixel() -> None:
    window = exact_conv(RNG, "window", IMAGE, ConvOptions(2, kernel=(2, 2)))
    program = ir.Program((IMAGE, window))
    network = network_of(Case(program, {"window": Folding(2, 2, taps=4)}, {}, np.zeros(0)))
    assert network.input.format.lanes == 2
    assert least_clocks(program) == 12
    assert least_clocks(VECTOR) == 1


@pytest.mark.parametrize(("lanes", "clocks"), [(24, 1), (6, 4), (1, 24)])
def test_a_vector_comes_in_beats_as_large_as_a_layer_reads(lanes: int, clocks: int) -> None:
    vector = image_input(RNG, 24, 1, 1)
    program = ir.Program((vector, exact_conv(RNG, "scores", vector, ConvOptions(4))))
    images = RNG.integers(0, 256, (3, 1, 1, 24)).astype(np.uint8)
    network = network_of(Case(program, {"scores": Folding(lanes, 4)}, {}, images))
    assert network.input.format.lanes == lanes
    check_network(
        Case(program, {"scores": Folding(lanes, 4)}, {}, images), network, Stalls.none(),
        predict(network, 3, Stalls.none()),
    )  # fmt: skip
    assert (np.diff(image_ends(network, 3)) == clocks).all()
