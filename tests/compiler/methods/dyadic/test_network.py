"""A budget of additions for a whole network."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
from tabfab.compiler import graph as g
from tabfab.compiler.compile import compile_graph
from tabfab.compiler.graph import Graph
from tabfab.compiler.methods.dyadic import network as network_module
from tabfab.compiler.options import CompileOptions, LayerOptions
from tabfab.compiler.program import DyadicConv, Program
from tabfab.compiler.store.errors import TabfabError

from support.graphs import chain, images_for, residual

SHARED = CompileOptions(mask="dyadic", terms=2, additions=1.2, additions_over="network")


def terms_of(program: Program) -> dict[str, float]:
    """Terms of a weight on average, by layer."""
    return {
        node.name: np.count_nonzero(node.terms) / node.terms[0].size
        for node in program.convs
        if isinstance(node, DyadicConv)
    }


@pytest.mark.parametrize("distance", ["output", "moments", "weights"])
@pytest.mark.parametrize("additions", [0.4, 1.2])
def test_the_network_keeps_the_budget_and_says_what_it_spent(
    distance: str, additions: float
) -> None:
    network = residual()
    options = dataclasses.replace(SHARED, additions=additions, distance=distance)
    program = compile_graph(network, images_for(network), options).program
    weights = sum(layer.weight.size for layer in network.convs)
    spent = sum(
        np.count_nonzero(node.terms) for node in program.convs if isinstance(node, DyadicConv)
    )
    shared = program.meta["additions_shared"]
    assert isinstance(shared, dict)
    assert spent <= shared["additions"] <= shared["allowed"] == int(additions * weights)
    assert spent >= 0.85 * shared["allowed"]
    assert shared["weights"] == weights
    assert 0 <= shared["gap"] <= 0.05 * shared["distance"]
    assert program.meta["additions_over"] == "network"


def test_what_matters_little_gets_few_additions() -> None:
    """Channels that nothing reads, but for a hair."""
    network = chain()
    layers = []
    for layer in network:
        if isinstance(layer, g.Conv) and layer.name == "conv2":
            weight = layer.weight.copy()
            weight[:, :4] *= 1e-4  # of conv1's outputs
            layer = dataclasses.replace(layer, weight=weight)
        layers.append(layer)
    network = Graph(tuple(layers))
    program = compile_graph(network, images_for(network), SHARED).program
    first = program["conv1"]
    assert isinstance(first, DyadicConv)
    spent = np.count_nonzero(first.terms, axis=(0, 2, 3, 4))
    assert spent[:4].mean() < spent[4:].mean() / 2


def test_no_image_is_looked_at_for_the_weights_own_distance(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def refuse(*arguments: object) -> None:
        raise AssertionError("an image was looked at")

    monkeypatch.setattr(network_module, "sensitivities", refuse)
    network = chain()
    options = dataclasses.replace(SHARED, distance="weights")
    compile_graph(network, images_for(network, 1), options)
    with pytest.raises(AssertionError, match="was looked at"):
        compile_graph(network, images_for(network, 1), SHARED)


def test_a_layer_may_have_a_budget_of_its_own() -> None:
    network = chain()
    own = LayerOptions(terms=3, additions=2.5)
    options = dataclasses.replace(SHARED, layers={"conv2": own})
    program = compile_graph(network, images_for(network), options).program
    others = sum(layer.weight.size for layer in network.convs if layer.name != "conv2")
    shared = program.meta["additions_shared"]
    assert isinstance(shared, dict)
    assert shared["weights"] == others
    assert terms_of(program)["conv2"] > 2


def test_two_budgets_of_one_network_are_refused() -> None:
    network = chain()
    other = LayerOptions(terms=2, additions=1.0, additions_over="network")
    options = dataclasses.replace(SHARED, layers={"conv2": other})
    with pytest.raises(TabfabError, match="'conv1' and 'conv2' share one budget"):
        compile_graph(network, images_for(network), options)
