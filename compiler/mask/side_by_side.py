"""What layers' conversions cost, measured by several workers at a time.

A worker walks through the network once and measures the layers that fall to it on the way, each on
one thread, so that the figures do not depend on how many workers there are.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from distributed import as_completed
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

from ..graph import Graph
from ..options import LayerOptions
from ..store.progress import Progress, silent
from ..tasks import Task
from ..workers.dask_workers import Where, dask_client, shared, sharing
from ..workers.needs import Needs
from .losses import Measured, Walk

_NEEDS = Needs(threads=1)


@dataclass(frozen=True, eq=False)
class _Network:
    """What is measured, and with which images, as of `measure_layers`."""

    graph: Graph
    images: NDArray[np.uint8]
    held_out: NDArray[np.uint8]
    method: str
    task: Task | None


def measure_in_workers(
    workers: int,
    graph: Graph,
    images: NDArray[np.uint8],
    held_out: NDArray[np.uint8],
    method: str,
    candidates: Mapping[str, Sequence[LayerOptions]],
    progress: Progress = silent,
    task: Task | None = None,
) -> dict[str, list[Measured]]:
    """The same as `tabfab.compiler.mask.losses.measure_layers`, in processes of this machine.

    Parameters
    ----------
    workers: how many; the figures are the same of any number.
    graph, images, held_out, method, candidates, progress, task: as there.
    """
    names = [layer.name for layer in graph.convs if layer.name in candidates]
    found: dict[str, list[Measured]] = {}
    where = Where(workers=min(workers, max(len(names), 1)))
    with (
        dask_client(where, _NEEDS) as client,
        sharing(client, _Network(graph, images, held_out, method, task)) as name,
    ):
        futures = {
            client.submit(_measured, name, each, candidates[each], key=f"{name}-{each}"): each
            for each in names
        }
        progress(0, len(names), "")
        for future in as_completed(list(futures)):
            layer = futures[future]
            found[layer] = future.result()
            progress(len(found), len(names), layer)
    return {each: found[each] for each in names}


_WALKS: dict[str, Walk] = {}
"""This worker's, by the name of the network."""


def _measured(network: str, layer: str, candidates: Sequence[LayerOptions]) -> list[Measured]:
    """What a layer's candidates lose and cost; layers mostly come in their order."""
    with threadpool_limits(_NEEDS.threads):
        walk = _WALKS.get(network)
        if walk is None or not walk.reaches(layer):
            own: _Network = shared(network)
            walk = Walk(own.graph, own.images, own.held_out, own.method, own.task)
            _WALKS.clear()
            _WALKS[network] = walk
        return walk.measured(layer, candidates)
