"""Activation functions: a table over all integers."""

from __future__ import annotations

import numpy as np

from ....compiler.program import ActivationTable
from ..parts import Activations, Source


def look_up(node: ActivationTable, source: Source) -> Activations:
    """The entry of every value, in its channel's table."""
    rows = source.values.astype(np.int64) - node.lowest
    channels = np.arange(node.shape[0]) if len(node.tables) > 1 else 0
    return node.tables[channels, rows]
