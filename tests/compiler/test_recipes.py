"""TabConv's method as `RECIPES` gives it, against the paper's definition in plain NumPy."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
from numpy.typing import NDArray
from tabfab.compiler import graph as g
from tabfab.compiler.compile import Compilation, compile_graph
from tabfab.compiler.methods.exact.learn import FloatWeights
from tabfab.compiler.methods.table.tables import FloatTables
from tabfab.compiler.program import NearestEncoder, TableConv
from tabfab.compiler.recipes import RECIPES, TABCONV
from tabfab.sim.models import golden

from support.graphs import chain, images_for, residual

SMALL = dataclasses.replace(TABCONV, subspaces=3, prototypes=16)


def table_layer(layer: g.Conv, tables: FloatTables, x: NDArray[np.float64]) -> NDArray[np.float64]:
    """One image (C, H, W) through prototypes times weights, position by position."""
    assert isinstance(tables.encoder, NearestEncoder)
    steps, zeros = tables.source.steps, tables.source.zeros
    integers = x / steps[:, None, None] + zeros[:, None, None]
    padding = np.round(zeros)
    vertical, horizontal = layer.padding
    padded = np.empty((len(x), x.shape[1] + 2 * vertical, x.shape[2] + 2 * horizontal))
    padded[:] = padding[:, None, None]
    padded[:, vertical : vertical + x.shape[1], horizontal : horizontal + x.shape[2]] = integers
    height, width = layer.kernel
    per_element = np.repeat(steps, height * width)
    offsets = np.repeat(zeros, height * width)
    weights = layer.weight.reshape(len(layer.weight), -1).astype(np.float64) * per_element
    elements = weights.shape[1]
    length = -(-elements // 3)
    out = np.zeros(layer.shape)
    for row in range(layer.shape[1]):
        for column in range(layer.shape[2]):
            top, left = row * layer.stride[0], column * layer.stride[1]
            vector = padded[:, top : top + height, left : left + width].reshape(-1)
            total = layer.bias.astype(np.float64)
            for number, start in enumerate(range(0, elements, length)):
                own = slice(start, min(start + length, elements))
                points = tables.encoder.points[number, :, : own.stop - own.start].astype(float)
                code = ((vector[own] - points) ** 2).sum(axis=1).argmin()
                total = total + weights[:, own] @ (points[code] - offsets[own])
            out[:, row, column] = total
    return out.clip(layer.low, layer.high)


def answer(compilation: Compilation, image: NDArray[np.uint8]) -> NDArray[np.float64]:
    """The chain network's answer for one image, all layers by tables."""
    network = compilation.graph
    first = network.input
    mean, std = (v.astype(np.float64)[:, None, None] for v in (first.mean, first.std))
    x = (image.transpose(2, 0, 1) / 255.0 - mean) / std
    for layer in network.layers[1:]:
        if isinstance(layer, g.Conv):
            tables = compilation.learned[layer.name]
            assert isinstance(tables, FloatTables)
            x = table_layer(layer, tables, x)
        elif isinstance(layer, g.MaxPool):
            x = x.reshape(len(x), x.shape[1] // 2, 2, x.shape[2] // 2, 2).max(axis=(2, 4))
        else:
            x = x.transpose(1, 2, 0).reshape(-1, 1, 1)
    return x[:, 0, 0]


def test_tables_are_prototypes_times_weights() -> None:
    network = chain()
    images = images_for(network, 40)
    compilation = compile_graph(network, images, SMALL)
    expected = np.stack([answer(compilation, image) for image in images[:6]])
    np.testing.assert_allclose(
        compilation.learned_answers(images[:6]), expected, rtol=2e-3, atol=2e-3
    )


def test_layers_are_cut_into_n_contiguous_subspaces() -> None:
    network = chain()
    program = compile_graph(network, images_for(network), SMALL).program
    tables = [node for node in program.convs if isinstance(node, TableConv)]
    assert [node.layout for node in tables] == ["patch"] * 3
    assert [node.encoder.subspaces for node in tables] == [3, 3, 3]
    assert [node.encoder.length for node in tables] == [3, 18, 43]


def test_nothing_is_refitted() -> None:
    network = residual()
    options = dataclasses.replace(SMALL, mask=(1, 0, 1, 0))
    compilation = compile_graph(network, images_for(network), options)
    for name in ("depthwise", "linear"):
        before, learned = network[name], compilation.learned[name]
        assert isinstance(before, g.Conv)
        assert isinstance(learned, FloatWeights)
        after = learned.layer
        np.testing.assert_array_equal(before.weight, after.weight)
        np.testing.assert_array_equal(before.bias, after.bias)


def test_as_many_prototypes_as_points_lose_nothing_but_rounding() -> None:
    network = chain()
    images = images_for(network, 20)
    options = dataclasses.replace(TABCONV, prototypes=2048)
    compilation = compile_graph(network, images, options)
    assert min(node.similarity for node in compilation.program.convs) > 0.999
    assert {node.encoder.prototypes for node in compilation.program.convs} == {2048}  # type: ignore[attr-defined]


@pytest.mark.parametrize("prototypes", [256, 512])
def test_many_prototypes_are_learned_and_run(prototypes: int) -> None:
    network = chain()
    images = images_for(network, 100)
    options = dataclasses.replace(TABCONV, subspaces=2, prototypes=prototypes)
    first, again = (compile_graph(network, images, options) for _ in range(2))
    unseen = images_for(network, 30, seed=8)
    answers = golden.logits(first.program, unseen)
    np.testing.assert_array_equal(first.program_answers(unseen), answers)
    np.testing.assert_array_equal(again.program_answers(unseen), answers)
    assert min(node.similarity for node in first.program.convs) > 0.9


def test_recipes_have_names() -> None:
    assert RECIPES["tabconv"].encoder == "nearest"
    assert not RECIPES["tabconv"].refit
    assert RECIPES["tabfab"].refit
    assert RECIPES["dyadic"].mask == "dyadic"
    assert RECIPES["dyadic"].distance == "weights"
