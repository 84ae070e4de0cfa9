"""Plans take nothing that makes the network no faster."""

from __future__ import annotations

from dataclasses import replace

import pytest
from tabfab.hw.device.devices import find_device
from tabfab.hw.engine.folding import Folding
from tabfab.hw.nodes.assemble import least_clocks
from tabfab.hw.nodes.catalog import layers
from tabfab.hw.nodes.methods.unrolled import UNROLLED
from tabfab.hw.plan import PlanOptions, make_plan
from tabfab.hw.plan.candidates import layer_candidates

from support.untrained import untrained_program

NETWORKS = [
    ("digits-cnn", 1, "all-but-first", "ecp5-25k"),
    ("digits-cnn", 1, "dyadic", "ice40-hx8k"),
    ("digits-cnn", 1, "none", "gw2a-18"),
    ("mlp", 1, "none", "ecp5-85k"),
    ("mlp", 1, "all", "artix7-35t"),
    ("mlp", 1, "dyadic", "ecp5-85k"),
    ("lenet", 1, "all-but-first", "ecp5-25k"),
    ("ds-cnn", 1, "all-but-first-last", "ecp5-85k"),
    ("nin", 3, "all-but-first", "xcvu9p"),
    ("resnet8", 3, "all-but-first", "ecp5-85k"),
]


@pytest.mark.slow("tests/hw/plan/test_search.py has small searches")
@pytest.mark.parametrize(("name", "channels", "mask", "device"), NETWORKS)
def test_no_layer_could_take_less_at_the_same_rate(
    name: str, channels: int, mask: str, device: str
) -> None:
    program = untrained_program(name, channels, 16, mask)
    plan = make_plan(program, PlanOptions(device=device))
    folded, target = layers(program), find_device(device)
    slowest = max(layer.clocks(plan.foldings[layer.node.name]) for layer in folded.values())
    assert plan.clocks_per_image == max(slowest, least_clocks(program))
    for layer, candidates in layer_candidates(folded, target).items():
        (chosen,) = (one for one in candidates if _alike(one.folding, plan.foldings[layer]))
        for other in candidates:
            if other.clocks <= plan.clocks_per_image and other.cells <= chosen.cells:
                assert other.cells == chosen.cells, (layer, chosen, other)


def _alike(candidate: Folding, folding: Folding) -> bool:
    """Whether a folding is a candidate's, with fewer encoders perhaps."""
    unrolled = [UNROLLED in one.knobs for one in (candidate, folding)]
    return unrolled[0] == unrolled[1] and replace(candidate, knobs=folding.knobs) == folding
