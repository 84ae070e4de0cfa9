"""A budget of additions for all dyadic layers of a network together.

One 0/1 program over all their weights, as `budget` has it for one layer, in which every layer's
squared distance counts what it costs the network. With images that is the divergence, or the
squared error, of the answers to second order: an error in an output channel counts by the
gradients that arrive there (`sensitivities`), a weight's by the variance of what it multiplies.
Without a look at an image (Cintra et al., arXiv 2208.00087) every layer's distance is relative to
its weights' own square, as errors are passed on relative to what they are added to.

What comes of it is the additions of each filter; its values are chosen later, when the layer is
learned on what really arrives at it.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from ...graph import Conv, Graph
from ...scales.quantize import channel_units
from ...scales.tensor_scale import TensorScale
from ...store.errors import TabfabError
from ..fitting.sensitivity import Sensitivity, sensitivities
from .budget import Offer, offer, price_of_additions
from .dyadic_set import dyadic_set
from .learn import by_input, choose_alphas, effective_weights
from .options import DyadicOptions

Reals = NDArray[np.float64]
OptionsT = TypeVar("OptionsT", bound=DyadicOptions)

_IMAGES = 500
"""So many images say what additions are worth."""


@dataclass(frozen=True)
class Shared:
    """How a budget was shared.

    Parameters
    ----------
    additions: that the weights take, by the program.
    allowed: the budget.
    weights: that share it.
    distance: of the weights from their values, as the program counts it.
    gap: how far `distance` may be from the least possible one.
    """

    additions: int
    allowed: int
    weights: int
    distance: float
    gap: float


def share_additions(
    network: Graph,
    layers: Mapping[str, OptionsT],
    images: NDArray[np.uint8],
    scales: Mapping[str, TensorScale],
    seed: int,
) -> tuple[dict[str, OptionsT], Shared]:
    """The layers' settings, with the additions of every filter.

    Parameters
    ----------
    network: the float network.
    layers: settings of those that share a budget, by name.
    images: (N, height, width, channels) uint8 calibration images; none is looked at where the
        distance is that of the weights.
    scales: of all tensors.
    seed: of everything random.

    Raises
    ------
    TabfabError: two of the layers say different budgets.
    """
    allowed = _budget(layers)
    looked = [name for name, options in layers.items() if options.distance != "weights"]
    known = sensitivities(network, images[:_IMAGES], looked, seed) if looked else {}
    offers: dict[str, list[Offer]] = {}
    weights = 0
    for name, options in layers.items():
        layer = network[name]
        assert isinstance(layer, Conv)
        weights += layer.weight.size
        offers[name] = _offers(layer, options, scales, known.get(name))
    most = int(allowed * weights)
    every = [filter_ for of_layer in offers.values() for filter_ in of_layer]
    found = price_of_additions(every, most)
    distance = sum(each.distance_at(found.price) for each in every)
    settled = {
        name: dataclasses.replace(
            options,
            additions_of_filters=tuple(each.taken_at(found.price) for each in offers[name]),
        )
        for name, options in layers.items()
    }
    return settled, Shared(found.additions, most, weights, distance, found.gap)


def _budget(layers: Mapping[str, DyadicOptions]) -> float:
    """Additions for each weight, which all layers must say alike."""
    said: dict[float | None, str] = {}
    for name, options in layers.items():
        said.setdefault(options.additions, name)
    if len(said) > 1:
        (first, one), (second, other) = list(said.items())[:2]
        raise TabfabError(
            f"layers {one!r} and {other!r} share one budget of additions over the network, but "
            f"theirs are {first} and {second} for each weight; give one to all, or a layer that "
            "is to have its own additions-over=layer"
        )
    (additions,) = said
    assert additions is not None
    return additions


def _offers(
    layer: Conv,
    options: DyadicOptions,
    scales: Mapping[str, TensorScale],
    known: Sensitivity | None,
) -> list[Offer]:
    """What additions are worth to each filter of a layer."""
    source, step = scales[layer.inputs[0]], scales[layer.name].step
    numbers = dyadic_set(options.terms, options.finest_shift)
    weights = effective_weights(layer.weight, layer, source)
    if known is None:
        importance = np.full(weights.shape, 1 / max(float((weights**2).sum()), 1e-300))
    else:
        importance = known.outputs[:, None] * by_input(known.inputs / source.steps**2, layer)
    # What no image needs counts a little all the same, so that scales and choices are defined.
    importance = np.maximum(importance, importance.max() * 1e-9)
    shift, quarters = choose_alphas(weights, numbers, step, importance, options.alpha)
    scale = channel_units(step, shift, quarters) / numbers.unit
    return [
        offer(row, numbers, one, factor)
        for row, one, factor in zip(weights, scale, importance, strict=True)
    ]
