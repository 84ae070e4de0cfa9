"""Encoders in torch: from activations to codes to the rows of a layer's tables.

The same functions run on integer activations, bit-exact with `tabfab.sim.models.golden`, and on
real activations measured in steps of the activation grid, where rounding to the nearest integer is
part of a tree's comparison.
"""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from ...graph import Conv
from ...program import (
    NO_EDGES,
    Edges,
    Encoder,
    Layout,
    NearestEncoder,
    NearestL1Encoder,
    Pair,
    TableConv,
    TreeEncoder,
)
from ...program.tree_codes import encode_trees
from ..windows import pad, windows

_DISTANCES = 1 << 22
"""Most distances that `nearest` holds at a time (16 to 32 MiB)."""
_FLOAT32_EXACT = 1 << 24
"""Below it float32 holds every integer."""


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
    if isinstance(encoder, NearestL1Encoder):
        return _encode_nearest_l1(encoder, points)
    return _encode_nearest(encoder, points)


def _encode_tree(encoder: TreeEncoder, points: Tensor) -> Tensor:
    if points.dtype == torch.int16 and points.device.type == "cpu":
        return torch.from_numpy(encode_trees(encoder, points.numpy())).long()
    dimensions = torch.from_numpy(encoder.dimensions.astype(np.int64)).reshape(-1)
    thresholds = torch.from_numpy(encoder.thresholds).reshape(-1)
    if points.is_floating_point():  # round(x) > t is x > t + 1/2
        thresholds = thresholds.to(points.dtype) + 0.5
    subspace = torch.arange(encoder.subspaces)
    node = torch.zeros(points.shape[:2], dtype=torch.int64)
    for _ in range(encoder.levels):
        at = node + subspace * (encoder.leaves - 1)
        value = points.gather(2, dimensions[at].unsqueeze(-1)).squeeze(-1)
        node = 2 * node + 1 + (value > thresholds[at])
    leaf = node - (encoder.leaves - 1)
    if encoder.leaf_codes is None:
        return leaf
    codes = torch.from_numpy(encoder.leaf_codes.astype(np.int64)).reshape(-1)
    return codes[leaf + subspace * encoder.leaves]


def _encode_nearest(encoder: NearestEncoder, points: Tensor) -> Tensor:
    # |x - p|^2 = |x|^2 - 2 x.p + |p|^2, and |x|^2 is the same for every prototype; the distance
    # does not change when both move by `middle`, which keeps integers small. argmin takes the
    # first of equals.
    middle = (int(encoder.points.min()) + int(encoder.points.max())) // 2
    prototypes = torch.from_numpy(encoder.points) - middle
    points = points - middle
    dtype = _distance_type(points, prototypes)
    prototypes = prototypes.to(dtype)
    squares = (prototypes**2).sum(-1)
    codes = torch.empty(points.shape[:2], dtype=torch.int64)
    size = max(1, _DISTANCES // encoder.prototypes)
    for subspace in range(encoder.subspaces):
        by_element = prototypes[subspace].T
        for start in range(0, len(points), size):
            part = points[start : start + size, subspace].to(dtype)
            distances = torch.addmm(squares[subspace], part, by_element, alpha=-2)
            codes[start : start + size, subspace] = distances.argmin(-1)
    return codes


def _encode_nearest_l1(encoder: NearestL1Encoder, points: Tensor) -> Tensor:
    prototypes = torch.from_numpy(encoder.points)
    # Sums of absolute differences of integers are exact in float32: a subspace would need 256
    # elements to leave what it holds, and then takes float64.
    wide = points.is_floating_point() or points.shape[-1] << 16 >= _FLOAT32_EXACT
    dtype = torch.float64 if wide else torch.float32
    prototypes = prototypes.to(dtype)
    codes = torch.empty(points.shape[:2], dtype=torch.int64)
    size = max(1, _DISTANCES // encoder.prototypes)
    for subspace in range(encoder.subspaces):
        for start in range(0, len(points), size):
            part = points[start : start + size, subspace].to(dtype)
            distances = torch.cdist(part, prototypes[subspace], p=1)
            codes[start : start + size, subspace] = distances.argmin(-1)
    return codes


def _distance_type(points: Tensor, prototypes: Tensor) -> torch.dtype:
    """The fastest type in which the distances of integers are exact."""
    if points.is_floating_point():
        return torch.float64
    point, prototype = (int(values.abs().max()) if values.numel() else 0
                        for values in (points, prototypes))  # fmt: skip
    largest = points.shape[-1] * prototype * (prototype + 2 * point)
    return torch.float32 if largest < _FLOAT32_EXACT else torch.float64


@dataclass(frozen=True)
class Slicing:
    """How a layer's input is cut into subspaces.

    Parameters
    ----------
    kernel, stride, dilation, groups: of the convolution.
    edges: pixels of padding around its input.
    layout: ``pixel`` or ``patch``.
    length: elements of a subspace (L).
    padding_value: (C,) what stands for a real zero in the input's integers.
    """

    kernel: Pair
    stride: Pair
    dilation: Pair
    edges: Edges
    groups: int
    layout: Layout
    length: int
    padding_value: NDArray[np.int16]

    @classmethod
    def of(
        cls,
        layer: Conv | TableConv,
        layout: Layout,
        length: int,
        padding_value: NDArray[np.int16],
    ) -> Slicing:
        """That of a layer, in float or in integers; see `Slicing`."""
        return cls(
            layer.kernel, layer.stride, layer.dilation, layer.edges, layer.groups, layout, length,
            padding_value,
        )  # fmt: skip

    @property
    def inside(self) -> Slicing:
        """The same without padding."""
        return dataclasses.replace(self, edges=NO_EDGES)

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
        x = pad(x, self.edges, torch.from_numpy(self.padding_value))
        if self.layout == "patch":
            x = windows(x, self.kernel, self.stride, self.dilation).flatten(3)
        return cut(x, self.groups, self.length)

    def codes(self, encoder: Encoder, x: Tensor) -> Tensor:
        """Codes (N, rows, columns, subspaces) int64 of `vectors(x)`."""
        vectors = self.vectors(x)
        return encode(encoder, vectors.flatten(0, 2)).reshape(vectors.shape[:4])

    def rows(self, encoder: Encoder, x: Tensor) -> Tensor:
        """Which table rows each output position adds up, as `rows_of`.

        Parameters
        ----------
        encoder: the layer's encoder.
        x: (N, H, W, C) activations.
        """
        return self.rows_of(self.codes(encoder, x), encoder.prototypes)

    def rows_of(self, codes: Tensor, prototypes: int) -> Tensor:
        """Which table rows each output position adds up.

        Parameters
        ----------
        codes: (N, rows, columns, subspaces) of `vectors`.
        prototypes: rows of a table (K).

        Returns
        -------
        (N, rows, columns, groups, lookups) int64: row numbers of tables
        (subspaces, taps, K, M / groups) reshaped to (subspaces * taps * K, M / groups).
        """
        subspaces = codes.shape[3]
        if self.layout == "pixel":
            codes = windows(codes, self.kernel, self.stride, self.dilation).flatten(4)
        else:
            codes = codes.unsqueeze(-1)
        first = torch.arange(subspaces * self.taps, device=codes.device) * prototypes
        rows = codes + first.reshape(subspaces, self.taps)
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
