import math

import numpy as np
import pytest
import torch
from tabfab.compiler.graph import (
    Add,
    AveragePool,
    Conv,
    Flatten,
    Graph,
    Input,
    MaxPool,
    SlicePad,
    float_graph,
)

IMAGES = torch.arange(2 * 2 * 4 * 4, dtype=torch.uint8).view(2, 2, 4, 4)


@pytest.fixture
def graph():
    floats = np.float32
    return Graph(
        (
            Input(
                name="input",
                inputs=(),
                shape=(2, 4, 4),
                mean=np.array([0, 0.5], floats),
                std=np.array([1, 2], floats),
            ),
            Conv(
                name="conv",
                inputs=("input",),
                shape=(2, 4, 4),
                kernel=(1, 1),
                weight=np.array([[1], [-2]], floats)[:, :, None, None],
                bias=np.array([0, 0.25], floats),
                groups=2,
                low=0.0,
                high=0.3,
            ),
            SlicePad(name="slice", inputs=("conv",), shape=(3, 2, 4), step=(2, 1), channels=(0, 1)),
            MaxPool(name="max", inputs=("slice",), shape=(3, 2, 2), kernel=(1, 2), stride=(1, 2)),
            AveragePool(
                name="mean", inputs=("slice",), shape=(3, 2, 2), kernel=(1, 2), stride=(1, 2)
            ),
            Add(name="add", inputs=("max", "mean"), shape=(3, 2, 2), low=0.1, high=math.inf),
            Flatten(name="flatten", inputs=("add",), shape=(12, 1, 1)),
        )
    )


def test_every_layer_means_what_its_description_says(graph):
    x = IMAGES.numpy() / 255
    seen = {name: y.numpy() for name, y in float_graph.run(graph, IMAGES).items()}
    normalized = np.stack([x[:, 0], (x[:, 1] - 0.5) / 2], axis=1)
    np.testing.assert_allclose(seen["input"], normalized, atol=1e-6)
    conv = np.stack([normalized[:, 0], 0.25 - 2 * normalized[:, 1]], axis=1).clip(0, 0.3)
    np.testing.assert_allclose(seen["conv"], conv, atol=1e-6)
    padded = np.concatenate([conv[:, :, ::2], np.zeros((2, 1, 2, 4))], axis=1)
    np.testing.assert_allclose(seen["slice"], padded, atol=1e-6)
    pairs = padded.reshape(2, 3, 2, 2, 2)
    np.testing.assert_allclose(seen["max"], pairs.max(-1), atol=1e-6)
    np.testing.assert_allclose(seen["mean"], pairs.mean(-1), atol=1e-6)
    total = np.maximum(pairs.max(-1) + pairs.mean(-1), 0.1)
    np.testing.assert_allclose(seen["add"], total, atol=1e-6)
    channel_minor = total.transpose(0, 2, 3, 1).reshape(2, 12, 1, 1)
    np.testing.assert_allclose(seen["flatten"], channel_minor, atol=1e-6)
    assert all(seen[layer.name].shape[1:] == layer.shape for layer in graph)


def test_only_what_is_asked_for_is_kept(graph):
    everything = float_graph.run(graph, IMAGES)
    for keep in (["flatten"], ["slice", "add"], [], ["input"]):
        kept = float_graph.run(graph, IMAGES, keep)
        assert set(kept) == set(keep)
        assert all(torch.equal(kept[name], everything[name]) for name in keep)


def test_float_images_count_in_the_same_units(graph):
    bytes_, floats = (float_graph.run(graph, x)["flatten"] for x in (IMAGES, IMAGES.float()))
    assert torch.equal(bytes_, floats)
