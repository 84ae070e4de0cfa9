"""Layers tried in any order, against masks of one layer."""

from __future__ import annotations

import numpy as np
import pytest
from tabfab.compiler.compile import compile_graph
from tabfab.compiler.mask.tries import Tries, images_within, with_nodes
from tabfab.compiler.options import CompileOptions, LayerOptions

from support.graphs import chain, images_for, residual


@pytest.mark.parametrize("method", ["table", "dyadic"])
def test_a_layer_changes_what_a_mask_of_it_alone_changes(method: str) -> None:
    graph = residual()
    images, judged = images_for(graph, 60), images_for(graph, 40, seed=2)
    names = [layer.name for layer in graph.convs]
    options = LayerOptions(prototypes=4)
    tries = Tries(graph, images, judged)
    for name in reversed(names):
        tried = tries.tried(name, method, options)
        mask = tuple(method if each == name else "exact" for each in names)
        alone = compile_graph(graph, images, CompileOptions(mask=mask, layers={name: options}))
        change = alone.learned_answers(judged) - alone.float_answers(judged)
        assert tried.change == pytest.approx(change, abs=1e-5)
        assert (tried.loss > 0) == bool(np.abs(change).max() > 0)
        source = graph[graph[name].inputs[0]].shape
        assert tried.cost == alone.program[name].cost(source)  # type: ignore[attr-defined]


def test_the_program_is_that_of_an_exact_mask() -> None:
    graph = chain()
    images = images_for(graph, 40)
    tries = Tries(graph, images)
    exact = compile_graph(graph, images, CompileOptions(mask="none")).program
    for made, wanted in zip(tries.program, exact, strict=True):
        assert made.name == wanted.name
        if hasattr(wanted, "weight"):
            assert np.array_equal(made.weight, wanted.weight)  # type: ignore[attr-defined]


def test_a_node_takes_its_layers_place() -> None:
    graph = chain()
    tries = Tries(graph, images_for(graph, 40))
    node = tries.node("conv2", "table", LayerOptions(prototypes=8, subspace_length=2))
    program = with_nodes(tries.program, {"conv2": node})
    assert program["conv2"] is node
    assert [each.method for each in program.convs] == ["exact", "table", "exact"]


def test_as_many_images_as_fit() -> None:
    graph = chain()
    elements = sum(int(np.prod(layer.shape)) for layer in graph)
    assert images_within(graph, 60 * elements) == 10
    assert images_within(graph, 1) == 1
