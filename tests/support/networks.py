"""Whole networks in Amaranth's simulator against the golden and cycle models."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray
from tabfab.hw.network.network import Network
from tabfab.hw.nodes.assemble import assemble
from tabfab.hw.stream.timing import Times
from tabfab.sim.models import golden
from tabfab.sim.models.beats import expected_beats
from tabfab.sim.models.cycles import Stalls, predict
from tabfab.sim.models.measures import measured

from .programs import Case
from .streams import SETTLE, Beats, Bench, drive, same


def network_of(case: Case) -> Network:
    """The hardware of a case."""
    return assemble(case.program, case.foldings, case.fork_depths)


def clocks_of(times: Mapping[str, Times]) -> int:
    """Clocks until the last beat has moved."""
    return max(int(clocks[-1]) for clocks in times.values()) + 1


def image_ends(network: Network, images: int) -> NDArray[np.int64]:
    """The clock on which each image's last beat leaves, if nothing holds it up."""
    return predict(network, images)[network.output.name].reshape(images, -1)[:, -1]


def predicted(case: Case, network: Network, stalls: Stalls) -> dict[str, Times]:
    """The clocks of all beats that the images of a case make."""
    made = measured(case.program, network, golden.run(case.program, case.images))
    return predict(network, len(case.images), stalls, made)


def check_network(
    case: Case,
    network: Network,
    stalls: Stalls,
    times: Mapping[str, Times],
    around: Any = None,
) -> None:
    """Every beat of every stream has the golden model's value and the clock in `times`.

    `around` is a component with the network in it and the same streams, to be driven instead.
    """
    values = golden.run(case.program, case.images)
    expected = {
        link.name: Beats.of(expected_beats(case.program, values, link), link.format.beats_per_image)
        for link in network.links
    }
    components = {stage.name: stage.component for stage in network.stages}
    probes = {
        link.name: getattr(components[link.source.stage], link.source.port)
        for link in network.links
        if link.source.stage is not None
    }
    bench = Bench(
        inputs={"i": expected[network.input.name]},
        outputs=["o"],
        patterns={"i": stalls.source, "o": stalls.sink},
        probes=probes,
        registered=False,
    )
    seen = drive(around or network, bench, clocks_of(times) + SETTLE)
    seen[network.input.name] = seen["i"]
    for name, beats in expected.items():
        same(name, seen[name], beats, times[name])
    output = network.output.name
    same("the network's output", seen["o"], expected[output], times[output])
