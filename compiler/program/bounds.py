"""Accumulator bounds: why overflow is impossible."""

from __future__ import annotations

import dataclasses
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from .activation import ActivationType, require
from .nodes.conv import Conv
from .nodes.exact import ExactConv
from .nodes.table import TableConv

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
    least, most = channel_bounds(node, source)
    low, high = int(least.min()), int(most.max())
    require(
        low >= -_WIDEST and high < _WIDEST,
        f"layer {node.name!r} reaches {low}..{high}, which 32 bits cannot hold",
    )
    return low, high


def channel_bounds(
    node: Conv, source: ActivationType
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Smallest and largest ``sum + bias + half`` of each channel, over all inputs.

    For a table layer it is the sum of every table's extreme rows, for an exact one of every
    product's extremes.

    Parameters
    ----------
    node, source: as of `accumulator_bounds`.

    Returns
    -------
    (channels,) each.
    """
    if isinstance(node, TableConv):
        per_group = node.tables.astype(np.int64).reshape(
            node.groups, -1, node.tables.shape[1], *node.tables.shape[2:]
        )
        least = per_group.min(axis=3).sum(axis=(1, 2)).reshape(-1)
        most = per_group.max(axis=3).sum(axis=(1, 2)).reshape(-1)
    elif isinstance(node, ExactConv):
        products = np.stack([node.weight.astype(np.int64) * x for x in (source.low, source.high)])
        least = products.min(axis=0).sum(axis=(1, 2, 3))
        most = products.max(axis=0).sum(axis=(1, 2, 3))
    else:
        raise TypeError(f"{type(node).__name__} has no accumulator")
    offset = node.bias.astype(np.int64) + node.half
    return least + offset, most + offset


def with_bounds(node: _ConvT, source: ActivationType) -> _ConvT:
    """`node` with its `accumulator` field proven from its contents."""
    return dataclasses.replace(node, accumulator=accumulator_bounds(node, source))
