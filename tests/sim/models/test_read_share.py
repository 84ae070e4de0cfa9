"""The slowest layer's memories are read on nearly every clock, images back to back, in the RTL."""

from __future__ import annotations

import numpy as np
import pytest
from tabfab.compiler import program as ir
from tabfab.hw.plan import Plan, PlanOptions, build_network, layer_clocks, make_plan
from tabfab.sim.models import golden
from tabfab.sim.models.beats import expected_beats
from tabfab.sim.models.cycles import predict

from support.residual import two_blocks
from support.streams import Beats, Bench, drive

IMAGES = 4
RNG = np.random.default_rng(12)


def read_clocks(program: ir.Program, plan: Plan, layer: str) -> np.ndarray:
    """The clocks on which the RTL reads the layer's memories, one row per image."""
    network = build_network(program, plan)
    shape = program.input.shape
    pixels = RNG.integers(0, 256, (IMAGES, *shape[1:], shape[0])).astype(np.uint8)
    beats = expected_beats(program, golden.run(program, pixels), network.input)
    entry = next(link for link in network.links if link.sink.stage == f"{layer}.engine")
    source = next(stage for stage in network.stages if stage.name == entry.source.stage)
    images = {"i": Beats.of(beats, network.input.format.beats_per_image)}
    probes = {entry.name: getattr(source.component, entry.source.port)}
    bench = Bench(images, ["o"], probes=probes, registered=False)
    end = int(predict(network, IMAGES)[network.output.name][-1]) + 1
    return drive(network, bench, end)[entry.name].clocks.reshape(IMAGES, -1)


@pytest.mark.parametrize(
    ("layout", "subspaces", "outputs"),
    [
        ("pixel", 2, 4),
        pytest.param("pixel", 1, 2, marks=pytest.mark.slow("wider foldings take fewer clocks")),
        pytest.param("patch", 1, 2, marks=pytest.mark.slow("wider foldings take fewer clocks")),
    ],
)
def test_the_slowest_layer_reads_on_nearly_every_clock(
    layout: ir.Layout, subspaces: int, outputs: int
) -> None:
    program = two_blocks(RNG, layout=layout)
    plan = make_plan(program, PlanOptions(subspaces=subspaces, outputs=outputs))
    busy = layer_clocks(program, plan)
    slowest = max(busy, key=lambda name: busy[name])
    reads = read_clocks(program, plan, slowest)
    middle = IMAGES // 2
    share = reads.shape[1] / (reads[middle + 1, 0] - reads[middle, 0])
    assert share >= 0.95
    assert share == pytest.approx(plan.read_shares[slowest], abs=0.01)
