"""Larger images in the golden model, as torch has them."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from tabfab.compiler import program as ir
from tabfab.sim.models.operators.resize import depth_to_space, interpolate, upsample
from torch.nn import functional

from support.single_nodes import activations, channel_minor, signed_source, source_of


@pytest.fixture
def rng() -> np.random.Generator:
    return np.random.default_rng(9)


def torchs(x: np.ndarray) -> torch.Tensor:
    return torch.from_numpy(x.transpose(0, 3, 1, 2).astype(np.float64))


@pytest.mark.parametrize("factor", [(1, 1), (2, 2), (1, 3), (4, 1)])
def test_upsample(factor: ir.Pair, rng: np.random.Generator) -> None:
    node = ir.Upsample(
        name="up", inputs=("source",), shape=(4, 5 * factor[0], 6 * factor[1]), type=ir.INT8,
        factor=factor,
    )  # fmt: skip
    x = activations(rng, signed_source())
    expected = functional.interpolate(torchs(x), scale_factor=tuple(map(float, factor)))
    np.testing.assert_array_equal(upsample(node, source_of(x)), channel_minor(expected))


@pytest.mark.parametrize("factor", [(1, 1), (2, 2), (1, 8), (4, 1), (16, 2)])
def test_interpolate(factor: ir.Pair, rng: np.random.Generator) -> None:
    node = ir.Interpolate(
        name="up", inputs=("source",), shape=(4, 5 * factor[0], 6 * factor[1]), type=ir.INT8,
        factor=factor,
    )  # fmt: skip
    x = activations(rng, signed_source())
    expected = functional.interpolate(
        torchs(x), scale_factor=tuple(map(float, factor)), mode="bilinear", align_corners=False
    )
    rounded = (expected + 0.5).floor()
    np.testing.assert_array_equal(interpolate(node, source_of(x)), channel_minor(rounded))


def test_depth_to_space(rng: np.random.Generator) -> None:
    node = ir.DepthToSpace(
        name="spread", inputs=("source",), shape=(3, 10, 12), type=ir.INT8, block=(2, 2)
    )
    x = activations(rng, signed_source(12))
    # torch counts the pixels of a block last, and channels first
    expected = functional.pixel_shuffle(
        torchs(x.reshape(*x.shape[:3], 4, 3).swapaxes(3, 4).reshape(x.shape)), 2
    )
    np.testing.assert_array_equal(depth_to_space(node, source_of(x)), channel_minor(expected))
