"""Channels side by side, and choices among them."""

from __future__ import annotations

import math
from collections.abc import Sequence

from ... import program
from ...graph import ChannelSelect, Concat
from ..tensor_scale import TensorScale
from .fields import clamp_fields, node_fields
from .operator import SameIntegers, ShiftedScale


class ConcatOperator(ShiftedScale[Concat]):
    """Integers of every input, each shifted to the scale of the output."""

    def ties(self, layer: Concat) -> Sequence[float]:
        """All scales differ by powers of two."""
        return (0.0,) * len(layer.inputs)

    def node(
        self, layer: Concat, scale: TensorScale, sources: Sequence[TensorScale]
    ) -> program.Concat:
        """See `PlainOperator.node`."""
        left, right = concat_shifts([source.step for source in sources], scale.step)
        return program.Concat(
            **node_fields(layer, scale), **clamp_fields(layer, scale), left=left, shift=right
        )


class ChannelSelectOperator(SameIntegers[ChannelSelect]):
    """The integers of the chosen channels."""

    def takes_normalized_image(self, layer: ChannelSelect) -> bool:
        """Each channel would take its own offset and step along."""
        return False

    def node(
        self, layer: ChannelSelect, scale: TensorScale, sources: Sequence[TensorScale]
    ) -> program.ChannelSelect:
        """See `PlainOperator.node`."""
        return program.ChannelSelect(**node_fields(layer, scale), channels=layer.channels)


def concat_shifts(
    sources: Sequence[float], output: float
) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Left and right shift of each input, one of which is 0.

    Parameters
    ----------
    sources: real value of one step of each input.
    output: real value of one step of the output; all differ by powers of two.
    """
    finer = [round(math.log2(output / step)) for step in sources]
    return tuple(max(0, -bits) for bits in finer), tuple(max(0, bits) for bits in finer)
