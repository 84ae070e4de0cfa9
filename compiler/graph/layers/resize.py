"""Layers that make images larger."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from ...program import Pair
from .layer import Layer


@dataclass(frozen=True, eq=False, kw_only=True)
class Upsample(Layer):
    """Every pixel several times: nearest-neighbour upsampling.

    Parameters
    ----------
    factor: how often, (vertical, horizontal).
    """

    kind: ClassVar[str] = "upsample"
    factor: Pair


@dataclass(frozen=True, eq=False, kw_only=True)
class Interpolate(Layer):
    """Bilinear upsampling, pixels being half a pixel away from edges (``align_corners=False``).

    Parameters
    ----------
    factor: how much larger, (vertical, horizontal); powers of two.
    """

    kind: ClassVar[str] = "interpolate"
    factor: Pair


@dataclass(frozen=True, eq=False, kw_only=True)
class DepthToSpace(Layer):
    """Channels become pixels: each pixel a block of them, (block row, block column, channel).

    Parameters
    ----------
    block: pixels of a block, (vertical, horizontal).
    """

    kind: ClassVar[str] = "depth_to_space"
    block: Pair
