"""What errors of a layer cost, against the divergence that they really make."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
import torch
from tabfab.compiler.graph import Graph, float_graph
from tabfab.compiler.methods.fitting.sensitivity import sensitivities

from support.graphs import chain, images_for, residual


@pytest.mark.parametrize("name", ["conv1", "conv2", "linear"])
def test_noise_in_an_output_channel_costs_what_it_says(name: str) -> None:
    network = chain()
    images = images_for(network, 400)
    known = sensitivities(network, images, [name], seed=0)[name]
    expected = float_graph.answers(network, images).double().log_softmax(dim=1)
    size, noise = 0.05, torch.Generator().manual_seed(1)
    layer = network[name]

    def noisy(x: torch.Tensor) -> torch.Tensor:
        result = float_graph.before_clamp(layer, [x])
        return result + size * torch.randn(result.shape, generator=noise)

    divergences = []
    for _ in range(10):
        reached = float_graph.answers(network, images, {name: noisy}).double().log_softmax(dim=1)
        divergences.append((expected.exp() * (expected - reached)).sum(dim=1).mean())
    measured = float(torch.stack(divergences).mean())
    assert size**2 * known.outputs.sum() / 2 == pytest.approx(measured, rel=0.3)


def test_where_answers_are_an_image_their_squared_error_counts() -> None:
    whole = chain()
    network = Graph(tuple(whole.layers[: 1 + [each.name for each in whole].index("conv2")]))
    images = images_for(network, 200)
    known = sensitivities(network, images, ["conv1"], seed=0)["conv1"]
    expected = float_graph.answers(network, images).double()
    layer, size, noise = network["conv1"], 0.02, torch.Generator().manual_seed(1)

    def noisy(x: torch.Tensor) -> torch.Tensor:
        result = float_graph.before_clamp(layer, [x])
        return result + size * torch.randn(result.shape, generator=noise)

    errors = (float_graph.answers(network, images, {"conv1": noisy}) - expected).square()
    assert size**2 * known.outputs.sum() == pytest.approx(float(errors.sum(dim=1).mean()), rel=0.2)


def test_inputs_have_their_variance() -> None:
    network = residual()
    images = images_for(network, 70)
    known = sensitivities(network, images, ["project"], seed=0)["project"]
    read = float_graph.run(network, torch.from_numpy(images).permute(0, 3, 1, 2), ["depthwise"])
    expected = read["depthwise"].double().var(dim=(0, 2, 3), unbiased=False).numpy()
    np.testing.assert_allclose(known.inputs, expected, rtol=1e-4, atol=1e-6)


def test_a_layer_that_nothing_reads_costs_nothing() -> None:
    network = chain()
    dead = [
        dataclasses.replace(layer, weight=np.zeros_like(layer.weight))
        if layer.name == "linear"
        else layer
        for layer in network
    ]
    known = sensitivities(Graph(tuple(dead)), images_for(network, 20), ["conv2"], seed=0)
    assert (known["conv2"].outputs == 0).all()
