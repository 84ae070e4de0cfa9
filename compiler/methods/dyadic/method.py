"""The method `dyadic`: weights of few signed powers of two, and additions alone."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from ...graph import Conv, Graph
from ...program import DyadicConv
from ...program.operations import Cost
from ...scales.tensor_scale import TensorScale
from ..method import Arriving, Method, convolution
from .options import DyadicOptions

if TYPE_CHECKING:
    from torch import Tensor

    from ..fitting.target import Target
    from ..training.form import TrainedForm
    from .learn import DyadicWeights


class DyadicMethod(Method[DyadicOptions]):
    """Shifts and additions.

    Cintra, Duffner, Garcia and Leite, "Low-complexity Approximate Convolutional Neural Networks"
    (IEEE TNNLS 2018, arXiv 2208.00087).
    """

    name = "dyadic"
    bits = None
    options = DyadicOptions

    def planned_cost(self, network: Graph, layer: Conv, options: DyadicOptions) -> Cost:
        """A shift and an addition for every term that the weights may have."""
        counted = convolution(network, layer)
        a_weight = options.terms if options.additions is None else options.additions
        weights = counted.columns * counted.taps
        terms = int(weights * min(a_weight, options.terms))
        return counted.dyadic(terms, terms, options.terms)

    def settle(
        self,
        network: Graph,
        layers: Mapping[str, DyadicOptions],
        images: NDArray[np.uint8],
        scales: Mapping[str, TensorScale],
    ) -> tuple[Mapping[str, DyadicOptions], Mapping[str, object]]:
        """The additions of each filter, where layers share a budget."""
        sharing = {
            name: options
            for name, options in layers.items()
            if options.additions_over == "network" and options.additions_of_filters is None
        }
        if not sharing:
            return {}, {}
        from .network import share_additions

        seed = next(iter(sharing.values())).seed
        settled, shared = share_additions(network, sharing, images, scales, seed)
        return settled, {"additions_shared": dataclasses.asdict(shared)}

    def learn(
        self,
        layer: Conv,
        arriving: Arriving,
        target: Target,
        scale: TensorScale,
        options: DyadicOptions,
    ) -> DyadicWeights:
        """Choose the weights' terms."""
        from .learn import learn_terms

        return learn_terms(layer, arriving, target, scale, options)

    def sums(self, node: DyadicConv, x: Tensor, zero: NDArray[np.int16]) -> Tensor:
        """Sums of products with what the terms add up to."""
        from ..exact.execute import weighted_sums

        return weighted_sums(node, node.weight, x, zero)

    def trained_form(self) -> type[TrainedForm]:
        """Weights, each computed with as the nearest number of its set."""
        from .training import TrainedDyadicWeights

        return TrainedDyadicWeights
