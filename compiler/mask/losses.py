"""What a layer's conversion costs, measured: one layer at a time, all others as they were."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional

from ..convert.convert import Converter
from ..graph import Conv, Graph, float_graph
from ..graph.class_scores import class_scores
from ..methods.method import Learned
from ..options import CompileOptions, LayerOptions
from ..scales.calibrate import calibrate, check_images
from ..store.progress import Progress, silent


def measure_losses(
    graph: Graph,
    images: NDArray[np.uint8],
    held_out: NDArray[np.uint8],
    method: str,
    candidates: Mapping[str, Sequence[LayerOptions]],
    progress: Progress = silent,
) -> dict[str, list[float]]:
    """How much the network's answers change when one layer is computed by another method.

    Every candidate is learned on the activations of the unconverted network and takes the
    layer's place in the float network. Its loss is the mean Kullback-Leibler divergence of the
    answers' probabilities from the float network's, in nats.

    Parameters
    ----------
    graph: the float network.
    images: (N, height, width, channels) uint8 to learn from.
    held_out: (images, height, width, channels) uint8 to measure with.
    method: to try.
    candidates: settings to try it with, by layer; at least one layer.
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
        unconverted = CompileOptions(mask="none")
        methods = unconverted.methods(graph)
        converter = Converter(graph, images, unconverted, scales)
        expected = _log_probabilities(graph, held_out, {})
        for done, layer in enumerate(graph):
            progress(done, len(graph.layers), layer.name)
            if isinstance(layer, Conv) and layer.name in candidates:
                losses[layer.name] = []
                for options in candidates[layer.name]:
                    learned = converter.learn(layer, method, options)
                    reached = _log_probabilities(graph, held_out, {layer.name: learned})
                    losses[layer.name].append(_divergence(expected, reached))
            converter.convert(layer, methods.get(layer.name, ""))
    return losses


def _log_probabilities(
    graph: Graph, images: NDArray[np.uint8], instead: Mapping[str, Learned]
) -> Tensor:
    scores = class_scores(float_graph.answers(graph, images, instead).double())
    return functional.log_softmax(scores, dim=1)


def _divergence(expected: Tensor, reached: Tensor) -> float:
    return float((expected.exp() * (expected - reached)).sum(dim=1).mean())
