"""AlexNet's filters for `dyadic.py`: the time, the memory and the error of approximating them.

The layers are torchvision's (Krizhevsky, "One weird trick", arXiv 1404.5997); with the first
linear layer's 6x6 matrices they are 1.3 million matrices, the paper's "about 1.2 million". No
trained weights can be had here, so they are drawn: from Laplace's distribution (a kurtosis of 6;
the layers of a ResNet-20 trained on CIFAR-10 have 3.2 to 6.1), each filter with its own deviation.
The approximation is the paper's, by the weights alone: a scale for each filter, the nearest values
of the set in the Frobenius norm, and, with a budget, one 0/1 program for all layers.
"""

from __future__ import annotations

import math
import time
from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray
from tabfab.compiler.methods.dyadic.budget import Offer, offer, price_of_additions, values_at
from tabfab.compiler.methods.dyadic.dyadic_set import DyadicSet, dyadic_set
from tabfab.compiler.methods.dyadic.scale import best_scale

LAYERS = {
    "features.0": (64, 3, 11, 11),
    "features.3": (192, 64, 5, 5),
    "features.6": (384, 192, 3, 3),
    "features.8": (256, 384, 3, 3),
    "features.10": (256, 256, 3, 3),
    "classifier.1": (4096, 256, 6, 6),
}
"""(filters, channels, height, width) of each."""

_FINEST_SHIFT = 7
_SPREAD = 0.6
"""Deviation of the logarithm of a filter's own deviation; 0.1 to 1.6 in ResNet-20's layers."""


def _filters(number: int, seed: int) -> NDArray[np.float32]:
    """(filters, weights) of a layer, the same at every call."""
    shape = list(LAYERS.values())[number]
    random = np.random.default_rng((seed, number))
    size = math.prod(shape[1:])
    deviation = math.sqrt(2 / size) * np.exp(random.normal(0, _SPREAD, shape[0]))
    weights = random.laplace(size=(shape[0], size)).astype(np.float32)
    weights *= (deviation[:, None] / math.sqrt(2)).astype(np.float32)
    return weights


def approximate_alexnet(terms: int, additions: float | None, seed: int) -> dict[str, Any]:
    """The figures of the approximation.

    Parameters
    ----------
    terms: of a weight, at most.
    additions: of a weight, on average over all layers; None for no budget.
    seed: of the weights.
    """
    numbers = dyadic_set(terms, _FINEST_SHIFT)
    start = time.process_time()
    scales = [
        np.array([best_scale(row.astype(np.float64), numbers) for row in _filters(number, seed)])
        for number in range(len(LAYERS))
    ]
    price, gap = 0.0, 0.0
    if additions is not None:
        offers = list(_offers(numbers, scales, seed))
        weights = sum(math.prod(shape) for shape in LAYERS.values())
        found = price_of_additions(offers, int(additions * weights))
        price, gap = found.price, found.gap
    layers = {
        name: _layer(number, numbers, scales[number], price, seed)
        for number, name in enumerate(LAYERS)
    }
    weights = sum(layer["weights"] for layer in layers.values())
    spent = sum(layer["additions"] for layer in layers.values())
    return {
        "weights": weights,
        "matrices": sum(math.prod(shape[:2]) for shape in LAYERS.values()),
        "terms_a_weight": round(spent / weights, 4),
        "relative_distance": sum(layer["relative_distance"] for layer in layers.values())
        / len(layers),
        "gap": gap,
        "layers": layers,
        "seconds_approximating": round(time.process_time() - start, 1),
    }


def _offers(numbers: DyadicSet, scales: list[NDArray[np.float64]], seed: int) -> Iterator[Offer]:
    """What additions are worth to each filter; distances are relative to the layer's weights."""
    for number, of_layer in enumerate(scales):
        filters = _filters(number, seed)
        importance = 1 / float((filters**2).sum())
        for row, scale in zip(filters, of_layer, strict=True):
            yield offer(row.astype(np.float64), numbers, float(scale), importance)


def _layer(
    number: int, numbers: DyadicSet, scales: NDArray[np.float64], price: float, seed: int
) -> dict[str, Any]:
    filters = _filters(number, seed)
    square = float((filters**2).sum())
    additions, distance = 0, 0.0
    for row, scale in zip(filters, scales, strict=True):
        choice = values_at(price, row.astype(np.float64), numbers, float(scale), 1 / square)
        additions += choice.additions
        distance += choice.distance
    return {"weights": filters.size, "additions": additions, "relative_distance": distance}
