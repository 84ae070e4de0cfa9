"""Clamp, flatten, argmax."""

from __future__ import annotations

import numpy as np

from ....compiler.program import Argmax, Clamp, Flatten
from ..parts import Activations, Source


def clamp(node: Clamp, source: Source) -> Activations:
    """A clamp by itself."""
    return np.clip(source.values, node.low, node.high)


def flatten(node: Flatten, source: Source) -> Activations:
    """All values of an image as the channels of one pixel."""
    return source.values.reshape(len(source.values), 1, 1, -1)


def argmax(node: Argmax, source: Source) -> Activations:
    """Number of the largest channel, the lowest number on a tie."""
    return source.values.argmax(axis=-1, keepdims=True).astype(np.int16)
