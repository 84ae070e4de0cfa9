"""The method `exact`: weights of a few bits, and a multiplication for each."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from ...graph import Conv, Graph
from ...program import ExactConv
from ...program.operations import Cost
from ...scales.tensor_scale import TensorScale
from ..method import Arriving, Method, convolution
from .options import ExactOptions

if TYPE_CHECKING:
    from torch import Tensor

    from ..fitting.target import Target
    from ..training.form import TrainedForm
    from .learn import FloatWeights


class ExactMethod(Method[ExactOptions]):
    """Integer weights and multiplication."""

    name = "exact"
    bits = "exact_bits"
    options = ExactOptions
    approximates = False

    def planned_cost(self, network: Graph, layer: Conv, options: ExactOptions) -> Cost:
        """A multiply-accumulate for every weight at every position."""
        return convolution(network, layer).exact()

    def learn(
        self,
        layer: Conv,
        arriving: Arriving,
        target: Target,
        scale: TensorScale,
        options: ExactOptions,
    ) -> FloatWeights:
        """Refit the weights if something was lost before this layer, else take them as they are."""
        from .learn import FloatWeights, learn_weights

        # Where nothing was lost there is nothing that weights could make up for.
        refits = arriving.approximate and options.refit
        if refits:
            layer = learn_weights(layer, arriving, target, options.seed)
        return FloatWeights(layer, arriving.scale, options.weight_bits, refits)

    def sums(self, node: ExactConv, x: Tensor, zero: NDArray[np.int16]) -> Tensor:
        """Sums of products."""
        from .execute import weighted_sums

        return weighted_sums(node, node.weight, x, zero)

    def trained_form(self) -> type[TrainedForm]:
        """Weights."""
        from .training import TrainedWeights

        return TrainedWeights

    def first_bits(self, options: ExactOptions) -> int:
        """Those of its weights."""
        return options.weight_bits
