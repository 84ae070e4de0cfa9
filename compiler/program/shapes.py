"""How many positions a window has, and how many subspaces an input is cut into."""

from __future__ import annotations

from .activation import Layout


def window_output(size: int, kernel: int, stride: int, padding: int) -> int:
    """Positions of a window along one axis."""
    return (size + 2 * padding - kernel) // stride + 1


def subspaces_per_group(channels: int, taps: int, length: int, layout: Layout) -> int:
    """Subspaces of length `length` that cover one group's `channels` input channels."""
    return -(-channels * (taps if layout == "patch" else 1) // length)
