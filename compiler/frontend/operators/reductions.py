"""Means, sums and largest values over axes: pools of an image's size, or a convolution."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch

from ...graph import AveragePool, Conv, MaxPool
from ...program import Pair, Shape
from ..draft.call import Call, lowers
from ..draft.values import Places, Value
from .convolutions import with_output_of
from .pools import pool_of

aten = torch.ops.aten


@lowers(aten.mean.dim, aten.mean.default)
def lower_mean(call: Call) -> Value:
    """An `AveragePool`, or the mean of all channels as a convolution."""
    found = _reduction(call)
    if found.pool is None:
        return _over_channels(call, found)
    return _pooled(call, found, AveragePool)


@lowers(aten.sum.dim_IntList)
def lower_sum(call: Call) -> Value:
    """The mean times the number of what is added up."""
    value = lower_mean(call)
    numbers = float(call.layer_value().places.size // max(1, value.places.size))
    return call.affine(value, torch.tensor([numbers]), torch.zeros(1))


@lowers(aten.amax.default, aten.max.dim)
def lower_largest(call: Call) -> Value:
    """A `MaxPool`."""
    found = _reduction(call)
    if found.pool is None:
        raise call.unsupported(
            "over channels", "return the scores (tabfab finds the largest), or max over pixels"
        )
    return _pooled(call, found, MaxPool)


@dataclass(frozen=True, eq=False)
class _Reduction:
    """What is reduced.

    Parameters
    ----------
    value: of the numbers.
    pool: rows and columns that become one; None where channels do.
    shape: (channels, height, width) of the result.
    order: of torch's numbers in it.
    """

    value: Value
    pool: Pair | None
    shape: Shape
    order: Places


def _reduction(call: Call) -> _Reduction:
    """Which axes of the image the axes of the call are.

    Raises
    ------
    UnsupportedOperatorError: they are no axes of it.
    """
    value = call.layer_value()
    rank = 1 + len(value.tail)
    given = call.arguments.get("dim")
    axes: Sequence[int] = [given] if isinstance(given, int) else (given or range(rank))
    over = sorted({int(axis) % rank for axis in axes})
    refused = call.unsupported(
        f"over dimensions {over} of shape {('N', *value.tail)}".replace("'", ""),
        "reduce over height, width, both, or channels",
    )
    if 0 in over:
        raise refused
    channels, height, width = value.shape
    kept = np.moveaxis(value.places, [axis - 1 for axis in over], range(-len(over), 0))
    together = kept.reshape(*kept.shape[: kept.ndim - len(over)], -1)
    ways: list[tuple[Pair | None, Shape]] = [
        ((height, width), (channels, 1, 1)),
        ((1, width), (channels, height, 1)),
        ((height, 1), (channels, 1, width)),
        (None, (1, height, width)),
    ]
    for pool, shape in ways:
        pixel, channel = np.divmod(together, channels)
        row, column = np.divmod(pixel, width)
        place = [
            np.where(size == 1, 0, axis)
            for size, axis in zip(shape, (channel, row, column), strict=True)
        ]
        groups = (place[1] * shape[2] + place[2]) * shape[0] + place[0]
        alike = bool((groups == groups[..., :1]).all())
        whole = value.is_whole and together.shape[-1] * np.prod(shape) == np.prod(value.shape)
        if alike and whole:
            return _Reduction(value, pool, shape, groups[..., 0].reshape(call.tail))
    raise refused


def _pooled(call: Call, found: _Reduction, kind: type[MaxPool | AveragePool]) -> Value:
    assert found.pool is not None
    pool = pool_of(call, kind, found.value, found.pool, found.pool)
    return call.add(with_output_of(pool, found.value), found.order)


def _over_channels(call: Call, found: _Reduction) -> Value:
    channels = found.value.shape[0]
    return call.add(
        Conv(
            name=call.layer_name("mean"),
            inputs=(found.value.layer,),
            shape=found.shape,
            source=call.place.source,
            kernel=(1, 1),
            weight=np.full((1, channels, 1, 1), 1 / channels, np.float32),
            bias=np.zeros(1, np.float32),
        ),
        found.order,
    )
