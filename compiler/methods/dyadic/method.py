"""The method `dyadic`: weights of few signed powers of two, and additions alone."""

from __future__ import annotations

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
    options = DyadicOptions

    def planned_cost(self, network: Graph, layer: Conv, options: DyadicOptions) -> Cost:
        """An addition for every term that the weights may have."""
        counted = convolution(network, layer)
        a_weight = options.terms if options.additions is None else options.additions
        weights = counted.columns * counted.taps
        return counted.dyadic(int(weights * min(a_weight, options.terms)), options.terms)

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
