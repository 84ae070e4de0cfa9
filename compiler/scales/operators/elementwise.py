"""Residual sums and activation functions."""

from __future__ import annotations

import math
from collections.abc import Sequence

from ... import program
from ...graph import Add, Clamp, Multiply
from ...program import ActivationType
from ..tensor_scale import TensorScale
from .fields import clamp_fields, node_fields
from .operator import PlainOperator, SameIntegers, ShiftedScale
from .pools import average_requantization


class AddOperator(ShiftedScale[Add]):
    """The sum of both operands' integers, each shifted to the finest scale of them."""

    def is_unsigned(self, layer: Add, sources: Sequence[ActivationType]) -> bool:
        """A difference may be negative, whatever the operands are."""
        return layer.low >= 0 if layer.subtracts else super().is_unsigned(layer, sources)

    def ties(self, layer: Add) -> Sequence[float]:
        """All three scales differ by powers of two."""
        return (0.0,) * len(layer.inputs)

    def node(self, layer: Add, scale: TensorScale, sources: Sequence[TensorScale]) -> program.Add:
        """See `PlainOperator.node`."""
        left, right = add_shifts([source.step for source in sources], scale.step)
        return program.Add(
            **node_fields(layer, scale),
            **clamp_fields(layer, scale),
            left=left,
            shift=right,
            subtracts=layer.subtracts,
        )


class MultiplyOperator(PlainOperator[Multiply]):
    """The product of both operands' integers, times a factor where scales ask for one, shifted."""

    keeps_integers = False
    keeps_sign = True
    clamps = True
    limits_scale = True

    def takes_normalized_image(self, layer: Multiply) -> bool:
        """Offsets and steps of channels would have to be multiplied too."""
        return False

    def least_exponent(self, layer: Multiply, sources: Sequence[float]) -> float:
        """That of the product itself, which has no digits below."""
        return sum(sources)

    def node(
        self, layer: Multiply, scale: TensorScale, sources: Sequence[TensorScale]
    ) -> program.Multiply:
        """See `PlainOperator.node`."""
        made = average_requantization(sources[0].step * sources[1].step, scale.step, taps=1)
        return program.Multiply(
            **node_fields(layer, scale), **clamp_fields(layer, scale), **made._asdict()
        )


class ClampOperator(SameIntegers[Clamp]):
    """An activation function: integers beyond the clamp become its ends."""

    clamps = True

    def takes_normalized_image(self, layer: Clamp) -> bool:
        """The ends would be other integers for each channel."""
        return False

    def node(
        self, layer: Clamp, scale: TensorScale, sources: Sequence[TensorScale]
    ) -> program.Clamp:
        """See `PlainOperator.node`."""
        return program.Clamp(**node_fields(layer, scale), **clamp_fields(layer, scale))


def add_shifts(sources: Sequence[float], output: float) -> tuple[tuple[int, int], int]:
    """Left shifts of a residual sum's operands and right shift of the sum.

    Parameters
    ----------
    sources: real value of one step of each operand.
    output: real value of one step of the sum; all three differ by powers of two.
    """
    least = min(*sources, output)
    first, second, right = (round(math.log2(step / least)) for step in (*sources, output))
    return (first, second), right
