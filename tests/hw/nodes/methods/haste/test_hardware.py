"""Haste layers as hardware: values and clocks for every number of buckets, and what is refused."""

from __future__ import annotations

from dataclasses import replace
from itertools import product

import numpy as np
import pytest
from numpy.typing import NDArray
from tabfab.compiler import program as ir
from tabfab.hw.engine.bank_geometry import FoldingError
from tabfab.hw.engine.folding import Folding
from tabfab.hw.network.network import Network, measured_stages, network_rules
from tabfab.hw.network.stage_list import NoHardwareError
from tabfab.hw.nodes.assemble import assemble
from tabfab.hw.nodes.catalog import layers
from tabfab.hw.nodes.methods.haste.hardware import HasteHardware
from tabfab.hw.plan import PlanOptions, layer_clocks, make_plan
from tabfab.hw.plan.plan import build_network
from tabfab.hw.plan.queue_depths import network_times
from tabfab.sim.models import golden
from tabfab.sim.models.cycles import Stalls
from tabfab.sim.models.measures import measured

from support.networks import check_network, predicted
from support.programs import Case, ConvOptions, exact_conv, haste_conv, image_input

COUNTS = (1, 2, 3)
"""Of buckets that three channels make."""
PIXELS = {1: (7, 7, 7), 2: (9, 2, 9), 3: (1, 5, 3)}
"""Of three channels which are on so many sides of their mean: above, below, neither."""


def three_channels(width: int, outputs: int = 2) -> ir.Program:
    """A layer whose patches are single pixels of three channels, one row of them.

    Two opposite hyperplanes tell the channels that are above their mean, below it, or neither.
    """
    rng = np.random.default_rng(1)
    image = image_input(rng, 3, 1, width)
    node = haste_conv(rng, "layer", image, ConvOptions(outputs), patch=(1, 1), planes=2)
    planes = np.array([1, -1], np.int8).reshape(2, 1, 1)
    return ir.Program((image, ir.with_bounds(replace(node, hyperplanes=planes), ir.UINT8)))


def images_of(counts: list[tuple[int, ...]]) -> NDArray[np.uint8]:
    """An image for each row of numbers of buckets."""
    return np.array([[[PIXELS[n] for n in row]] for row in counts], np.uint8)


@pytest.mark.parametrize("stall", [0.0, 0.5])
def test_every_number_of_buckets_behind_every_other(stall: float) -> None:
    counts = list(product(COUNTS, repeat=3))
    program = three_channels(width=3)
    case = Case(program, {"layer": Folding(1, 1)}, {}, images_of(counts))
    network = assemble(program, case.foldings)
    made = measured(program, network, golden.run(program, case.images))
    assert made["layer.engine"].tolist() == [n for row in counts for n in row]
    stalls = Stalls.random(3, stall) if stall else Stalls.none()
    check_network(case, network, stalls, predicted(case, network, stalls))


def with_a_shortcut() -> tuple[ir.Program, Network]:
    """A haste layer beside an exact one, added up, with the queues that a plan gives them."""
    rng = np.random.default_rng(2)
    image = image_input(rng, 3, 2, 3)
    options = ConvOptions(4, (3, 3), padding=(1, 1))
    haste = haste_conv(rng, "haste", image, options, patch=(1, 2))
    exact = exact_conv(rng, "exact", image, ConvOptions(4))
    total = ir.Add(
        name="add", inputs=("haste", "exact"), shape=haste.shape, type=ir.UINT8, low=0, high=255,
        left=(0, 0), shift=1,
    )  # fmt: skip
    program = ir.Program((image, haste, exact, total))
    plan = make_plan(program, PlanOptions(subspaces=1, outputs=2))
    return program, build_network(program, plan)


def test_no_number_of_buckets_deadlocks_what_the_most_does_not() -> None:
    _, network = with_a_shortcut()
    slowest = int(network_times(network, 1)[network.output.name][-1])
    ends = set()
    for counts in product(COUNTS, repeat=4):
        times = network_times(network, 1, {"haste.engine": np.array(counts)})
        ends.add(int(times[network.output.name][-1]))
    assert max(ends) == slowest
    assert len(ends) > 4


