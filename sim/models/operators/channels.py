"""Channels side by side, and choices among them."""

from __future__ import annotations

import numpy as np

from ....compiler.program import ChannelSelect, Concat
from ..parts import Activations, Source, requantize


def concat(node: Concat, *sources: Source) -> Activations:
    """The channels of every input, each requantized."""
    parts = [
        requantize(source.values.astype(np.int64) << left, shift, node.low, node.high)
        for source, left, shift in zip(sources, node.left, node.shift, strict=True)
    ]
    return np.concatenate(parts, axis=-1)


def channel_select(node: ChannelSelect, source: Source) -> Activations:
    """The chosen channels."""
    return source.values[..., list(node.channels)]
