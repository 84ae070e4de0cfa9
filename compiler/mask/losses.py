"""What a layer's conversion costs, measured: one layer at a time, all others as they were."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from ..convert.convert import Converter
from ..graph import Conv, Graph, float_graph
from ..graph.answer_losses import TaskLoss
from ..methods.method import Learned
from ..options import CompileOptions, LayerOptions
from ..scales.calibrate import calibrate, check_images
from ..store.progress import Progress, silent
from ..tasks import Task, task_without_targets


def measure_losses(
    graph: Graph,
    images: NDArray[np.uint8],
    held_out: NDArray[np.uint8],
    method: str,
    candidates: Mapping[str, Sequence[LayerOptions]],
    progress: Progress = silent,
    task: Task | None = None,
) -> dict[str, list[float]]:
    """How much the network's answers change when one layer is computed by another method.

    Every candidate is learned on the activations of the unconverted network and takes the
    layer's place in the float network. Its loss is the mean Kullback-Leibler divergence of the
    answers' probabilities from the float network's, in nats, or what takes its place where answers
    are no scores (`tabfab.compiler.graph.answer_losses`).

    Parameters
    ----------
    graph: the float network.
    images: (N, height, width, channels) uint8 to learn from.
    held_out: (images, height, width, channels) uint8 to measure with.
    method: to try.
    candidates: settings to try it with, by layer; at least one layer.
    progress: called before each layer.
    task: what the answers mean; by the shape of the output if not given.

    Returns
    -------
    The losses of each layer's candidates, in their order.
    """
    check_images(graph, images)
    check_images(graph, held_out)
    losses: dict[str, list[float]] = {}
    output = graph.layers[-1].shape
    loss = TaskLoss(task or task_without_targets(output), output[0])
    with torch.inference_mode():
        scales = calibrate(graph, images)
        unconverted = CompileOptions(mask="none")
        methods = unconverted.methods(graph)
        converter = Converter(graph, images, unconverted, scales)
        expected = _answers(graph, held_out, {})
        for done, layer in enumerate(graph):
            progress(done, len(graph.layers), layer.name)
            if isinstance(layer, Conv) and layer.name in candidates:
                losses[layer.name] = []
                for options in candidates[layer.name]:
                    learned = converter.learn(layer, method, options)
                    reached = _answers(graph, held_out, {layer.name: learned})
                    losses[layer.name].append(loss.distance(reached, expected).item())
            converter.convert(layer, methods.get(layer.name, ""))
    return losses


def _answers(graph: Graph, images: NDArray[np.uint8], instead: Mapping[str, Learned]) -> Tensor:
    return float_graph.answers(graph, images, instead).double()
