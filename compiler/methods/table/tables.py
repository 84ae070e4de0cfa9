"""Learning a table layer: its encoder on the activations that arrive, then its tables."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from ...graph import Conv
from ...program import Encoder, Layout, NearestEncoder, TableConv
from ...program.encoders import ENCODER_KINDS
from ...scales.quantize import QuantizedLayer, quantize_tables
from ...scales.quantize_nodes import conv_fields
from ...scales.tensor_scale import TensorScale
from ..fitting.fit import fit_decoded, fit_tables
from ..fitting.sample import sample_positions
from ..fitting.target import Target
from ..method import Arriving, Learned
from .lookup import Slicing, encode, look_up
from .nearest import learn_nearest_encoder, learn_nearest_l1_encoder
from .options import TableOptions
from .points import sample_points
from .refine_tree import group_means
from .tree import learn_tree_encoder, tree_leaves
from .weights import error_metric, sliced_channels, sliced_weights

_POINTS = 25_000
"""Points that an encoder is learned from, at least."""
_POINTS_PER_PROTOTYPE = 4
"""How many of them there are for each nearest prototype, at least."""
_POINTS_PER_LEAF = 48
"""How many of them there are for each leaf of a tree, at least. Trees with few points to a leaf
learn those points, not where others lie (docs/notebook)."""
_POSITIONS = 100_000
"""Output positions that tables are fitted to, where they have less than `_FEATURES` rows."""
_FEATURES = 6_000
"""Table rows, or else output positions, of one least-squares problem."""
_DECODED = 1 << 26
"""Decoded activations that weights are fitted to, at most (256 MiB)."""
_FINE_BITS = 8
"""Bits of entries from which on weights are fitted; coarser entries suffer from larger ones."""
_LARGE = 1 << 22
"""Entries beyond which tables are kept in float32."""


@dataclass(frozen=True, eq=False)
class FloatTables(Learned):
    """A table layer before quantization.

    Parameters
    ----------
    layer: the float layer.
    slicing: how the input is cut.
    encoder: codes for all subspaces.
    tables: (subspaces, taps or 1, K, M / groups) float64, or float32 where they are large, in
        real units.
    bias: (M,) float64.
    source: the input's scale.
    bits: of an entry.
    """

    layer: Conv
    slicing: Slicing
    encoder: Encoder
    tables: NDArray[np.floating]
    bias: NDArray[np.float64]
    source: TensorScale
    bits: int

    def __call__(self, x: Tensor) -> Tensor:
        """(N, C, H, W) float32 to (N, M, rows, columns), with nothing rounded but the codes."""
        steps, zeros = (
            torch.from_numpy(values).float() for values in (self.source.steps, self.source.zeros)
        )
        integers = x.permute(0, 2, 3, 1) / steps + zeros
        rows = self.slicing.rows(self.encoder, integers)
        sums = look_up(torch.from_numpy(self.tables).float(), rows)
        return (sums + torch.from_numpy(self.bias).float()).permute(0, 3, 1, 2)

    def node(self, scale: TensorScale) -> TableConv:
        """Integer tables in units of the output's `scale`."""
        integers = quantize_tables(self.tables, self.bias, self.layer.groups, scale.step, self.bits)
        return table_node(self.layer, integers, scale, self.slicing.layout, self.encoder)


def table_node(
    layer: Conv, integers: QuantizedLayer, scale: TensorScale, layout: Layout, encoder: Encoder
) -> TableConv:
    """A convolution by lookup; `scale` is its output's."""
    return TableConv(
        **conv_fields(layer, integers, scale),
        layout=layout,
        encoder=encoder,
        tables=integers.entries,
    )


def learn_tables(
    layer: Conv, arriving: Arriving, target: Target, options: TableOptions
) -> FloatTables:
    """Encoder and tables of one layer.

    Without `MethodOptions.refit` the tables are prototypes times weights, TabConv's (arXiv
    2404.05872, section 3.2).

    Parameters
    ----------
    layer: the float layer.
    arriving: what reaches it.
    target: what the layer should compute.
    options: how.
    """
    x, source, padding_value = arriving.values, arriving.scale, arriving.padding_value
    layout, length = options.cut(layer, x.shape[3])
    slicing = Slicing.of(layer, layout, length, padding_value)
    weights = sliced_weights(layer, slicing, source)
    points = sample_points(slicing, x, wanted_points(options), options.seed)
    if options.encoder == "tree":
        metric = error_metric(weights)
        encoder: Encoder = learn_tree_encoder(
            points, source.type, options.prototypes, metric, options.tree_levels
        )
    else:
        learn = (
            learn_nearest_l1_encoder if options.encoder == "nearest-l1" else learn_nearest_encoder
        )
        encoder = learn(points, source.type, options.prototypes, options.seed)
    if isinstance(encoder, NearestEncoder) and not options.refit:
        prototypes = encoder.points.astype(np.float64)
    else:
        prototypes = _leaf_means(encoder, points)
    offsets = sliced_channels(layer, slicing, source.zeros)[:, None]
    if not options.refit:
        products = _products(prototypes - offsets, weights)
        bias = layer.bias.astype(np.float64)
        return FloatTables(layer, slicing, encoder, products, bias, source, options.table_bits)
    table_rows = weights[..., 0, 0].size * options.prototypes // layer.groups
    for_weights = min(_POSITIONS, _DECODED // (table_rows // options.prototypes * length))
    for_tables = _POSITIONS if table_rows <= _FEATURES else _FEATURES
    sample = sample_positions(
        lambda batch: slicing.rows(encoder, batch),
        x,
        target,
        max(for_tables, for_weights),
        options.seed,
    )
    decoded = prototypes - offsets
    if options.table_bits >= _FINE_BITS:
        weights = fit_decoded(sample.some(for_weights, options.seed), decoded, weights)
    products = _products(decoded, weights)
    tables, bias = fit_tables(
        sample.some(for_tables, options.seed), products.astype(np.float64, copy=False)
    )
    return FloatTables(layer, slicing, encoder, tables, bias, source, options.table_bits)


def wanted_points(options: TableOptions) -> int:
    """How many points an encoder is learned from, where the images have as many."""
    if issubclass(ENCODER_KINDS[options.encoder], NearestEncoder):
        return max(_POINTS, _POINTS_PER_PROTOTYPE * options.prototypes)
    return max(_POINTS, _POINTS_PER_LEAF * tree_leaves(options.prototypes, options.tree_levels))


def _products(
    prototypes: NDArray[np.float64], weights: NDArray[np.float64]
) -> NDArray[np.floating]:
    """Tables (subspaces, taps or 1, K, M / groups).

    Parameters
    ----------
    prototypes: (subspaces, K, length) in integer steps of the input.
    weights: (subspaces, taps or 1, length, M / groups) per integer step.
    """
    entries = prototypes[..., 0].size * weights[0, :, 0].size
    dtype = np.float32 if entries > _LARGE else np.float64
    return np.matmul(prototypes[:, None].astype(dtype), weights.astype(dtype))


def _leaf_means(encoder: Encoder, points: NDArray[np.int16]) -> NDArray[np.float64]:
    """(subspaces, K, length): the mean of each code's points, of all points for unused codes."""
    codes = encode(encoder, torch.from_numpy(points)).numpy()
    return np.stack(
        [
            group_means(points[:, subspace], codes[:, subspace], encoder.prototypes)
            for subspace in range(encoder.subspaces)
        ]
    )