def test_what_waits_for_what_depends_on_no_image() -> None:
    _, network = with_a_shortcut()
    lengths = {link.name: 2 * link.format.beats_per_image for link in network.links}
    most = network_rules(network, lengths)
    least = network_rules(network, lengths, {"haste.engine": np.ones(8, np.int64)})
    for one, other in zip(most, least, strict=True):
        assert (one.target, one.source) == (other.target, other.source)
        np.testing.assert_array_equal(one.waits_for, other.waits_for)
        assert (np.asarray(one.delay) >= other.delay).all()
        assert np.asarray(other.delay).min() >= 0


@pytest.mark.parametrize("groups", [1, 2])
@pytest.mark.parametrize("outputs", [1, 2])
def test_tiles_that_overhang_with_every_border(groups: int, outputs: int) -> None:
    rng = np.random.default_rng(groups)
    image = image_input(rng, 4, 5, 4)
    options = ConvOptions(4, (2, 3), (2, 1), (3, 1), groups=groups)  # windows in padding alone
    node = haste_conv(rng, "layer", image, options, patch=(2, 3), planes=4)
    program = ir.Program((image, node))
    images = rng.integers(0, 4, (2, 5, 4, 4)).astype(np.uint8) * 80
    case = Case(program, {"layer": Folding(1, outputs)}, {}, images)
    network = assemble(program, case.foldings)
    check_network(case, network, Stalls.none(), predicted(case, network, Stalls.none()))


def wide(channels: int, buckets: int, outputs: int) -> ir.Program:
    """A layer of many channels, of which each patch makes so many buckets."""
    rng = np.random.default_rng(0)
    image = image_input(rng, channels, 12, 12)
    node = haste_conv(rng, "layer", image, ConvOptions(outputs, (3, 3), padding=(1, 1)), planes=12)
    counts = np.full((1, 4, 4), buckets)
    return ir.Program((image, replace(node, buckets=counts, merged=counts)))


def test_a_plan_promises_the_most_and_tells_the_usual() -> None:
    plan = make_plan(wide(16, 8, 16), PlanOptions(subspaces=1, outputs=4))
    products = 12 * 12 * 9 * 16 * 4  # positions, taps, channels, blocks
    assert plan.clocks_per_image == products
    assert plan.expected_clocks == products // 2
    assert layer_clocks(wide(16, 8, 16), plan)["layer"] == products
    other = ir.Program((image_input(np.random.default_rng(0), 1, 2, 2),))
    assert make_plan(other, PlanOptions()).expected_clocks is None


def test_as_long_as_there_are_few_outputs_at_a_time_products_set_the_pace() -> None:
    for buckets in (8, 12, 16):
        plan = make_plan(wide(16, buckets, 16), PlanOptions(subspaces=1, outputs=2))
        exact = 12 * 12 * 9 * 16 * 8  # of an exact layer with as many multipliers
        assert plan.expected_clocks is not None
        assert plan.expected_clocks <= (buckets / 16 + 0.1) * exact


def test_refuses_more_hyperplanes_than_a_memory_has_rows_for() -> None:
    rng = np.random.default_rng(0)
    image = image_input(rng, 4, 5, 5)
    node = haste_conv(rng, "layer", image, ConvOptions(2, (3, 3)), planes=17)
    program = ir.Program((image, node))
    words = r"layer 'layer' hashes with 17 hyperplanes.* --layer 'layer:hyperplanes=16'"
    with pytest.raises(NoHardwareError, match=words):
        make_plan(program, PlanOptions(device="ecp5-85k"))
    with pytest.raises(NoHardwareError, match=words):
        assemble(program, {"layer": Folding(1, 1)})


@pytest.mark.parametrize(
    ("folding", "words"),
    [
        (Folding(2, 1), "one of them at one tap is read at a time, not 2 at 1"),
        (Folding(1, 1, taps=3), "not 1 at 3"),
        (Folding(1, 3), "3 outputs at a time do not divide the 2"),
        (Folding(1, 1, {"encoders": 2}), "have no knob 'encoders'"),
    ],
)
def test_refuses_other_foldings(folding: Folding, words: str) -> None:
    program = three_channels(2)
    layer = layers(program)["layer"]
    assert isinstance(layer, HasteHardware)
    with pytest.raises(FoldingError, match=words):
        layer.check(folding)
    with pytest.raises(FoldingError, match="cannot be unrolled"):
        layer.unrolled()


def test_only_engines_are_measured() -> None:
    _, network = with_a_shortcut()
    assert [stage.name for stage in measured_stages(network)] == ["haste.engine"]
    assert list(network.usual(3)) == ["haste.engine"]
    assert len(network.usual(3)["haste.engine"]) == 3 * 4
