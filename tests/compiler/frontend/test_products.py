"""Products of layers: the graph computes what torch does."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import torch
from tabfab.compiler import graph as g
from torch import Tensor, nn
from torch.nn import functional

SHAPE = (3, 6, 5)


class Gated(nn.Module):
    """Squeeze and excitation (arXiv 1709.01507), written in one of many ways."""

    def __init__(self, gate: nn.Module, function: Callable[[nn.Module, Tensor], Tensor]) -> None:
        super().__init__()
        self.conv = nn.Conv2d(3, 8, 3, padding=1)
        self.gate = gate
        self.function = function

    def forward(self, x: Tensor) -> Tensor:
        return self.function(self.gate, self.conv(x))


def convolutions() -> nn.Module:
    return nn.Sequential(nn.Conv2d(8, 2, 1), nn.ReLU(), nn.Conv2d(2, 8, 1))


def linear() -> nn.Module:
    return nn.Sequential(nn.Linear(8, 2), nn.ReLU(), nn.Linear(2, 8))


WAYS = [
    (convolutions, lambda gate, x: x * torch.sigmoid(gate(functional.adaptive_avg_pool2d(x, 1)))),
    (convolutions, lambda gate, x: functional.hardsigmoid(gate(x.mean((2, 3), True))) * x),
    (linear, lambda gate, x: x * torch.sigmoid(gate(x.mean((2, 3))))[:, :, None, None]),
    (linear, lambda gate, x: x * torch.sigmoid(gate(x.mean((2, 3)))).view(-1, 8, 1, 1)),
    (
        linear,
        lambda gate, x: x * torch.sigmoid(gate(x.mean((2, 3)))).view(-1, 8, 1, 1).expand_as(x),
    ),
]


@pytest.mark.parametrize(("gate", "function"), WAYS, ids=range(len(WAYS)))
def test_gates_of_channels(gate, function, same):
    graph = same(Gated(gate(), function), SHAPE)
    kinds = [type(layer) for layer in graph]
    assert kinds.count(g.Multiply) == kinds.count(g.Upsample) == 1


def test_a_gate_of_pixels(same):
    graph = same(Gated(nn.Conv2d(8, 1, 3, padding=1), lambda gate, x: x * gate(x).sigmoid()), SHAPE)
    assert [layer.kind for layer in graph].count("channel_select") == 1


def test_a_gate_for_each_value(same):
    graph = same(
        Gated(nn.Conv2d(8, 8, 1), lambda gate, x: functional.relu(x * gate(x).tanh())), SHAPE
    )
    assert (graph.layers[-1].kind, graph.layers[-1].low) == ("multiply", 0)


def test_gates_of_sequences_and_vectors(same):
    class Sequences(nn.Module):
        def __init__(self):
            super().__init__()
            self.conv = nn.Conv1d(3, 8, 3)
            self.gate = nn.Conv1d(8, 8, 1)

        def forward(self, x):
            x = self.conv(x)
            x = x * self.gate(x.mean(2, True)).sigmoid()
            return (x.mean(2) * x.amax(2)) * x.amax(2)

    same(Sequences(), (3, 12))


def test_a_square(same):
    same(nn.Sequential(nn.Conv2d(3, 8, 1), Square()), SHAPE)


class Square(nn.Module):
    def forward(self, x):
        return x * x
