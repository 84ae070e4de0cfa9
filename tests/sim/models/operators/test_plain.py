from __future__ import annotations

from dataclasses import replace

import numpy as np
from tabfab.compiler import program as ir
from tabfab.sim.models.operators.plain import argmax, clamp, reshape

from support.single_nodes import IMAGES, activations, signed_source, source_of

RNG = np.random.default_rng(9)


def test_clamp() -> None:
    node = replace(signed_source(), low=-3, high=50)
    x = activations(RNG, node)
    expected = [min(max(value, -3), 50) for value in x.reshape(-1).tolist()]
    assert clamp(node, source_of(x)).reshape(-1).tolist() == expected


def test_flatten_is_channel_minor() -> None:
    x = activations(RNG, signed_source())
    node = ir.Flatten(name="flat", inputs=("source",), shape=(120, 1, 1), type=ir.INT8)
    flat = reshape(node, source_of(x))
    assert flat.shape == (IMAGES, 1, 1, 5 * 6 * 4)
    assert flat[1, 0, 0, (2 * 6 + 3) * 4 + 1] == x[1, 2, 3, 1]


def test_argmax_takes_the_first_of_the_largest() -> None:
    node = ir.Argmax(name="class", inputs=("source",), shape=(1, 1, 1), type=ir.UINT8)
    x = np.array([[3, 7, 7], [-5, -9, -5], [0, 0, 0]], np.int16).reshape(3, 1, 1, 3)
    assert argmax(node, source_of(x)).reshape(-1).tolist() == [1, 0, 0]
