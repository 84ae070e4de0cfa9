"""Runs a `Graph` in float, layer by layer: what table learning is measured against."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from ..store.batches import batches
from ..store.progress import Progress, silent
from .graph import Graph
from .layers.layer import Layer, find
from .operators.catalog import FLOAT_OPERATORS


def run(
    graph: Graph,
    images: Tensor,
    keep: Collection[str] | None = None,
    instead: Mapping[str, Callable[[Tensor], Tensor]] | None = None,
) -> dict[str, Tensor]:
    """Outputs of the layers of `graph`.

    Parameters
    ----------
    graph: the network.
    images: (N, channels, height, width), 0..255, uint8 or float.
    keep: names of the layers whose outputs are wanted, all by default; the others are freed as
        soon as nothing reads them any more.
    instead: by name, what computes a layer of one input in its place, the clamp apart.

    Returns
    -------
    Layer name to float32 (N, channels, height, width); `Flatten` is channel-minor.
    """
    wanted = {layer.name for layer in graph} if keep is None else set(keep)
    last_reader = {name: layer.name for layer in graph for name in layer.inputs}
    outputs: dict[str, Tensor] = {}
    with torch.no_grad():
        for layer in graph:
            sources = [outputs[name] for name in layer.inputs] or [images]
            if instead is not None and layer.name in instead:
                result = instead[layer.name](sources[0])
            else:
                result = before_clamp(layer, sources)
            outputs[layer.name] = finished(layer, result)
            for name in {layer.name, *layer.inputs} - wanted:
                if last_reader.get(name, layer.name) == layer.name:
                    del outputs[name]
    return outputs


def answers(
    graph: Graph,
    images: NDArray[np.uint8],
    instead: Mapping[str, Callable[[Tensor], Tensor]] | None = None,
    progress: Progress = silent,
) -> Tensor:
    """(N, channels) float32: the output for (N, H, W, C) `images`, channel-minor.

    Parameters
    ----------
    graph: the network.
    images: uint8, at least one.
    instead: as for `run`.
    progress: counts images.
    """
    last = graph.layers[-1].name
    parts = []
    for some in batches(len(images)):
        batch = torch.from_numpy(images[some]).permute(0, 3, 1, 2)
        output = run(graph, batch, keep=(last,), instead=instead)[last]
        parts.append(output.permute(0, 2, 3, 1).flatten(1))
        progress(min(some.stop, len(images)), len(images), "")
    return torch.cat(parts)


def finished(layer: Layer, result: Tensor) -> Tensor:
    """Output of one layer, from what it is before its clamp."""
    clamped = result.clamp(layer.low, layer.high)
    return (clamped / layer.grid).round() * layer.grid if layer.grid else clamped


def before_clamp(layer: Layer, sources: Sequence[Tensor]) -> Tensor:
    """Output of one layer without its clamp.

    Parameters
    ----------
    layer: any layer of a graph.
    sources: outputs of its inputs, (N, channels, height, width) float32; for an `Input` the
        images, 0..255.

    Raises
    ------
    TabfabError: no function is known that computes such a layer.
    """
    return find(FLOAT_OPERATORS, layer, "compiler/graph/operators/catalog.py")(layer, sources)
