"""Marks of pictures: outlines and lines as SVG paths, and ticks of an axis."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import count

import numpy as np
from numpy.typing import NDArray

from ...compiler.program import Program

STRIP_HEIGHT = 20
"""Units of a strip's picture; its width is one for each value."""


def strip(values: NDArray[np.floating]) -> str:
    """The outline of bars side by side, one unit wide, from the ground up to `values` of 0 to 1.

    Runs of equal bars are one, and what is zero is left out. A bar that is not zero is at least a
    unit high.
    """
    heights = np.ceil(np.clip(values, 0, 1) * STRIP_HEIGHT).astype(int).tolist()
    path: list[str] = []
    before = 0
    for place, height in enumerate([*heights, 0]):
        if height == before:
            continue
        if before == 0:
            path.append(f"M{place} {STRIP_HEIGHT}")
        path.append(f"{'' if before == 0 else f'H{place}'}V{STRIP_HEIGHT - height}")
        if height == 0:
            path.append("Z")
        before = height
    return "".join(path)


def ticks(end: int, most: int = 8) -> list[tuple[int, float]]:
    """(value, percent of the axis) of the ticks of an axis from 0 to `end`, `most` at most.

    They are 1, 2 or 5 times a power of ten apart.
    """
    step = next(s for n in count() for s in (10**n, 2 * 10**n, 5 * 10**n) if end < most * s)
    return [(value, 100 * value / end) for value in range(0, end, step)]


@dataclass(frozen=True)
class Wires:
    """The lines beside one node of a network, which joins with those of the nodes around it.

    Parameters
    ----------
    lane: of the node.
    through: lanes of what passes by.
    arriving: lanes that the node reads.
    leaves: whether another node reads it.
    """

    lane: int
    through: tuple[int, ...]
    arriving: tuple[int, ...]
    leaves: bool


def wires(program: Program) -> list[Wires]:
    """Lines from each node to its readers, all nodes one below the other.

    What a node gives keeps its lane until its last reader, which takes the lane over.
    """
    last = {source: node.name for node in program for source in node.inputs}
    lanes: list[str | None] = []
    result = []
    for node in program:
        arriving = tuple(lanes.index(name) for name in dict.fromkeys(node.inputs))
        ending = [lane for lane in arriving if last[str(lanes[lane])] == node.name]
        for lane in ending:
            lanes[lane] = None
        free = [*ending, *(n for n, held in enumerate(lanes) if held is None), len(lanes)]
        lane = free[0]
        through = tuple(n for n, held in enumerate(lanes) if held is not None)
        if lane == len(lanes):
            lanes.append(None)
        leaves = node.name in last
        lanes[lane] = node.name if leaves else None
        while lanes and lanes[-1] is None:
            lanes.pop()
        result.append(Wires(lane, through, arriving, leaves))
    return result


def width(lines: Sequence[Wires]) -> int:
    """Lanes that lines take."""
    return 1 + max(max([each.lane, *each.through, *each.arriving]) for each in lines)
