"""Turning one layer of the network under training into a layer by lookup."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from ..learn.tables import FloatTables, learn_tables
from ..learn.target import Target
from ..lookup import Slicing
from ..options import LayerOptions
from ..scales import TensorScale
from .encoder_tensors import encoder_from_tensors
from .layers import TrainedConv
from .lookup import Lookup

_BATCH = 100
"""Images at a time."""
_RANK_PER_ELEMENT = 2
"""A table's rank, by default, for each element of its subspace."""

Reals = NDArray[np.float64]


def convert(conv: TrainedConv, x: Tensor, options: LayerOptions, rank: int | None) -> None:
    """Give a layer an encoder and tables, fitted to what it computes of what arrives now.

    Parameters
    ----------
    conv: the layer, still by multiplication.
    x: (N, H, W, C) int16, its input on calibration images.
    options: how.
    rank: of each subspace's table; twice the subspace's length if None.
    """
    layer = dataclasses.replace(
        conv.layer,
        weight=conv.weight.detach().cpu().numpy(),
        bias=conv.bias.detach().cpu().numpy(),
    )
    zeros = conv.padding_value.astype(np.float64)  # what the layer's bias counts from
    source = TensorScale(conv.source.type, conv.source.steps, zeros)
    target = Target(_results(conv, x), None, layer.low, layer.high)
    take_tables(conv, learn_tables(layer, x, source, conv.padding_value, target, options), rank)


def take_tables(conv: TrainedConv, learned: FloatTables, rank: int | None) -> None:
    """Make a layer look up in tables that were learned for it.

    Parameters
    ----------
    conv: the layer, still by multiplication.
    learned: its encoder and tables.
    rank: of each subspace's table; twice the subspace's length if None.
    """
    middle = learned.tables.mean(axis=2)
    rank = rank or _RANK_PER_ELEMENT * learned.slicing.length
    rows, weights = factor(learned.tables - middle[:, :, None], rank)
    lookup = Lookup(learned.slicing, learned.encoder, conv.source.type, rows.astype(np.float32))
    codes = lookup.padding_codes.numpy()
    if len(codes):  # rows will be relative to that of padding
        middle = middle + np.einsum("sr,srtm->stm", rows[np.arange(len(rows)), codes], weights)
    by_group = middle.reshape(conv.layer.groups, -1, middle.shape[2])
    bias = learned.bias + by_group.sum(axis=1).reshape(-1)
    conv.become(lookup, _as_convolution(weights, conv), torch.from_numpy(bias).float())


def restore_lookup(
    conv: TrainedConv, arrays: Mapping[str, Tensor], options: LayerOptions, rank: int | None
) -> None:
    """Make a layer look up as it did before, with tables that are still to be filled in.

    Parameters
    ----------
    conv: the layer, still by multiplication.
    arrays: of its encoder (`encoder_tensors`).
    options, rank: how it was converted.
    """
    layer = conv.layer
    layout, length = options.cut(layer, len(conv.padding_value))
    slicing = Slicing(
        layer.kernel, layer.stride, layer.padding, layer.groups, layout, length, conv.padding_value
    )
    encoder = encoder_from_tensors(arrays, length)
    tables = np.zeros((encoder.subspaces, slicing.taps, encoder.prototypes, 1))
    rank = rank or _RANK_PER_ELEMENT * length
    rows, weights = factor(tables.repeat(layer.shape[0] // layer.groups, axis=3), rank)
    lookup = Lookup(slicing, encoder, conv.source.type, rows.astype(np.float32))
    conv.become(lookup, _as_convolution(weights, conv), torch.zeros(layer.shape[0]))


def factor(tables: Reals, rank: int) -> tuple[Reals, Reals]:
    """The best tables of a rank, as products (singular value decomposition).

    Parameters
    ----------
    tables: (subspaces, taps, K, M / groups).
    rank: K, or M / groups times taps, if they are less, keep the tables as they are.

    Returns
    -------
    rows (subspaces, K, rank) and weights (subspaces, rank, taps, M / groups), whose products
    over the rank are the tables.
    """
    subspaces, taps, prototypes, outputs = tables.shape
    by_row = tables.transpose(0, 2, 1, 3).reshape(subspaces, prototypes, -1)
    left, values, right = np.linalg.svd(by_row, full_matrices=False)
    roots = np.sqrt(values[:, :rank])
    rows = left[:, :, :rank] * roots[:, None]
    weights = right[:, :rank] * roots[:, :, None]
    return rows, weights.reshape(subspaces, -1, taps, outputs)


def _as_convolution(weights: Reals, conv: TrainedConv) -> Tensor:
    """(M, subspaces / groups * rank, kernel height, kernel width), or 1x1 for patches, float32."""
    groups = conv.layer.groups
    subspaces, rank, taps, outputs = weights.shape
    kernel = conv.layer.kernel if taps > 1 else (1, 1)
    by_group = weights.reshape(groups, subspaces // groups, rank, taps, outputs)
    arranged = by_group.transpose(0, 4, 1, 2, 3).reshape(groups * outputs, -1, *kernel)
    return torch.from_numpy(np.ascontiguousarray(arranged)).float()


@torch.no_grad()
def _results(conv: TrainedConv, x: Tensor) -> Tensor:
    """(N, rows, columns, M) float32 real results of a layer before its clamp, on the CPU."""
    parts = []
    for start in range(0, len(x), _BATCH):
        batch = x[start : start + _BATCH].permute(0, 3, 1, 2)
        sums = conv.sums(batch.to(conv.weight.device, torch.float32), conv.weight, conv.bias)
        parts.append(sums.permute(0, 2, 3, 1).cpu())
    return torch.cat(parts)
