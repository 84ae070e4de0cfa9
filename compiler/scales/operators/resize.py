"""Larger images: integers in other places."""

from __future__ import annotations

from collections.abc import Sequence

from ... import program
from ...graph import DepthToSpace, Interpolate, Upsample
from ..tensor_scale import TensorScale
from .fields import node_fields
from .operator import SameIntegers


class UpsampleOperator(SameIntegers[Upsample]):
    """Every pixel several times."""

    keeps_zero = True

    def node(
        self, layer: Upsample, scale: TensorScale, sources: Sequence[TensorScale]
    ) -> program.Upsample:
        """See `PlainOperator.node`."""
        return program.Upsample(**node_fields(layer, scale), factor=layer.factor)


class InterpolateOperator(SameIntegers[Interpolate]):
    """Means of integers with weights that add up to 1, rounded: in the same scale."""

    keeps_zero = True

    def node(
        self, layer: Interpolate, scale: TensorScale, sources: Sequence[TensorScale]
    ) -> program.Interpolate:
        """See `PlainOperator.node`."""
        return program.Interpolate(**node_fields(layer, scale), factor=layer.factor)


class DepthToSpaceOperator(SameIntegers[DepthToSpace]):
    """Blocks of pixels out of each pixel's channels."""

    def takes_normalized_image(self, layer: DepthToSpace) -> bool:
        """Channels with different offsets and steps would become one."""
        return False

    def node(
        self, layer: DepthToSpace, scale: TensorScale, sources: Sequence[TensorScale]
    ) -> program.DepthToSpace:
        """See `PlainOperator.node`."""
        return program.DepthToSpace(**node_fields(layer, scale), block=layer.block)
