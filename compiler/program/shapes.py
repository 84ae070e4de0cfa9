"""How many positions a window has, and how many subspaces an input is cut into."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from .activation import Layout, Pair

Edges = tuple[Pair, Pair]
"""((above, below), (left, right)): pixels around an image."""
NO_EDGES: Edges = ((0, 0), (0, 0))


def edges(padding: Pair, overhang: Pair) -> Edges:
    """What a window's padding puts around an image.

    Parameters
    ----------
    padding: pixels above and to the left.
    overhang: how many more there are below and to the right, or fewer where it is negative.
    """
    (above, left), (below, right) = padding, overhang
    return (above, above + below), (left, left + right)


def kept_pixels(size: Sequence[int], cut: Edges, step: Pair) -> tuple[range, range]:
    """Rows and columns of an image that are left of it.

    Parameters
    ----------
    size: (height, width) of the image.
    cut: rows and columns that are cut off.
    step: of what is left, every so many rows and columns stay, the first among them.
    """
    rows, columns = (
        range(before, length - after, each)
        for length, (before, after), each in zip(size, cut, step, strict=True)
    )
    return rows, columns


def kept_slices(size: Sequence[int], cut: Edges, step: Pair) -> tuple[slice, slice]:
    """`kept_pixels` as what arrays are indexed with."""
    rows, columns = kept_pixels(size, cut, step)
    return (
        slice(rows.start, rows.stop, rows.step),
        slice(columns.start, columns.stop, columns.step),
    )


def reach(kernel: int, dilation: int) -> int:
    """Pixels from the first under a window to the last, along one axis."""
    return (kernel - 1) * dilation + 1


def window_output(
    size: int, kernel: int, stride: int, padding: int, overhang: int = 0, dilation: int = 1
) -> int:
    """Positions of a window along one axis."""
    return (size + 2 * padding + overhang - reach(kernel, dilation)) // stride + 1


def subspaces_per_group(channels: int, taps: int, length: int, layout: Layout) -> int:
    """Subspaces of length `length` that cover one group's `channels` input channels."""
    return -(-channels * (taps if layout == "patch" else 1) // length)


def counted_pixels(
    size: int, positions: int, kernel: int, stride: int, edge: Pair, uncounted: Pair
) -> NDArray[np.int64]:
    """(positions,) how many pixels under a window count, along one axis.

    Parameters
    ----------
    size: of the image.
    positions, kernel, stride: of the window.
    edge: pixels of padding (before, after) the image.
    uncounted: how many of them, the outermost, do not count.
    """
    first = np.arange(positions)[:, None] * stride - edge[0] + np.arange(kernel)
    counts = (first >= uncounted[0] - edge[0]) & (first < size + edge[1] - uncounted[1])
    return counts.sum(axis=1)
