"""Every layer of a graph is computed in float; one that is not is named with the room."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from numpy.lib.stride_tricks import sliding_window_view
from tabfab.compiler import graph as g
from tabfab.compiler.graph import float_graph
from tabfab.compiler.graph.operators.catalog import FLOAT_OPERATORS
from tabfab.compiler.program import Pair
from tabfab.compiler.store.errors import TabfabError
from torch import Tensor

LAYERS = {
    each
    for name in g.__all__
    if isinstance(each := getattr(g, name), type) and issubclass(each, g.Layer)
} - {g.Layer, g.Window}


def test_every_layer_has_a_function_and_a_kind() -> None:
    assert FLOAT_OPERATORS.keys() == LAYERS
    assert len({layer.kind for layer in LAYERS}) == len(LAYERS)


@given(
    seed=st.integers(0, 2**32 - 1),
    size=st.tuples(st.integers(1, 6), st.integers(1, 6)),
    kernel=st.tuples(st.integers(1, 4), st.integers(1, 4)),
    stride=st.tuples(st.integers(1, 3), st.integers(1, 3)),
    padded=st.booleans(),
)
def test_pools_against_every_window(
    seed: int, size: Pair, kernel: Pair, stride: Pair, padded: bool
) -> None:
    """Padding never wins a maximum, even among negative values, and counts in an average."""
    padding = tuple(length // 2 if padded else 0 for length in kernel)
    if any(s + 2 * p < k for s, p, k in zip(size, padding, kernel, strict=True)):
        return
    x = np.random.default_rng(seed).normal(size=(2, 3, *size)).astype(np.float32) - 2
    around = ((0, 0), (0, 0), *((p, p) for p in padding))

    def windows(fill: float) -> np.ndarray:
        filled = np.pad(x, around, constant_values=fill)
        seen = sliding_window_view(filled, kernel, axis=(2, 3))
        return seen[:, :, :: stride[0], :: stride[1]]

    for layer, expected in (
        (g.MaxPool, windows(-np.inf).max(axis=(-2, -1))),
        (g.AveragePool, windows(0).mean(axis=(-2, -1))),
    ):
        shape = (3, *expected.shape[2:])
        pool = layer(
            name="pool", inputs=("x",), shape=shape, kernel=kernel, stride=stride, padding=padding
        )  # fmt: skip
        result = float_graph.before_clamp(pool, [torch.from_numpy(x)])
        np.testing.assert_allclose(result.numpy(), expected, atol=1e-5)


@dataclass(frozen=True, eq=False, kw_only=True)
class Mirror(g.Layer):
    """Left and right exchanged."""

    kind: ClassVar[str] = "mirror"


def _mirror(layer: Mirror, sources: Sequence[Tensor]) -> Tensor:
    return sources[0].flip(-1)


def mirrored() -> g.Graph:
    one, zero = np.ones(1, np.float32), np.zeros(1, np.float32)
    image = g.Input(name="image", inputs=(), shape=(1, 1, 3), mean=zero, std=one)
    return g.Graph((image, Mirror(name="flip", inputs=("image",), shape=(1, 1, 3), high=0.5)))


def test_a_test_may_add_a_layer(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(FLOAT_OPERATORS, Mirror, _mirror)
    images = np.array([0, 51, 255], np.uint8).reshape(1, 1, 3, 1)
    answers = float_graph.answers(mirrored(), images)
    np.testing.assert_allclose(answers.numpy(), [[0.5, 0.2, 0.0]])


def test_a_layer_that_no_function_computes_is_named_with_the_room() -> None:
    message = (
        r"layer 'flip' is of the kind 'mirror', which compiler/graph/operators/catalog\.py does "
        "not know; add it there"
    )
    with pytest.raises(TabfabError, match=message):
        float_graph.run(mirrored(), torch.zeros(1, 1, 1, 3))
