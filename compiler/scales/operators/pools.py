"""Pools: the largest integer under the window, and their sum, shifted."""

from __future__ import annotations

import math
from collections.abc import Sequence

from ... import program
from ...graph import AveragePool, MaxPool
from ..tensor_scale import TensorScale
from .fields import clamp_fields, node_fields, window_fields
from .operator import SameIntegers, ShiftedScale


class MaxPoolOperator(SameIntegers[MaxPool]):
    """The largest integer stands for the largest value."""

    def node(
        self, layer: MaxPool, scale: TensorScale, sources: Sequence[TensorScale]
    ) -> program.MaxPool:
        """See `PlainOperator.node`."""
        return program.MaxPool(**node_fields(layer, scale), **window_fields(layer))


class AveragePoolOperator(ShiftedScale[AveragePool]):
    """The sum of the integers under a window of N, shifted: 1 / N is in the scale."""

    def ties(self, layer: AveragePool) -> Sequence[float]:
        """The scale of the output is the input's times a power of two over N."""
        return (math.log2(_taps(layer)),)

    def least_exponent(self, layer: AveragePool, sources: Sequence[float]) -> float:
        """That of the sum itself, which can be shifted to the right only."""
        return sources[0] - math.log2(_taps(layer))

    def node(
        self, layer: AveragePool, scale: TensorScale, sources: Sequence[TensorScale]
    ) -> program.AveragePool:
        """See `PlainOperator.node`."""
        return program.AveragePool(
            **node_fields(layer, scale),
            **window_fields(layer),
            **clamp_fields(layer, scale),
            shift=average_shift(sources[0].step, scale.step, _taps(layer)),
        )


def average_shift(source: float, output: float, taps: int) -> int:
    """Right shift of an average pool's sums.

    Parameters
    ----------
    source, output: real value of one step of its input and output.
    taps: pixels under the window.
    """
    return round(math.log2(output / source * taps))


def _taps(layer: AveragePool) -> int:
    return layer.kernel[0] * layer.kernel[1]
