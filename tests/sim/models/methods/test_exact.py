"""Exact layers of the golden model against torch."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
import torch
from tabfab.compiler import program as ir
from tabfab.sim.models.methods.exact import exact_conv as evaluate
from torch.nn import functional

from support.programs import ConvOptions, exact_conv, image_input
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
@pytest.mark.parametrize("signed", [False, True])
def test_exact_conv_is_torchs(
    window: dict[str, Any], signed: bool, rng: np.random.Generator
) -> None:
    source = signed_source() if signed else image_input(rng, 4, 5, 6)
    node = exact_conv(rng, "conv", source, ConvOptions(6, **window))
    zero = np.zeros(4, np.int16) if signed else rng.integers(0, 256, 4).astype(np.int16)
    x = activations(rng, source)
    total = channel_minor(
        functional.conv2d(
            padded(x, node, zero),
            torch.from_numpy(node.weight.astype(np.float64)),
            torch.from_numpy(node.bias.astype(np.float64)),
            stride=node.stride,
        )
    )
    expected = requantized(total, node.shift, node.low, node.high)
    np.testing.assert_array_equal(evaluate(node, source_of(x, zero)), expected)


@pytest.mark.parametrize("groups", [2, 4])
def test_grouped_exact_conv_is_torchs(groups: int, rng: np.random.Generator) -> None:
    source = image_input(rng, 4, 5, 6)
    plain = exact_conv(rng, "conv", source, ConvOptions(8, kernel=(3, 3), padding=(1, 1)))
    weight = plain.weight[:, : 4 // groups]
    node = ir.with_bounds(replace(plain, groups=groups, weight=weight), source.type)
    x = activations(rng, source)
    total = channel_minor(
        functional.conv2d(
            padded(x, node, source.zero),
            torch.from_numpy(weight.astype(np.float64)),
            torch.from_numpy(node.bias.astype(np.float64)),
            groups=groups,
        )
    )
    expected = requantized(total, node.shift, node.low, node.high)
    np.testing.assert_array_equal(evaluate(node, source_of(x, source.zero)), expected)


def test_wrong_accumulator_bounds_are_noticed(rng: np.random.Generator) -> None:
    source = image_input(rng, 4, 5, 6)
    node = replace(exact_conv(rng, "conv", source, ConvOptions(3)), accumulator=(0, 0))
    with pytest.raises(AssertionError, match=r"'conv'.*bounds"):
        evaluate(node, source_of(activations(rng, source), source.zero))


@pytest.mark.parametrize("extreme", [0, 1])
def test_accumulator_bounds_are_reached(extreme: int, rng: np.random.Generator) -> None:
    """The bounds of a 1x1 exact layer are those of its worst input, not a loose estimate."""
    source = image_input(rng, 4, 1, 1)
    node = exact_conv(rng, "conv", source, ConvOptions(3))
    worst = 255 * ((node.weight > 0) == bool(extreme)).astype(np.int64)
    totals = (node.weight * worst).sum(axis=(1, 2, 3)) + node.bias + node.half
    limit = totals.max() if extreme else totals.min()
    assert ir.accumulator_bounds(node, source.type)[extreme] == limit
