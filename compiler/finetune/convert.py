"""Turning one layer of the network under training into a layer by lookup."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from ..learn.nearest import learn_nearest_encoder
from ..learn.sample import sample_points
from ..learn.tree import learn_tree_encoder
from ..learn.weights import error_metric, sliced_channels, sliced_weights
from ..lookup import Slicing, encode
from ..options import LayerOptions
from ..program import Encoder
from .encoder_tensors import encoder_from_tensors
from .layers import TrainedConv
from .lookup import Lookup

_POINTS = 25_000
"""Points that an encoder is learned from."""
_STATISTICS = 256
"""Images that the statistics of a layer's outputs are taken of."""


def convert(conv: TrainedConv, x: Tensor, options: LayerOptions) -> None:
    """Give a layer an encoder and prototypes for what arrives at it now.

    Parameters
    ----------
    conv: the layer, still by multiplication.
    x: (N, H, W, C) int16, its input on calibration images.
    options: how.
    """
    layer = dataclasses.replace(conv.layer, weight=conv.weight.detach().cpu().numpy())
    slicing = _slicing(conv, options)
    points = sample_points(slicing, x, _POINTS, options.seed)
    kind = conv.source.type
    if options.encoder == "tree":
        metric = error_metric(sliced_weights(layer, slicing, conv.source))
        encoder: Encoder = learn_tree_encoder(
            points, kind, options.prototypes, metric, options.tree_levels, options.seed
        )
    else:
        encoder = learn_nearest_encoder(points, kind, options.prototypes, options.seed)
    zeros = sliced_channels(layer, slicing, conv.padding_value.astype(np.float64))
    steps = sliced_channels(layer, slicing, conv.source.steps)
    prototypes = (code_means(encoder, points) - zeros[:, None]) * steps[:, None]
    device = conv.weight.device
    sample = x[:_STATISTICS].permute(0, 3, 1, 2).to(device, torch.float32)
    statistics = conv.output_statistics(sample)
    conv.become(Lookup(slicing, encoder, kind, prototypes.astype(np.float32)).to(device))
    conv.match_outputs(sample, *statistics)


def restore_lookup(conv: TrainedConv, arrays: Mapping[str, Tensor], options: LayerOptions) -> None:
    """Make a layer look up as it did before, with prototypes that are still to be filled in.

    Parameters
    ----------
    conv: the layer, still by multiplication.
    arrays: of its encoder (`encoder_tensors`).
    options: how it was converted.
    """
    slicing = _slicing(conv, options)
    encoder = encoder_from_tensors(arrays, slicing.length)
    shape = (encoder.subspaces, encoder.prototypes, slicing.length)
    lookup = Lookup(slicing, encoder, conv.source.type, np.zeros(shape, np.float32))
    conv.become(lookup.to(conv.weight.device))


def _slicing(conv: TrainedConv, options: LayerOptions) -> Slicing:
    layer = conv.layer
    layout, length = options.cut(layer, len(conv.padding_value))
    return Slicing(
        layer.kernel, layer.stride, layer.padding, layer.groups, layout, length, conv.padding_value
    )


def code_means(encoder: Encoder, points: NDArray[np.int16]) -> NDArray[np.float64]:
    """(subspaces, K, length): the mean of each code's points, of all points for unused codes."""
    codes = encode(encoder, torch.from_numpy(points)).numpy()
    means = np.empty((encoder.subspaces, encoder.prototypes, encoder.length))
    for subspace in range(encoder.subspaces):
        code = codes[:, subspace]
        count = np.bincount(code, minlength=encoder.prototypes)
        for element in range(encoder.length):
            x = points[:, subspace, element]
            sums = np.bincount(code, weights=x, minlength=encoder.prototypes)
            means[subspace, :, element] = np.where(count, sums / np.maximum(count, 1), x.mean())
    return means
