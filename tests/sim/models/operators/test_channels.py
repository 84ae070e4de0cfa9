"""Channels side by side, and choices among them, in the golden model."""

from __future__ import annotations

import numpy as np
import pytest
from tabfab.compiler import program as ir
from tabfab.sim.models.operators.channels import channel_select, concat

from support.single_nodes import activations, requantized, signed_source, source_of


@pytest.fixture
def rng() -> np.random.Generator:
    return np.random.default_rng(9)


@pytest.mark.parametrize(
    ("left", "shift"), [((0, 0, 0), (0, 0, 0)), ((2, 0, 24), (0, 3, 24)), ((0, 1, 0), (1, 0, 5))]
)
def test_concat(left: tuple[int, ...], shift: tuple[int, ...], rng: np.random.Generator) -> None:
    sources = [signed_source(channels) for channels in (2, 1, 3)]
    node = ir.Concat(
        name="concat", inputs=("a", "b", "c"), shape=(6, 5, 6), type=ir.INT8, low=-128, high=100,
        left=left, shift=shift,
    )  # fmt: skip
    values = [activations(rng, source) for source in sources]
    parts = [
        requantized(x.astype(np.int64) * 2**up, down, -128, 100)
        for x, up, down in zip(values, left, shift, strict=True)
    ]
    result = concat(node, *map(source_of, values))
    np.testing.assert_array_equal(result, np.concatenate(parts, axis=3))


@pytest.mark.parametrize("channels", [(1,), (3, 2, 1, 0), (0, 0, 2)])
def test_channel_select(channels: tuple[int, ...], rng: np.random.Generator) -> None:
    node = ir.ChannelSelect(
        name="select", inputs=("source",), shape=(len(channels), 5, 6), type=ir.INT8,
        channels=channels,
    )  # fmt: skip
    x = activations(rng, signed_source())
    expected = np.stack([x[..., channel] for channel in channels], axis=3)
    np.testing.assert_array_equal(channel_select(node, source_of(x)), expected)
