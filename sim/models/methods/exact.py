"""Exact layers: convolutions by multiplication."""

from __future__ import annotations

from ....compiler.program import ExactConv
from ..parts import Activations, Source
from .layer import weighted_conv


def exact_conv(node: ExactConv, source: Source) -> Activations:
    """A convolution by multiplication."""
    return weighted_conv(node, node.weight, source)
