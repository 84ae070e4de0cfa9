"""Encoders in torch: from activations to codes to the rows of a layer's tables.

The same functions run on integer activations, bit-exact with `tabfab.sim.golden`, and on real
activations measured in steps of the activation grid, where rounding to the nearest integer is
part of a tree's comparison.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from .program import Encoder, Layout, NearestEncoder, Pair, TreeEncoder

_DISTANCES = 1 << 24
"""Most distances that `nearest` holds at a time (128 MiB)."""


def pad(x: Tensor, padding: Pair, value: Tensor) -> Tensor:
    """`x` (N, H, W, C) with `padding` (vertical, horizontal) pixels of `value` (C,) around it."""
    if padding == (0, 0):
        return x
    images, height, width, channels = x.shape
    vertical, horizontal = padding
    shape = (images, height + 2 * vertical, width + 2 * horizontal, channels)
    out = value.to(x.dtype).expand(shape).contiguous()
    out[:, vertical : vertical + height, horizontal : horizontal + width] = x
    return out


def windows(x: Tensor, kernel: Pair, stride: Pair) -> Tensor:
    """Every pixel under every window of a padded `x` (N, H, W, C).

    Returns
    -------
    A view (N, rows, columns, C, kernel height, kernel width).
    """
    return x.unfold(1, kernel[0], stride[0]).unfold(2, kernel[1], stride[1])


def cut(x: Tensor, groups: int, length: int) -> Tensor:
    """Cut (..., elements) group by group into (..., subspaces, length), zero-filled."""
    per_group = x.shape[-1] // groups
    missing = -per_group % length
    grouped = x.reshape(*x.shape[:-1], groups, per_group)
    if missing:
        grouped = torch.nn.functional.pad(grouped, (0, missing))
    return grouped.reshape(*x.shape[:-1], -1, length)


def encode(encoder: Encoder, points: Tensor) -> Tensor:
    """Codes (P, subspaces) int64 of `points` (P, subspaces, length)."""
    if isinstance(encoder, TreeEncoder):
        return _encode_tree(encoder, points)
    size = max(1, _DISTANCES // (encoder.subspaces * encoder.prototypes))
    parts = [points[start : start + size] for start in range(0, len(points), size)]
    return torch.cat([_encode_nearest(encoder, part) for part in parts])


def _encode_tree(encoder: TreeEncoder, points: Tensor) -> Tensor:
    dimensions = torch.from_numpy(encoder.dimensions.astype(np.int64)).reshape(-1)
    thresholds = torch.from_numpy(encoder.thresholds).reshape(-1)
    if points.is_floating_point():  # round(x) > t is x > t + 1/2
        thresholds = thresholds.to(points.dtype) + 0.5
    first = torch.arange(encoder.subspaces) * (encoder.prototypes - 1)
    node = torch.zeros(points.shape[:2], dtype=torch.int64)
    for _ in range(encoder.depth):
        at = node + first
        value = points.gather(2, dimensions[at].unsqueeze(-1)).squeeze(-1)
        node = 2 * node + 1 + (value > thresholds[at])
    return node - (encoder.prototypes - 1)


def _encode_nearest(encoder: NearestEncoder, points: Tensor) -> Tensor:
    # |x - p|^2 = |x|^2 - 2 x.p + |p|^2, and |x|^2 is the same for every prototype. In float64
    # integers stay exact; argmin takes the first of equals.
    prototypes = torch.from_numpy(encoder.points.astype(np.float64))
    dots = torch.bmm(points.to(torch.float64).transpose(0, 1), prototypes.transpose(1, 2))
    distances = (prototypes**2).sum(-1).unsqueeze(1) - 2 * dots
    return distances.argmin(-1).T


@dataclass(frozen=True)
class Slicing:
    """How a layer's input is cut into subspaces.

    Parameters
    ----------
    kernel, stride, padding, groups: of the convolution.
    layout: ``pixel`` or ``patch``.
    length: elements of a subspace (L).
    padding_value: (C,) what stands for a real zero in the input's integers.
    """

    kernel: Pair
    stride: Pair
    padding: Pair
    groups: int
    layout: Layout
    length: int
    padding_value: NDArray[np.int16]

    @property
    def taps(self) -> int:
        """Table rows that one subspace contributes to one window: kernel taps, or 1."""
        return self.kernel[0] * self.kernel[1] if self.layout == "pixel" else 1

    def vectors(self, x: Tensor) -> Tensor:
        """What is coded, padding included.

        Parameters
        ----------
        x: (N, H, W, C) activations.

        Returns
        -------
        (N, rows, columns, subspaces, length): rows and columns are those of the padded input in
        the ``pixel`` layout, of the output in the ``patch`` layout.
        """
        x = pad(x, self.padding, torch.from_numpy(self.padding_value))
        if self.layout == "patch":
            x = windows(x, self.kernel, self.stride).flatten(3)
        return cut(x, self.groups, self.length)

    def codes(self, encoder: Encoder, x: Tensor) -> Tensor:
        """Codes (N, rows, columns, subspaces) int64 of `vectors(x)`."""
        vectors = self.vectors(x)
        return encode(encoder, vectors.flatten(0, 2)).reshape(vectors.shape[:4])

    def rows(self, encoder: Encoder, x: Tensor) -> Tensor:
        """Which table rows each output position adds up.

        Parameters
        ----------
        encoder: the layer's encoder.
        x: (N, H, W, C) activations.

        Returns
        -------
        (N, rows, columns, groups, lookups) int64: row numbers of tables
        (subspaces, taps, K, M / groups) reshaped to (subspaces * taps * K, M / groups).
        """
        codes = self.codes(encoder, x)
        prototypes = encoder.prototypes
        if self.layout == "pixel":
            codes = windows(codes, self.kernel, self.stride).flatten(4)
        else:
            codes = codes.unsqueeze(-1)
        first = torch.arange(encoder.subspaces * self.taps) * prototypes
        rows = codes + first.reshape(encoder.subspaces, self.taps)
        return rows.reshape(*codes.shape[:3], self.groups, -1)


def look_up(tables: Tensor, rows: Tensor) -> Tensor:
    """Sums of table rows.

    Parameters
    ----------
    tables: (subspaces, taps, K, M / groups).
    rows: (N, rows, columns, groups, lookups) from `Slicing.rows`.

    Returns
    -------
    (N, rows, columns, M) in the tables' dtype.
    """
    flat = tables.flatten(0, 2)
    sums = torch.nn.functional.embedding_bag(rows.flatten(0, 3), flat, mode="sum")
    return sums.reshape(*rows.shape[:3], -1)
