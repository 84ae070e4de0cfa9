"""A haste engine by itself: every beat and its clock, under any traffic."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

import numpy as np
import pytest
from numpy.typing import NDArray
from tabfab.compiler import program as ir
from tabfab.hw.engine.folding import Folding
from tabfab.hw.nodes.assemble import assemble
from tabfab.hw.nodes.methods.haste.engine import HasteEngine
from tabfab.sim.models import golden
from tabfab.sim.models.beats import expected_beats
from tabfab.sim.models.measures import measure

from support.programs import ConvOptions, haste_conv, image_input
from support.streams import TRAFFIC, Beats, Traffic, check


@dataclass(frozen=True, eq=False)
class Alone:
    """An engine, what goes in and comes out, and the buckets that this makes."""

    engine: HasteEngine
    i: Beats
    o: Beats
    buckets: NDArray[np.int64]

    def check(self, traffic: Traffic) -> None:
        timing = self.engine.timing
        self.engine.timing = partial(timing, buckets=self.buckets)  # type: ignore[method-assign]
        check(self.engine, {"i": self.i}, {"o": self.o}, traffic)


def alone(
    options: ConvOptions,
    outputs: int,
    *,
    channels: int = 4,
    size: tuple[int, int] = (3, 4),
    patch: ir.Pair = (2, 3),
    planes: int = 3,
    steps: int = 4,
) -> Alone:
    """The engine of a random layer, and two images of `steps` different values."""
    rng = np.random.default_rng(4)
    image = image_input(rng, channels, *size)
    node = haste_conv(rng, "layer", image, options, patch=patch, planes=planes)
    program = ir.Program((image, node))
    network = assemble(program, {"layer": Folding(1, outputs)})
    levels = rng.integers(0, 256, steps)
    values = golden.run(program, rng.choice(levels, (2, *size, channels)).astype(np.uint8))
    stage = next(stage for stage in network.stages if stage.name == "layer.engine")
    ends = {}
    for link in network.links:
        for port, end in (("i", link.sink), ("o", link.source)):
            if end.stage == stage.name:
                beats = expected_beats(program, values, link)
                ends[port] = Beats.of(beats, link.format.beats_per_image)
    return Alone(stage.component, ends["i"], ends["o"], measure(program, stage, values))


def test_keeps_the_rules_under_any_traffic(traffic: Traffic) -> None:
    alone(ConvOptions(2, (2, 2)), 1).check(traffic)


@pytest.mark.parametrize("kind", ["full speed", "random"])
@pytest.mark.parametrize(
    ("options", "outputs", "rest"),
    [
        (ConvOptions(3), 3, {"patch": (1, 1), "planes": 5}),  # a pixel: a hash takes longer
        (ConvOptions(4, (3, 3), padding=(1, 1), groups=2), 2, {"patch": (2, 2)}),
        (ConvOptions(2, (2, 2), (2, 2), (1, 1)), 1, {"channels": 5, "planes": 2}),
        (ConvOptions(1, (1, 2)), 1, {"channels": 1, "patch": (4, 4)}),
    ],
)
def test_merges_and_multiplies(
    options: ConvOptions, outputs: int, rest: dict[str, int], kind: str
) -> None:
    alone(options, outputs, **rest).check(TRAFFIC[kind])  # type: ignore[arg-type]


def test_the_usual_is_what_the_calibration_counted() -> None:
    made = alone(ConvOptions(2, (2, 2)), 1)
    assert (made.engine.usual(3) == made.engine.usual(1)[0]).all()
    assert len(made.engine.usual(3)) == 3 * made.engine.geometry.units
    assert made.engine.reads == made.engine.geometry.units * 2 * 4 * 4
