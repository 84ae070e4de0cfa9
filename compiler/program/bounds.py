"""Accumulator bounds: why overflow is impossible."""

from __future__ import annotations

import dataclasses
from typing import TypeVar

from .activation import ActivationType, require
from .nodes.conv import Bounds, Conv

_ConvT = TypeVar("_ConvT", bound=Conv)
_WIDEST = 1 << 31


def accumulator_bounds(node: Conv, source: ActivationType) -> tuple[int, int]:
    """Smallest and largest ``sum + bias + half`` of any channel of `node`, over all inputs.

    Overflow is impossible in an accumulator that holds these two values.

    Parameters
    ----------
    node: the layer; its `accumulator` field is not read.
    source: type of its input.

    Raises
    ------
    ProgramError: they do not fit 32 bits.
    """
    least, most = node.channel_bounds(source)
    low, high = int(least.min()), int(most.max())
    require(
        low >= -_WIDEST and high < _WIDEST,
        f"layer {node.name!r} reaches {low}..{high}, which 32 bits cannot hold",
    )
    return low, high


def channel_bounds(node: Conv, source: ActivationType) -> Bounds:
    """Smallest and largest ``sum + bias + half`` of each channel (`Conv.channel_bounds`)."""
    return node.channel_bounds(source)


def with_bounds(node: _ConvT, source: ActivationType) -> _ConvT:
    """`node` with its `accumulator` field proven from its contents."""
    return dataclasses.replace(node, accumulator=accumulator_bounds(node, source))
