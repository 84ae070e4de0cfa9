"""Dyadic layers: convolutions by shifts and additions, which add up to products."""

from __future__ import annotations

from ....compiler.program import DyadicConv
from ..parts import Activations, Source
from .layer import weighted_conv


def dyadic_conv(node: DyadicConv, source: Source) -> Activations:
    """A convolution with the weights that the terms add up to."""
    return weighted_conv(node, node.weight, source)
