"""Learning an exact layer: its weights, for what really arrives."""

from __future__ import annotations

import dataclasses

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from ...graph import Conv
from ...scales.choose import TensorScale
from ..fitting.fit import fit_weights
from ..fitting.sample import sample_positions
from ..fitting.target import Target
from ..table.lookup import pad, windows

_POSITIONS = 50_000
"""Output positions that weights are fitted to."""


def learn_weights(
    layer: Conv,
    x: Tensor,
    source: TensorScale,
    padding_value: NDArray[np.int16],
    target: Target,
    seed: int,
) -> Conv:
    """The layer with weights and bias refitted to make up for what was lost upstream.

    Parameters
    ----------
    layer: the float layer.
    x: (N, H, W, C) int16, the converted network's activations on the calibration images.
    source: scale of `x`.
    padding_value: (C,) what stands for a real zero in `x`.
    target: what the layer should compute.
    seed: of the choice of positions.
    """
    taps = layer.kernel[0] * layer.kernel[1]

    def inputs(batch: Tensor) -> Tensor:
        padded = pad(batch, layer.padding, torch.from_numpy(padding_value))
        patches = windows(padded, layer.kernel, layer.stride).flatten(3)
        return patches.reshape(*patches.shape[:3], layer.groups, -1)

    sample = sample_positions(inputs, x, target, _POSITIONS, seed)
    steps = np.repeat(source.steps, taps).reshape(layer.groups, -1)
    weight, bias = fit_weights(sample, layer.weight.astype(np.float64), steps)
    zeros = np.repeat(source.zeros, taps).reshape(layer.groups, 1, -1) * steps[:, None]
    products = weight.reshape(layer.groups, len(weight) // layer.groups, -1) * zeros
    bias += products.sum(axis=-1).reshape(-1)
    return dataclasses.replace(
        layer, weight=weight.astype(np.float32), bias=bias.astype(np.float32)
    )
