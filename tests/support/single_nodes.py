"""Inputs of single nodes, and what torch makes of them, for tests of the golden model."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from tabfab.compiler import program as ir
from tabfab.sim.models.parts import Activations, Source

IMAGES = 3

WINDOWS: list[dict[str, Any]] = [
    {"kernel": (1, 1)},
    {"kernel": (3, 3), "padding": (1, 1)},
    {"kernel": (3, 2), "stride": (2, 1), "padding": (0, 1)},
    {"kernel": (2, 4), "stride": (3, 5), "padding": (1, 3)},
    {"kernel": (5, 6)},
]
"""All fit a 5x6 image."""


def activations(rng: np.random.Generator, node: ir.Node) -> Activations:
    """Any output of `node`."""
    channels, height, width = node.shape
    size = (IMAGES, height, width, channels)
    return rng.integers(node.type.low, node.type.high + 1, size).astype(np.int16)


def source_of(x: Activations, zero: NDArray[np.int16] | None = None) -> Source:
    """`x` as a node reads it; a real zero is the integer 0 unless told."""
    return Source(x, np.zeros(x.shape[3], np.int16) if zero is None else zero)


def signed_source(channels: int = 4) -> ir.Clamp:
    """A node that gives int8 images of 5x6 pixels."""
    return ir.Clamp(
        name="source", inputs=("image",), shape=(channels, 5, 6), type=ir.INT8, low=-128, high=127
    )


def padded(x: Activations, node: ir.Window, value: NDArray[np.int16]) -> torch.Tensor:
    """(N, C, H, W) with a border of `value`."""
    height, width = x.shape[1:3]
    (top, left) = node.padding
    out = np.tile(value, (len(x), height + 2 * top, width + 2 * left, 1)).astype(np.int64)
    out[:, top : top + height, left : left + width] = x
    return torch.from_numpy(out.transpose(0, 3, 1, 2).astype(np.float64))


def channel_minor(x: torch.Tensor) -> NDArray[np.int64]:
    """(N, C, H, W) as the golden model has it."""
    return x.numpy().transpose(0, 2, 3, 1).astype(np.int64)


def requantized(
    total: NDArray[np.int64], shift: NDArray[np.integer] | int, low: int, high: int
) -> NDArray[np.int64]:
    """Rounded half up in exact fractions."""
    step = 2.0 ** np.asarray(shift)
    return np.clip(np.floor(total / step + np.where(step > 1, 0.5, 0)), low, high).astype(np.int64)
