"""What a layer's conversion costs, measured: one layer at a time, all others as they were."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional

from ..convert.convert import Converter
from ..graph import Conv, Graph, float_graph
from ..methods.table.tables import FloatTables
from ..options import CompileOptions, LayerOptions
from ..scales.calibrate import calibrate, check_images

Progress = Callable[[str, int, int], None]
"""Called with a layer's name, the layers done so far and the layers in all."""


def measure_losses(
    graph: Graph,
    images: NDArray[np.uint8],
    held_out: NDArray[np.uint8],
    candidates: Mapping[str, Sequence[LayerOptions]],
    progress: Progress = lambda what, done, total: None,
) -> dict[str, list[float]]:
    """How much the network's answers change when one layer becomes tables.

    Every candidate is learned on the activations of the unconverted network and takes the
    layer's place in the float network. Its loss is the mean Kullback-Leibler divergence of the
    answers' probabilities from the float network's, in nats.

    Parameters
    ----------
    graph: the float network.
    images: (N, height, width, channels) uint8 to learn from.
    held_out: (images, height, width, channels) uint8 to measure with.
    candidates: settings to try, by layer; at least one layer.
    progress: called before each layer.

    Returns
    -------
    The losses of each layer's candidates, in their order.
    """
    check_images(graph, images)
    check_images(graph, held_out)
    losses: dict[str, list[float]] = {}
    with torch.inference_mode():
        scales = calibrate(graph, images)
        converter = Converter(graph, images, CompileOptions(mask="none"), scales)
        expected = _log_probabilities(graph, held_out, {})
        for done, layer in enumerate(graph):
            progress(layer.name, done, len(graph.layers))
            if isinstance(layer, Conv) and layer.name in candidates:
                losses[layer.name] = []
                for options in candidates[layer.name]:
                    tables = converter.learn(layer, options)
                    reached = _log_probabilities(graph, held_out, {layer.name: tables})
                    losses[layer.name].append(_divergence(expected, reached))
            converter.convert(layer, "exact")
    return losses


def _log_probabilities(
    graph: Graph, images: NDArray[np.uint8], tables: Mapping[str, FloatTables]
) -> Tensor:
    return functional.log_softmax(float_graph.answers(graph, images, tables).double(), dim=1)


def _divergence(expected: Tensor, reached: Tensor) -> float:
    return float((expected.exp() * (expected - reached)).sum(dim=1).mean())
