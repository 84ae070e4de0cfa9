"""Layers measured by workers side by side: the same figures of any number of them."""

from __future__ import annotations

import pytest
from tabfab.compiler.mask.losses import Walk, measure_layers
from tabfab.compiler.mask.side_by_side import measure_in_workers
from tabfab.compiler.options import LayerOptions
from threadpoolctl import threadpool_limits

from support.graphs import chain, images_for, labelled, residual

TRIED = [LayerOptions(subspace_length=4, prototypes=rows) for rows in (2, 8)]


@pytest.mark.parametrize(
    "workers", [2, pytest.param(1, marks=pytest.mark.slow("two workers do all that one does"))]
)
def test_figures_are_those_of_one_process_to_the_last_bit(workers: int) -> None:
    network = residual()
    images, held_out = images_for(network), labelled(network, 60).images
    names = [layer.name for layer in network.convs][1:]
    candidates = dict.fromkeys(names, TRIED)
    with threadpool_limits(1):
        alone = measure_layers(network, images, held_out, "table", candidates)
    steps: list[tuple[int, int]] = []
    found = measure_in_workers(
        workers, network, images, held_out, "table", candidates,
        lambda done, total, what: steps.append((done, total)),
    )  # fmt: skip
    assert found == alone
    assert list(found) == names
    assert steps == [(n, len(names)) for n in range(len(names) + 1)]


def test_a_walk_measures_what_is_ahead() -> None:
    network = chain()
    images, held_out = images_for(network), labelled(network, 60).images
    first, *_, last = [layer.name for layer in network.convs]
    walk = Walk(network, images, held_out, "table")
    late = walk.measured(last, TRIED)
    assert not walk.reaches(first)
    assert walk.reaches(last)
    again = measure_layers(network, images, held_out, "table", {first: TRIED, last: TRIED})
    assert late == again[last]
