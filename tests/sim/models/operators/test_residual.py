"""What residual blocks are made of, in the golden model."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from tabfab.compiler import program as ir
from tabfab.sim.models.operators.residual import add, multiply, slice_pad
from torch.nn import functional

from support.single_nodes import (
    activations,
    channel_minor,
    requantized,
    signed_source,
    source_of,
)


@pytest.fixture
def rng() -> np.random.Generator:
    return np.random.default_rng(9)


@pytest.mark.parametrize(("left", "shift"), [((0, 0), 0), ((2, 0), 1), ((0, 5), 6), ((24, 24), 24)])
def test_add(left: ir.Pair, shift: int, rng: np.random.Generator) -> None:
    source = signed_source()
    node = ir.Add(
        name="add", inputs=("a", "b"), shape=source.shape, type=ir.INT8, low=-128, high=100,
        left=left, shift=shift,
    )  # fmt: skip
    a, b = activations(rng, source), activations(rng, source)
    a[0, 0, 0], b[0, 0, 0] = 127, 127
    total = a.astype(np.int64) * 2 ** left[0] + b.astype(np.int64) * 2 ** left[1]
    expected = requantized(total, shift, -128, 100)
    np.testing.assert_array_equal(add(node, source_of(a), source_of(b)), expected)


def test_slice_pad(rng: np.random.Generator) -> None:
    source = signed_source()
    node = ir.SlicePad(
        name="cut", inputs=("source",), shape=(7, 3, 2), type=ir.INT8, step=(2, 3), channels=(1, 2)
    )
    x = activations(rng, source)
    expected = functional.pad(
        torch.from_numpy(x.transpose(0, 3, 1, 2)[:, :, ::2, ::3].copy()), (0, 0, 0, 0, 1, 2)
    )
    np.testing.assert_array_equal(slice_pad(node, source_of(x)), channel_minor(expected))


@pytest.mark.parametrize(("factor", "shift"), [(1, 0), (1, 9), (4096, 24), (57, 11)])
def test_multiply(factor: int, shift: int, rng: np.random.Generator) -> None:
    source = signed_source()
    node = ir.Multiply(
        name="product", inputs=("a", "b"), shape=source.shape, type=ir.INT8, low=-128, high=100,
        factor=factor, shift=shift,
    )  # fmt: skip
    a, b = activations(rng, source), activations(rng, source)
    a[0, 0, 0], b[0, 0, 0] = -128, -128
    expected = requantized(a.astype(np.int64) * b * factor, shift, -128, 100)
    np.testing.assert_array_equal(multiply(node, source_of(a), source_of(b)), expected)
