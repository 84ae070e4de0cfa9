"""Channels side by side, and choices among them."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from ... import program
from ...graph import ChannelSelect, Concat, Outputs
from ...program import ActivationType
from ..tensor_scale import TensorScale
from .fields import clamp_fields, node_fields
from .operator import PlainOperator, SameIntegers, ShiftedScale


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


class OutputsOperator(PlainOperator[Outputs]):
    """Integers of every answer with their own scale, in one type for all."""

    keeps_integers = False
    keeps_sign = True
    clamps = False

    def takes_normalized_image(self, layer: Outputs) -> bool:
        """Whoever reads the answers would need each channel's offset."""
        return False

    def joined_scale(
        self, layer: Outputs, kind: ActivationType, sources: Sequence[TensorScale]
    ) -> TensorScale:
        """Each answer's own steps, or twice them where a bit goes to the sign that others need."""
        parts = zip(sources, output_shifts(kind, sources), strict=True)
        steps = np.concatenate([source.steps * 2**shift for source, shift in parts])
        return TensorScale(kind, steps, np.zeros(len(steps)))

    def node(
        self, layer: Outputs, scale: TensorScale, sources: Sequence[TensorScale]
    ) -> program.Outputs:
        """See `PlainOperator.node`."""
        shift = output_shifts(scale.type, sources)
        scales = [source.step * 2**by for source, by in zip(sources, shift, strict=True)]
        return program.Outputs(
            **{**node_fields(layer, scale), "scale": 1.0}, **clamp_fields(layer, scale),
            left=(0,) * len(sources), shift=shift, heads=layer.heads, shapes=layer.shapes,
            scales=tuple(scales),
        )  # fmt: skip


def output_shifts(kind: ActivationType, sources: Sequence[TensorScale]) -> tuple[int, ...]:
    """Right shift of each answer: one bit of those without a sign where `kind` has one."""
    return tuple(int(kind.signed and not source.type.signed) for source in sources)


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
