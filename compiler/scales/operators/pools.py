"""Pools: the largest integer under the window, and their sum, shifted."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

from ... import program
from ...graph import AveragePool, MaxPool
from ...program import MAX_SHIFT, NO_EDGES, signed_digits
from ...program.nodes.node import MAX_FACTOR
from ...program.nodes.pools import MAX_REACH
from ..tensor_scale import TensorScale
from .fields import clamp_fields, node_fields, window_fields
from .operator import SameIntegers, ShiftedScale

_WHOLE = 1e-6
"""Logarithms that differ from whole numbers by less are whole."""
_CLOSE = 2.0**-10
"""Relative error of a factor that is near enough: a quarter of a step of eight bits."""


class MaxPoolOperator(SameIntegers[MaxPool]):
    """The largest integer stands for the largest value."""

    keeps_zero = True

    def node(
        self, layer: MaxPool, scale: TensorScale, sources: Sequence[TensorScale]
    ) -> program.MaxPool:
        """See `PlainOperator.node`."""
        return program.MaxPool(**node_fields(layer, scale), **window_fields(layer))


class AveragePoolOperator(ShiftedScale[AveragePool]):
    """The sum of the integers under a window of N, shifted: 1 / N is in the scale.

    Where the scale is tied otherwise, 1 / N is a factor of few signed powers of two.
    """

    frees_scale = True

    def ties(self, layer: AveragePool) -> Sequence[float]:
        """The scale of the output is the input's times a power of two over N.

        Where not all of N count, each number of them has a factor, and N is no better than 1.
        """
        return (math.log2(_taps(layer)) if layer.uncounted == NO_EDGES else 0.0,)

    def least_exponent(self, layer: AveragePool, sources: Sequence[float]) -> float:
        """That of the sum itself, which can be shifted to the right only."""
        if layer.uncounted != NO_EDGES:
            return sources[0]  # of a single pixel
        return sources[0] - math.log2(_taps(layer))

    def node(
        self, layer: AveragePool, scale: TensorScale, sources: Sequence[TensorScale]
    ) -> program.AveragePool:
        """See `PlainOperator.node`."""
        step = sources[0].step
        fields = {
            **node_fields(layer, scale),
            **window_fields(layer),
            **clamp_fields(layer, scale),
            "uncounted": layer.uncounted,
        }
        if layer.uncounted == NO_EDGES:
            made = average_requantization(step, scale.step, _taps(layer))
            return program.AveragePool(**fields, **made._asdict())
        factors, shift = counted_requantization(step, scale.step, _taps(layer))
        return program.AveragePool(**fields, shift=shift, factors=factors)


class Requantization(NamedTuple):
    """What an average pool does to its sums: ``(sum * factor + half) >> shift``."""

    factor: int
    shift: int


def average_requantization(source: float, output: float, taps: int) -> Requantization:
    """What makes an average pool's output of its sums.

    A shift alone where their scales differ by a power of two, as they do unless something ties
    them otherwise. Else the factor of the fewest signed powers of two that is near enough, an odd
    number.

    Parameters
    ----------
    source, output: real value of one step of its input and output.
    taps: pixels under the window.
    """
    exponent = math.log2(output / source * taps)
    if abs(exponent - round(exponent)) < _WHOLE:
        return Requantization(1, round(exponent))
    candidates = []
    for more in range(MAX_FACTOR.bit_length()):
        shift = math.floor(exponent) + more
        factor = round(2.0 ** (shift - exponent))
        fits = factor % 2 == 1 and taps * factor < MAX_REACH
        if fits and 0 <= shift <= MAX_SHIFT:
            error = abs(factor * 2.0 ** (exponent - shift) - 1)
            candidates.append((error, Requantization(factor, shift)))
    close = [made for error, made in candidates if error <= _CLOSE] or [min(candidates)[1]]
    return min(close, key=lambda made: (len(signed_digits(made.factor)), made.factor))


def counted_requantization(source: float, output: float, taps: int) -> tuple[tuple[int, ...], int]:
    """Factors of sums of 1 to `taps` pixels, and the shift of all of them.

    Parameters
    ----------
    source, output, taps: see `average_requantization`.
    """
    made = [average_requantization(source, output, count) for count in range(1, taps + 1)]
    shift = min(max(each.shift for each in made), MAX_SHIFT)
    return tuple(each.factor << (shift - each.shift) for each in made), shift


def _taps(layer: AveragePool) -> int:
    return layer.kernel[0] * layer.kernel[1]
