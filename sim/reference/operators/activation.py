"""Activation functions: a table over all integers."""

from __future__ import annotations

from ....compiler.program import ActivationTable
from ..parts import Source, Tensor, blank, positions


def look_up(node: ActivationTable, source: Source) -> Tensor:
    """In the table of its channel, or of all, entry 0 is that of the smallest integer."""
    output = blank(node)
    for row, column in positions(node):
        for channel, value in enumerate(source.tensor[row][column]):
            table = node.tables[channel if len(node.tables) > 1 else 0]
            output[row][column][channel] = int(table[value - node.lowest])
    return output
