"""Activation functions: tables over all integers of their input."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from ... import program
from ...graph import Activation
from ...program import UINT8, ActivationType
from ...store.errors import TabfabError
from ..tensor_scale import TensorScale
from .fields import node_fields
from .operator import PlainOperator


class ActivationOperator(PlainOperator[Activation]):
    """A table, which absorbs the scales of both its sides."""

    keeps_integers = False
    keeps_sign = False
    clamps = True

    def check(self, layer: Activation) -> None:
        """Raise `TabfabError` for parameters that are no numbers."""
        super().check(layer)
        for numbers in (layer.parameters, layer.before, layer.after):
            if not np.isfinite(numbers).all():
                raise TabfabError(
                    f"layer {layer.name!r}{layer.where} has NaN or infinite parameters; train the "
                    "network again or repair its checkpoint"
                )

    def is_unsigned(self, layer: Activation, sources: Sequence[ActivationType]) -> bool:
        """Where the clamp says so, or the function with what was folded into it does."""
        if layer.low >= 0:
            return True
        if bool((layer.after < 0).any()):
            return False
        kept = bool((layer.before >= 0).all()) and all(kind == UINT8 for kind in sources)
        return layer.known.nonnegative or (layer.known.keeps_sign and kept)

    def takes_normalized_image(self, layer: Activation) -> bool:
        """Its table has an entry for every integer, whatever that stands for."""
        return True

    def node(
        self, layer: Activation, scale: TensorScale, sources: Sequence[TensorScale]
    ) -> program.ActivationTable:
        """See `PlainOperator.node`."""
        return program.ActivationTable(
            **node_fields(layer, scale),
            function=layer.function,
            source=sources[0].type,
            tables=activation_tables(layer, scale, sources[0]),
            zero=int(scale.zero_integers[0]),
        )


def activation_tables(
    layer: Activation, scale: TensorScale, source: TensorScale
) -> NDArray[np.int16]:
    """(1 or channels, integers of the input) the function, rounded to the nearest integer.

    Parameters
    ----------
    layer: the activation function.
    scale, source: of its output and input.
    """
    integers = np.arange(source.type.low, source.type.high + 1)
    real = (integers - source.zeros[:, None]) * source.steps[:, None]
    values = layer.values(real[:1] if (real == real[0]).all() else real)
    if np.isnan(values).any():
        raise TabfabError(
            f"layer {layer.name!r}{layer.where} has an activation function that is no number for "
            "some values; check its parameters"
        )
    rounded = np.floor(values / scale.step + 0.5) + scale.zero_integers[0]
    tables = rounded.clip(scale.type.low, scale.type.high).astype(np.int16)
    return tables[:1] if (tables == tables[0]).all() else tables
