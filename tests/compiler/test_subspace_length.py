"""Subspaces are no longer than what there is to cut, and never too long to learn."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
from tabfab.compiler import graph as g
from tabfab.compiler.compile import compile_graph
from tabfab.compiler.options import CompileOptions, LayerOptions
from tabfab.compiler.program import TableConv
from tabfab.compiler.store.errors import TabfabError

from support.graphs import GraphSketch, images_for


def network() -> g.Graph:
    """Inputs of 2, 6 and 96 elements."""
    sketch = GraphSketch((2, 4, 4)).conv("first", 6, kernel=1).conv("second", 6).flatten()
    return sketch.conv("last", 2, kernel=1, relu=False).graph()


@pytest.mark.parametrize(
    ("length", "lengths"), [(4, [2, 4, 4]), (16, [2, 6, 16]), (96, [2, 6, 96])]
)
def test_short_layers_are_not_filled(length: int, lengths: list[int]) -> None:
    graph = network()
    options = CompileOptions(subspace_length=length, layout="pixel", prototypes=4)
    compilation = compile_graph(graph, images_for(graph, 30), options)
    nodes = [node for node in compilation.program.convs if isinstance(node, TableConv)]
    assert [node.encoder.length for node in nodes] == lengths


@pytest.mark.parametrize("length", [97, 10_000, 100_000, 10**30])
def test_a_length_for_no_layer_is_refused(length: int) -> None:
    with pytest.raises(TabfabError, match=r"longer than any .* 'last', has 96 elements"):
        CompileOptions(subspace_length=length).methods(network())
    own = {"second": LayerOptions(subspace_length=length)}
    with pytest.raises(TabfabError, match=rf"--subspace-length {length} is longer"):
        CompileOptions(layers=own).methods(network())
    assert CompileOptions(subspace_length=length, mask="none").methods(network())


@pytest.mark.parametrize(
    "options", [CompileOptions(subspace_length=5000), CompileOptions(subspaces=1)]
)
def test_a_subspace_too_long_to_learn_is_refused(options: CompileOptions) -> None:
    channels = 5000
    image = g.Input(
        name="image", inputs=(), shape=(channels, 1, 1),
        mean=np.zeros(channels, np.float32), std=np.ones(channels, np.float32),
    )  # fmt: skip
    last = dataclasses.replace(
        network()["last"], inputs=("image",), weight=np.zeros((2, channels, 1, 1), np.float32)
    )
    with pytest.raises(TabfabError, match=r"'last' would be cut into subspaces of 5000 elements"):
        options.methods(g.Graph((image, last)))
