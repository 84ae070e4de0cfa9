"""Clamps, other shapes, borders, argmax."""

from __future__ import annotations

import numpy as np

from ....compiler.program import Argmax, Clamp, Flatten, Pad, Reshape
from ..parts import Activations, Source, pad


def clamp(node: Clamp, source: Source) -> Activations:
    """A clamp by itself."""
    return np.clip(source.values, node.low, node.high)


def reshape(node: Flatten | Reshape, source: Source) -> Activations:
    """All values of an image in another shape, flat or not."""
    channels, height, width = node.shape
    return source.values.reshape(len(source.values), height, width, channels)


def bordered(node: Pad, source: Source) -> Activations:
    """An image with zeros around it."""
    return pad(source.values, node.border, np.zeros(node.shape[0], np.int16))


def argmax(node: Argmax, source: Source) -> Activations:
    """Number of the largest channel, the lowest number on a tie."""
    return source.values.argmax(axis=-1, keepdims=True).astype(np.int16)
