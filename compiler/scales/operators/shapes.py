"""Shortcuts, padding, other shapes: integers in other places."""

from __future__ import annotations

from collections.abc import Sequence

from ... import program
from ...graph import Flatten, Pad, Reshape, SlicePad
from ..tensor_scale import TensorScale
from .fields import node_fields
from .operator import SameIntegers


class SlicePadOperator(SameIntegers[SlicePad]):
    """Some pixels, and channels of the integer 0."""

    def takes_normalized_image(self, layer: SlicePad) -> bool:
        """Only without new channels, whose 0 would not be a real zero there."""
        return layer.channels == (0, 0)

    def node(
        self, layer: SlicePad, scale: TensorScale, sources: Sequence[TensorScale]
    ) -> program.SlicePad:
        """See `PlainOperator.node`."""
        return program.SlicePad(
            **node_fields(layer, scale), step=layer.step, channels=layer.channels, cut=layer.cut
        )


class FlattenOperator(SameIntegers[Flatten]):
    """All integers as channels of one pixel."""

    def node(
        self, layer: Flatten, scale: TensorScale, sources: Sequence[TensorScale]
    ) -> program.Flatten:
        """See `PlainOperator.node`."""
        return program.Flatten(**node_fields(layer, scale))


class ReshapeOperator(SameIntegers[Reshape]):
    """All integers in another shape."""

    def takes_normalized_image(self, layer: Reshape) -> bool:
        """Offsets and steps are those of channels, which become others."""
        return False

    def node(
        self, layer: Reshape, scale: TensorScale, sources: Sequence[TensorScale]
    ) -> program.Reshape:
        """See `PlainOperator.node`."""
        return program.Reshape(**node_fields(layer, scale))


class PadOperator(SameIntegers[Pad]):
    """All integers, and around them the integer 0, which then is a real zero."""

    def takes_normalized_image(self, layer: Pad) -> bool:
        """A real zero need not be a pixel there."""
        return False

    def node(self, layer: Pad, scale: TensorScale, sources: Sequence[TensorScale]) -> program.Pad:
        """See `PlainOperator.node`."""
        return program.Pad(**node_fields(layer, scale), border=layer.border)
