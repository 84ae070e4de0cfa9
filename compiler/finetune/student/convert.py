"""Turning one layer of the network under training into a layer by lookup."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping

import numpy as np
import torch
from torch import Tensor

from ...methods.fitting.target import Target
from ...methods.table.lookup import Slicing
from ...methods.table.tables import FloatTables, learn_tables
from ...methods.table.training.encoder_tensors import encoder_from_tensors
from ...methods.table.training.entries import weight_of_tables
from ...methods.table.training.lookup import Lookup
from ...options import LayerOptions
from ...scales.choose import TensorScale
from .layers import TrainedConv

_BATCH = 100
"""Images at a time."""


def convert(conv: TrainedConv, x: Tensor, options: LayerOptions) -> None:
    """Give a layer an encoder and tables, fitted to what it computes of what arrives now.

    Parameters
    ----------
    conv: the layer, still by multiplication.
    x: (N, H, W, C) int16, its input on calibration images.
    options: how.
    """
    layer = dataclasses.replace(
        conv.layer,
        weight=conv.weight.detach().cpu().numpy(),
        bias=conv.bias.detach().cpu().numpy(),
    )
    zeros = conv.padding_value.astype(np.float64)  # what the layer's bias counts from
    source = TensorScale(conv.source.type, conv.source.steps, zeros)
    target = Target(_results(conv, x), None, layer.low, layer.high)
    take_tables(conv, learn_tables(layer, x, source, conv.padding_value, target, options))


def take_tables(conv: TrainedConv, learned: FloatTables) -> None:
    """Make a layer look up in tables that were learned for it.

    Parameters
    ----------
    conv: the layer, still by multiplication.
    learned: its encoder and tables.
    """
    lookup = Lookup(learned.slicing, learned.encoder, conv.source.type)
    weight = weight_of_tables(learned.tables, conv.layer)
    conv.become(lookup, weight.float(), torch.from_numpy(learned.bias).float())


def restore_lookup(conv: TrainedConv, arrays: Mapping[str, Tensor], options: LayerOptions) -> None:
    """Make a layer look up as it did before, with tables that are still to be filled in.

    Parameters
    ----------
    conv: the layer, still by multiplication.
    arrays: of its encoder (`encoder_tensors`).
    options: how it was converted.
    """
    layer = conv.layer
    layout, length = options.cut(layer, len(conv.padding_value))
    slicing = Slicing(
        layer.kernel, layer.stride, layer.padding, layer.groups, layout, length, conv.padding_value
    )
    encoder = encoder_from_tensors(arrays, length)
    outputs = layer.shape[0] // layer.groups
    tables = np.zeros((encoder.subspaces, slicing.taps, encoder.prototypes, outputs), np.float32)
    lookup = Lookup(slicing, encoder, conv.source.type)
    conv.become(lookup, weight_of_tables(tables, layer), torch.zeros(layer.shape[0]))


@torch.no_grad()
def _results(conv: TrainedConv, x: Tensor) -> Tensor:
    """(N, rows, columns, M) float32 real results of a layer before its clamp, on the CPU."""
    parts = []
    for start in range(0, len(x), _BATCH):
        batch = x[start : start + _BATCH].permute(0, 3, 1, 2)
        steps = conv.sums(batch.to(conv.weight.device, torch.float32))
        parts.append((steps * conv.scale.step).permute(0, 2, 3, 1).cpu())
    return torch.cat(parts)
