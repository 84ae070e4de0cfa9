"""The method `dyadic` under training: real weights, computed with as the nearest of their set."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Self

import numpy as np
from torch import Tensor

from ...program import DyadicConv
from ...scales.quantize import QuantizedLayer, channel_units, quantize_bias
from ..exact.learn import FloatWeights
from ..exact.training import TrainedWeights, counted_from_padding
from ..method import Learned
from ..training.form import Reals, ScaledLayer
from .budget import Allowed, choose_within
from .dyadic_set import DyadicSet, dyadic_set
from .learn import (
    DyadicWeights,
    additions_allowed,
    choose_alphas,
    dyadic_node,
    effective_weights,
    zero_sums,
)
from .options import DyadicOptions

_BITS = 8
"""Bits that an exact layer would take; no dyadic weight is rounded to them."""


class TrainedDyadicWeights(TrainedWeights):
    """A layer by shifts and additions.

    The shifts of the output channels stay as they were when the layer was learned: they say how
    large a unit of its set is, which training must not move under it.

    Parameters
    ----------
    scaled: the layer.
    numbers: what a weight may be.
    shift: (M,) int8 of the output channels; None where they are still to be chosen.
    quarters: (M,) int8 that their sums are multiplied by, in quarters; None for none.
    start: the weights and biases that it starts from; the layer's own if not given.
    allowed: additions that the weights may take; None for no bound.
    """

    def __init__(
        self,
        scaled: ScaledLayer,
        numbers: DyadicSet,
        shift: np.ndarray | None = None,
        start: FloatWeights | None = None,
        allowed: Allowed = None,
        quarters: np.ndarray | None = None,
    ) -> None:
        super().__init__(scaled, _BITS, start)
        self.numbers = numbers
        if shift is None:
            weights = effective_weights(scaled.layer.weight, scaled.layer, scaled.source)
            shift, _ = choose_alphas(weights, numbers, scaled.scale.step)
        self.shift = shift
        self.quarters = quarters
        self.allowed = allowed

    @classmethod
    def of(cls, scaled: ScaledLayer, learned: Learned) -> Self:
        """From the weights that were learned."""
        assert isinstance(learned, DyadicWeights)
        start = FloatWeights(learned.layer, learned.source, _BITS)
        return cls(scaled, learned.numbers, learned.shift, start, learned.allowed, learned.quarters)

    @classmethod
    def restored(
        cls,
        scaled: ScaledLayer,
        arrays: Mapping[str, Tensor],
        options: DyadicOptions,  # type: ignore[override]
    ) -> Self:
        """Weights that are still to be filled in, and the shifts that they had."""
        numbers = dyadic_set(options.terms, options.finest_shift)
        weight = scaled.layer.weight
        allowed = additions_allowed(options, (len(weight), weight[0].size))
        kept = {name: array.cpu().numpy() for name, array in arrays.items()}
        quarters = kept.get("quarters")
        return cls(scaled, numbers, kept["shift"], allowed=allowed, quarters=quarters)

    def arrays(self) -> dict[str, Tensor]:
        """The shifts, and the factors where there are some."""
        import torch

        kept = {"shift": torch.from_numpy(self.shift)}
        if self.quarters is not None:
            kept["quarters"] = torch.from_numpy(self.quarters)
        return kept

    def quantized(self, weight: Reals, bias: Reals) -> QuantizedLayer:
        """The nearest numbers of the set that keep within the budget."""
        step = self.scaled.scale.step
        source = counted_from_padding(self.scaled)
        layer = self.scaled.layer
        unit = channel_units(step, self.shift, self.quarters)
        flat = choose_within(
            effective_weights(weight, layer, source),
            self.numbers,
            unit / self.numbers.unit,
            self.allowed,
            exact_weights=0,  # a step of training has no time for more
        )
        values = flat.reshape(weight.shape)
        zeros = zero_sums(values, source.zeros, layer.groups)
        return QuantizedLayer(
            values,
            quantize_bias(bias - unit * zeros, self.shift, step, self.quarters),
            self.shift,
            self.quarters,
        )

    def node(self) -> DyadicConv:  # type: ignore[override]
        """The dyadic layer."""
        scaled = self.scaled
        return dyadic_node(scaled.layer, self.numbers, self.integers(), scaled.scale)
