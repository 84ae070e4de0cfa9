"""Pools of the golden model against torch."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch
from tabfab.compiler import program as ir
from tabfab.sim.models.operators.pools import average_pool, max_pool
from torch.nn import functional

from support.single_nodes import (
    WINDOWS,
    activations,
    channel_minor,
    padded,
    requantized,
    signed_source,
    source_of,
)


@pytest.fixture
def rng() -> np.random.Generator:
    return np.random.default_rng(9)


@pytest.mark.parametrize("window", WINDOWS)
def test_max_pool_is_torchs(window: dict[str, Any], rng: np.random.Generator) -> None:
    source = signed_source()
    x = activations(rng, source) // 2 - 60  # mostly negative: zeros from padding would win
    node = ir.MaxPool(
        name="max", inputs=("source",), shape=_output(source, window), type=ir.INT8, **window
    )
    lowest = np.full(4, -128, np.int16)
    expected = functional.max_pool2d(padded(x, node, lowest), node.kernel, node.stride)
    np.testing.assert_array_equal(max_pool(node, source_of(x)), channel_minor(expected))


@pytest.mark.parametrize("window", WINDOWS)
@pytest.mark.parametrize(("factor", "shift"), [(1, 0), (1, 3), (57, 9)])
def test_average_pool_is_a_shifted_sum(
    window: dict[str, Any], factor: int, shift: int, rng: np.random.Generator
) -> None:
    source = signed_source()
    x = activations(rng, source)
    node = ir.AveragePool(
        name="average", inputs=("source",), shape=_output(source, window), type=ir.INT8, low=-90,
        high=127, shift=shift, factor=factor, **window,
    )  # fmt: skip
    kernel = torch.ones(4, 1, *node.kernel, dtype=torch.float64)
    border = padded(x, node, np.zeros(4, np.int16))
    total = channel_minor(functional.conv2d(border, kernel, stride=node.stride, groups=4))
    expected = requantized(total * factor, shift, -90, 127)
    np.testing.assert_array_equal(average_pool(node, source_of(x)), expected)


def _output(source: ir.Node, window: dict[str, Any]) -> ir.Shape:
    stride, padding = window.get("stride", (1, 1)), window.get("padding", (0, 0))
    rows, columns = (
        ir.window_output(size, window["kernel"][axis], stride[axis], padding[axis])
        for axis, size in enumerate(source.shape[1:])
    )
    return source.shape[0], rows, columns
