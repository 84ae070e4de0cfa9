"""Haste layers of a program in torch, bit-exact with the golden model."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from ...program import HasteConv
from ...program.nodes.haste import RECIPROCAL_HALF, RECIPROCAL_SHIFT
from .merging import Buckets, hashed
from .patches import Patching

_ELEMENTS = 1 << 23
"""Of patches' inputs that are under way at a time."""
_SINGLE = 1 << 24
"""Magnitude up to which single precision holds every integer."""
_MOST_PARTS = 6
"""Products in single precision that take less time than one in double precision."""


def merged_sums(node: HasteConv, x: Tensor, zero: NDArray[np.int16]) -> Tensor:
    """Sums of products over buckets; parameters and result as of `Method.sums`."""
    patching, padding = Patching.of(node), torch.from_numpy(zero)
    planes, reciprocals = torch.from_numpy(node.hyperplanes), torch.from_numpy(node.reciprocals)
    weight = torch.from_numpy(node.weight).flatten(2).transpose(1, 2)  # channels last, as pixels
    weight = weight.reshape(node.groups, -1, node.weight[0].size).transpose(1, 2)
    parts = []
    for images in at_a_time(patching, x):
        means = integer_means(patching, images, padding, planes, reciprocals)
        inputs = patching.windows(means.permute(0, 2, 3, 1).contiguous())
        down, right, taps = inputs.shape[1], inputs.shape[2], node.taps
        by_group = inputs.reshape(-1, taps, node.groups, weight.shape[1] // taps)
        by_group = by_group.permute(2, 0, 1, 3).flatten(2)
        sums = _products(by_group, weight, float(means.abs().max()))
        parts.append(patching.joined(sums.transpose(0, 1).reshape(-1, down, right, node.shape[0])))
    return torch.cat(parts)


def integer_means(
    patching: Patching, x: Tensor, zero: Tensor, planes: Tensor, reciprocals: Tensor
) -> Tensor:
    """What every patch sees, each channel as its bucket's mean.

    Parameters
    ----------
    patching: how the layer is cut.
    x: (N, H, W, C) int16 activations.
    zero: (C,) what stands for a real zero in them.
    planes: (L, halo height, halo width) int8.
    reciprocals: `HasteConv.reciprocals`.

    Returns
    -------
    (N * patches, C, halo height, halo width) float32 integers in units of the means.
    """
    seen = patching.cut(x, zero).float()
    buckets = integer_buckets(seen, planes, patching.groups)
    sums = buckets.sums(seen).int() * reciprocals[buckets.sizes][:, None]
    means = (sums + RECIPROCAL_HALF) >> RECIPROCAL_SHIFT
    return buckets.spread(means.float(), seen)


def integer_buckets(seen: Tensor, planes: Tensor, groups: int) -> Buckets:
    """`hashed` of a program's integers."""
    largest = planes[0].numel() * (seen.shape[1] // groups) * 256
    exact = torch.float32 if largest < _SINGLE else torch.float64
    return hashed(seen.to(exact), planes.to(exact), groups)


def at_a_time(patching: Patching, x: Tensor) -> Iterator[Tensor]:
    """`x` (N, ...) in parts whose patches fit a processor's memory."""
    (in_column, in_row), (down, right) = patching.patches, patching.halo
    size = max(1, _ELEMENTS // (in_column * in_row * down * right * x.shape[3]))
    yield from torch.split(x, size)


def _products(inputs: Tensor, weight: Tensor, largest: float) -> Tensor:
    """(groups, rows, outputs) int32 matrix products, no partial sum of which is rounded.

    Parameters
    ----------
    inputs: (groups, rows, inputs of a group) float32 integers.
    weight: (groups, inputs of a group, outputs of a group) int8.
    largest: magnitude of `inputs`.
    """
    sizes = weight.double().abs()
    parts = int(float(sizes.sum(dim=1).max()) * largest / _SINGLE) + 1
    pieces = sizes.chunk(min(parts, weight.shape[1]), dim=1)
    if parts > _MOST_PARTS or max(float(p.sum(dim=1).max()) for p in pieces) * largest >= _SINGLE:
        # By way of int64, which wraps: only with the bias do all sums fit 32 bits.
        return (inputs.double() @ weight.double()).long().int()
    widths = [piece.shape[1] for piece in pieces]
    columns = torch.split(inputs, widths, dim=2)
    factors = torch.split(weight.float(), widths, dim=1)
    sums = [(some @ by).int() for some, by in zip(columns, factors, strict=True)]
    return torch.stack(sums).sum(dim=0, dtype=torch.int32)
