"""Layers that only move values."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from ...program import NO_EDGES, Edges, Pair
from .layer import Layer


@dataclass(frozen=True, eq=False, kw_only=True)
class SlicePad(Layer):
    """Some pixels of an image, with zero channels around them.

    Parameters
    ----------
    step: (vertical, horizontal), of what is not cut off.
    channels: zero channels added (before, after).
    cut: rows (above, below) and columns (to the left, to the right) that are cut off.
    """

    kind: ClassVar[str] = "slice_pad"
    step: Pair
    channels: Pair
    cut: Edges = NO_EDGES


@dataclass(frozen=True, eq=False, kw_only=True)
class Flatten(Layer):
    """(C, H, W) to (H * W * C, 1, 1) in channel-minor order."""

    kind: ClassVar[str] = "flatten"


@dataclass(frozen=True, eq=False, kw_only=True)
class Reshape(Layer):
    """The same numbers, pixel by pixel, channel-minor, in another shape than that of a vector."""

    kind: ClassVar[str] = "reshape"


@dataclass(frozen=True, eq=False, kw_only=True)
class Pad(Layer):
    """Rows and columns of zeros around an image, where nothing that reads it can pad by itself.

    Parameters
    ----------
    border: rows (above, below) and columns (to the left, to the right).
    """

    kind: ClassVar[str] = "pad"
    border: Edges
