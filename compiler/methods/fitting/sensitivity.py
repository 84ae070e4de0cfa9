"""How much a network's answers change with what its layers give.

The Kullback-Leibler divergence of changed answers from the float network's is, for small changes,
half a quadratic form of the changes whose matrix is Fisher's: the mean of ``g g^T`` with ``g`` the
gradient of the logarithm of a class's probability, the class being drawn by the network's own
probabilities (Amari, "Natural Gradient Works Efficiently in Learning", 1998; Martens, arXiv
1412.1193). Its diagonal says what a squared error of an output channel costs. Nothing is trained.

Where the answers are no scores of several classes but one number, or an image, what counts is their
squared error: ``g`` is then the gradient of a sum of all answers with signs drawn at random
(Hutchinson, 1989), whose ``g g^T`` has the mean of the products of all answers' gradients.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from ...graph import Graph, float_graph
from ...store.batches import batches

_BATCH = 50
"""Images at a time: what every layer gives is held for the gradient."""


@dataclass(frozen=True, eq=False)
class Sensitivity:
    """What a layer's errors cost.

    Parameters
    ----------
    outputs: (M,) divergence in nats, twice, or squared error, for an error of mean square 1 in an
        output channel before the clamp, at all its positions independently.
    inputs: (C,) variance of the input channels, over positions and images.
    """

    outputs: NDArray[np.float64]
    inputs: NDArray[np.float64]


def sensitivities(
    graph: Graph, images: NDArray[np.uint8], layers: Collection[str], seed: int
) -> dict[str, Sensitivity]:
    """What errors of some layers cost, by their names.

    Parameters
    ----------
    graph: the float network.
    images: (N, height, width, channels) uint8; some hundred are enough.
    layers: names of convolutions.
    seed: of the classes, or the signs, that are drawn.
    """
    generator = torch.Generator().manual_seed(seed)
    outputs = {name: np.zeros(graph[name].shape[0]) for name in layers}
    moments: dict[str, list[NDArray[np.float64]]] = {name: [] for name in layers}
    with torch.inference_mode(False), torch.enable_grad():
        for some in batches(len(images), _BATCH):
            batch = torch.from_numpy(images[some]).permute(0, 3, 1, 2)
            results, sources, answers = _forward(graph, batch, layers)
            drawn = _drawn(answers, generator)
            gradients = torch.autograd.grad(drawn, list(results.values()), allow_unused=True)
            for name, gradient in zip(results, gradients, strict=True):
                if gradient is not None:
                    square = gradient.double().square().sum(dim=(0, 2, 3)).numpy()
                    outputs[name] += square / len(images)
                x = sources[name].double()
                moments[name].append(
                    torch.stack([x.mean(dim=(0, 2, 3)), x.square().mean(dim=(0, 2, 3))]).numpy()
                    * (len(batch) / len(images))
                )
    return {name: Sensitivity(outputs[name], _variance(moments[name])) for name in layers}


def _drawn(answers: Tensor, generator: torch.Generator) -> Tensor:
    """The number whose gradients are counted: of (N, channels, height, width) `answers`."""
    _, channels, height, width = answers.shape
    if channels > 1 and height == width == 1:
        logs = answers.flatten(1).log_softmax(dim=1)
        classes = torch.multinomial(logs.detach().exp(), 1, generator=generator)
        return logs.gather(1, classes).sum()
    signs = torch.randint(0, 2, answers.shape, generator=generator) * 2 - 1
    return (answers * signs).sum()


def _forward(
    graph: Graph, images: Tensor, layers: Collection[str]
) -> tuple[dict[str, Tensor], dict[str, Tensor], Tensor]:
    """Results of some layers before their clamps, what each reads, and the last layer's output."""
    values: dict[str, Tensor] = {}
    results: dict[str, Tensor] = {}
    for layer in graph:
        sources = [values[name] for name in layer.inputs] or [images]
        result = float_graph.before_clamp(layer, sources)
        if layer.name in layers:
            result = result if result.requires_grad else result.requires_grad_()
            results[layer.name] = result
        values[layer.name] = result.clamp(layer.low, layer.high)
    read = {name: values[graph[name].inputs[0]].detach() for name in results}
    return results, read, values[graph.layers[-1].name]


def _variance(moments: list[NDArray[np.float64]]) -> NDArray[np.float64]:
    mean, square = np.sum(moments, axis=0)
    variance: NDArray[np.float64] = np.maximum(square - mean**2, 0.0)
    return variance
