"""Normalizations of the image that cannot become part of it: computed right, with a word."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
import torch
from tabfab.compiler.compile import compile_graph
from tabfab.compiler.data import load
from tabfab.compiler.finetune.options import FinetuneOptions
from tabfab.compiler.finetune.run import finetune_graph
from tabfab.compiler.frontend import import_network
from tabfab.compiler.frontend.compare import check_answers
from tabfab.compiler.options import CompileOptions
from torch import nn

from support.graphs import images_for

SHAPE = (2, 8, 8)


def norm(mean: tuple[float, float], std: tuple[float, float] = (0.25, 0.25)) -> nn.BatchNorm2d:
    """``(x - mean) / std`` as a batch norm."""
    layer = nn.BatchNorm2d(2, affine=False, eps=0)
    layer.running_mean = torch.tensor(mean)
    layer.running_var = torch.tensor(std) ** 2
    return layer


def end(channels: int = 4, size: int = 8) -> tuple[nn.Module, ...]:
    return nn.ReLU(), nn.Flatten(), nn.Linear(channels * size * size, 5)


INSIDE, BELOW, ABOVE = (0.4, 0.6), (0.4, -0.2), (1.2, 0.5)

CASES = {
    # name: layers, whether the normalization stays a layer, a part of what is said
    "padded": ((norm(INSIDE), nn.Conv2d(2, 4, 3, padding=1), *end()), False, ""),
    "padded, black is no zero": (
        (norm(BELOW), nn.Conv2d(2, 4, 3, padding=1), *end()),
        True, "'1' pads with zeros, and a pixel of -51 would have to stand for one",
    ),
    "padded, white is no zero": (
        (norm(ABOVE), nn.Conv2d(2, 4, 3, padding=1), *end()),
        True, "'1' pads with zeros, and a pixel of 306 would have to stand for one",
    ),
    "not padded": ((norm(BELOW), nn.Conv2d(2, 4, 3), *end(size=6)), False, ""),
    "flattened": ((norm(ABOVE), nn.Flatten(), nn.Linear(128, 5)), False, ""),
    "clamped": (
        (norm(INSIDE), nn.ReLU(), nn.Conv2d(2, 4, 3), *end(size=6)),
        True, "'1' reads it, and only a convolution can take a normalization in",
    ),
    "averaged": (
        (norm(INSIDE), nn.AvgPool2d(2), nn.Conv2d(2, 4, 3), *end(size=2)),
        True, "'1' reads it, and only a convolution can take a normalization in",
    ),
    "averaged, equal": (
        (norm((0.0, 0.0)), nn.AvgPool2d(2), nn.Conv2d(2, 4, 3), *end(size=2)), False, "",
    ),
    "pooled, then padded": (
        (norm(INSIDE), nn.MaxPool2d(2), nn.Conv2d(2, 4, 3, padding=1), *end(size=4)),
        True, "'2' pads with zeros",
    ),
    "pooled": ((norm(INSIDE), nn.MaxPool2d(2), nn.Conv2d(2, 4, 3), *end(size=2)), False, ""),
    "pooled with padding": (
        (norm(BELOW), nn.MaxPool2d(3, 1, 1), nn.Conv2d(2, 4, 3), *end(size=6)), False, "",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_it_is_computed_right(name: str) -> None:
    layers, stays, said = CASES[name]
    torch.manual_seed(0)
    for layer in layers:
        if hasattr(layer, "reset_parameters") and not isinstance(layer, nn.BatchNorm2d):
            layer.reset_parameters()
    network = import_network(nn.Sequential(*layers).eval(), SHAPE)
    weighted = 1 + sum(isinstance(layer, nn.Conv2d) for layer in layers)
    own_layer = len(network.graph.convs) > weighted
    assert own_layer == stays
    assert all(said in note for note in network.notes)
    assert len(network.notes) == int(stays)
    images = images_for(network.graph, 60)
    check_answers(network, images)
    compilation = compile_graph(network.graph, images, CompileOptions(mask="none"))
    step = compilation.program.output.scale
    difference = compilation.program_answers(images) - compilation.float_answers(images) / step
    assert np.abs(difference).max() < 10


def test_it_can_be_fine_tuned() -> None:
    data = load("digits", "train")
    data = dataclasses.replace(data, images=data.images[:100], targets=data.labels[:100])
    layer = nn.BatchNorm2d(1, affine=False)
    layer.running_mean -= 0.5
    layers = (layer, nn.Conv2d(1, 4, 3, padding=1), nn.ReLU(), nn.Flatten(), nn.Linear(256, 10))
    graph = import_network(nn.Sequential(*layers).eval(), (1, 8, 8)).graph
    assert len(graph.convs) == 3
    tuning = FinetuneOptions(steps_per_layer=1, joint_steps=1, batch=8, device="cpu")
    program = finetune_graph(
        graph, data, CompileOptions(mask=(0, 0, 1), prototypes=4), tuning, 50
    ).program
    assert [conv.method for conv in program.convs] == ["exact", "exact", "table"]
