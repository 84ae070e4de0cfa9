"""Networks of other shapes than images, and shapes within them: each computes what torch does."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import torch
from tabfab.compiler.frontend import import_network
from tabfab.compiler.frontend.compare import check_answers
from tabfab.compiler.graph import Conv, MaxPool, Pad, Window
from torch import nn
from torch.nn import functional

from support.random_networks import randomize

IMAGE, SEQUENCE = (3, 8, 8), (3, 16)
Case = tuple[tuple[int, ...], Callable[..., torch.Tensor], list[nn.Module], list[str]]
"""Shape of the input, the network, its modules, and the layers that it becomes."""


class Written(nn.Module):
    """A network that is written as a function of its input and its modules."""

    def __init__(self, function: Callable[..., torch.Tensor], modules: list[nn.Module]) -> None:
        super().__init__()
        self.function = function
        self.parts = nn.ModuleList(modules)

    def forward(self, x: torch.Tensor) -> Any:
        return self.function(x, *self.parts)


def whole(*modules: nn.Module) -> tuple[Callable[..., torch.Tensor], list[nn.Module]]:
    return (lambda x, network: network(x)), [nn.Sequential(*modules)]


def conv(**settings: Any) -> nn.Module:
    return nn.Conv2d(3, 6, 3, **settings)


def linear(features: int) -> nn.Module:
    return nn.Sequential(nn.Flatten(), nn.Linear(features, 2))


FLAT = ["conv", "flatten", "conv"]
VECTORS: dict[str, Case] = {
    "a perceptron": ((16,), *whole(nn.Linear(16, 8), nn.ReLU(), nn.Linear(8, 5)), ["conv", "conv"]),
    "with batch norm": (
        (16,),
        *whole(nn.BatchNorm1d(16), nn.Linear(16, 8), nn.BatchNorm1d(8), nn.ReLU()),
        ["conv"],
    ),
    "a decoder": (
        (10,),
        lambda x, a, b: b(a(x).relu().view(-1, 4, 3, 3)),
        [nn.Linear(10, 36), nn.Conv2d(4, 2, 3, padding=1)],
        ["conv", "reshape", "conv"],
    ),
    "some of them": ((16,), lambda x, a: a(x[:, 3:9]), [nn.Linear(6, 2)], ["conv"]),
}
SEQUENCES: dict[str, Case] = {
    "convolutions": (
        SEQUENCE,
        *whole(
            nn.Conv1d(3, 8, 5, padding=2), nn.BatchNorm1d(8), nn.ReLU(), nn.MaxPool1d(2),
            nn.Conv1d(8, 8, 3, stride=2, dilation=2, groups=2), nn.AdaptiveAvgPool1d(1),
            linear(8),
        ),
        ["conv", "max_pool", "conv", "average_pool", "conv"],
    ),
    "flattened": (SEQUENCE, *whole(nn.Conv1d(3, 4, 4, padding="same"), linear(64)), FLAT),
    "pools": (
        SEQUENCE,
        *whole(nn.MaxPool1d(3, 2, 1, ceil_mode=True), nn.AvgPool1d(3, 2, 1),
               nn.AdaptiveMaxPool1d(1), linear(3)),
        ["max_pool", "average_pool", "max_pool", "conv"],
    ),
    "one channel": (
        (16,), lambda x, a: a(x.unsqueeze(1)), [nn.Conv1d(1, 4, 3)], ["conv"],
    ),
    "channels last": ((16, 3), lambda x, a: a(x.permute(0, 2, 1)), [nn.Conv1d(3, 4, 3)], ["conv"]),
    "a linear layer of each step": (
        (16, 3), lambda x, a, b: b(a(x).relu().mean(1)), [nn.Linear(3, 4), nn.Linear(4, 2)],
        ["conv", "average_pool", "conv"],
    ),
    "the last step": (
        SEQUENCE, lambda x, a, b: b(a(x)[:, :, -1]), [nn.Conv1d(3, 4, 3), nn.Linear(4, 2)], FLAT,
    ),
    "the largest": (
        SEQUENCE, lambda x, a: a(x).relu().max(2)[0], [nn.Conv1d(3, 4, 3)], ["conv", "max_pool"],
    ),
    "causal": (
        SEQUENCE, lambda x, a: a(functional.pad(x, (4, 0))), [nn.Conv1d(3, 4, 3, dilation=2)],
        ["conv"],
    ),
    "a skip": (
        SEQUENCE, lambda x, a, b: b(a(x).relu() + x),
        [nn.Conv1d(3, 3, 3, padding=1), linear(48)], ["conv", "add", "flatten", "conv"],
    ),
    "every second step": (
        SEQUENCE, lambda x, a: a(x)[:, :, ::2], [nn.Conv1d(3, 4, 3)], ["conv", "slice_pad"],
    ),
}  # fmt: skip
WINDOWS: dict[str, Case] = {
    "dilation": (IMAGE, *whole(conv(dilation=2)), ["conv"]),
    "dilation as large as the image": (IMAGE, *whole(conv(dilation=6, padding=6)), ["conv"]),
    "same, even kernel": (IMAGE, *whole(nn.Conv2d(3, 4, (4, 2), padding="same")), ["conv"]),
    "same, dilated": (
        IMAGE, *whole(nn.Conv2d(3, 4, (2, 3), padding="same", dilation=(3, 1))), ["conv"],
    ),
    "padded at the end": (
        IMAGE, *whole(nn.ZeroPad2d((0, 1, 0, 1)), conv(stride=2)), ["conv"],
    ),
    "padded at the start": (
        IMAGE, *whole(nn.ZeroPad2d((2, 0, 1, 0)), conv(stride=2, padding=1)), ["conv"],
    ),
    "padded for an average": (
        IMAGE, *whole(conv(), nn.ZeroPad2d((0, 1, 0, 0)), nn.AvgPool2d(2)),
        ["conv", "average_pool"],
    ),
    "padded for a maximum": (
        IMAGE, *whole(conv(), nn.ZeroPad2d(1), nn.MaxPool2d(2)), ["conv", "pad", "max_pool"],
    ),
    "padded for a maximum of what is positive": (
        IMAGE, *whole(conv(), nn.ReLU(), nn.ZeroPad2d((0, 1, 0, 1)), nn.MaxPool2d(3, 2)),
        ["conv", "max_pool"],
    ),
    "padded for a sum": (
        IMAGE, lambda x, a: a(x) + functional.pad(x, (1, 0, 0, 1)), [nn.Conv2d(3, 3, 2, padding=1)],
        ["conv", "pad", "add"],
    ),
    "incomplete windows": (
        IMAGE, *whole(conv(), nn.MaxPool2d(3, 2, ceil_mode=True)), ["conv", "max_pool"],
    ),
    "incomplete windows, padded": (
        IMAGE, *whole(conv(), nn.MaxPool2d((2, 3), 2, 1, ceil_mode=True)), ["conv", "max_pool"],
    ),
    "no incomplete windows": (
        IMAGE, *whole(conv(), nn.AvgPool2d(2, ceil_mode=True)), ["conv", "average_pool"],
    ),
    "incomplete averages": (
        IMAGE, *whole(conv(), nn.AvgPool2d(3, 2, ceil_mode=True)), ["conv", "average_pool"],
    ),
    "incomplete averages, padded": (
        IMAGE, *whole(conv(), nn.AvgPool2d(4, 3, 1, ceil_mode=True)), ["conv", "average_pool"],
    ),
    "averages of what is there": (
        IMAGE, *whole(conv(), nn.AvgPool2d(3, 1, 1, count_include_pad=False)),
        ["conv", "average_pool"],
    ),
    "incomplete averages of what is there": (
        IMAGE, *whole(conv(), nn.AvgPool2d((2, 3), 2, 1, ceil_mode=True, count_include_pad=False)),
        ["conv", "average_pool"],
    ),
    "averages of a padded image": (
        IMAGE, *whole(nn.ZeroPad2d((0, 1, 2, 0)), nn.AvgPool2d(3, 1, 1, count_include_pad=False)),
        ["average_pool"],
    ),
    "averages with a divisor": (
        IMAGE, *whole(conv(), nn.AvgPool2d(2, divisor_override=3), linear(54)),
        ["conv", "average_pool", "flatten", "conv"],
    ),
    "dilated maximum": (
        IMAGE, *whole(conv(), nn.MaxPool2d(2, 1, dilation=2, padding=1)), ["conv", "max_pool"],
    ),
    "adaptive": (
        IMAGE, *whole(nn.AdaptiveAvgPool2d((2, None)), nn.AdaptiveMaxPool2d(1)),
        ["average_pool", "max_pool"],
    ),
}  # fmt: skip
MEANS: dict[str, Case] = {
    name: (IMAGE, lambda x, a, f=function: f(a(x).relu()), [conv()], kinds)
    for name, function, kinds in (
        ("of pixels", lambda x: x.mean((2, 3)), ["conv", "average_pool"]),
        ("of pixels, from behind", lambda x: x.mean([-1, -2], keepdim=True),
         ["conv", "average_pool"]),
        ("of rows, then columns", lambda x: x.mean(3).mean(2),
         ["conv", "average_pool", "average_pool"]),
        ("of a view", lambda x: x.flatten(2).mean(2), ["conv", "average_pool"]),
        ("of rows", lambda x: x.mean(2), ["conv", "average_pool"]),
        ("of channels", lambda x: x.mean(1), ["conv", "conv"]),
        ("of channels that are last", lambda x: x.permute(0, 2, 3, 1).mean((1, 2)),
         ["conv", "average_pool"]),
        ("sum of pixels", lambda x: functional.conv2d(x.sum((2, 3), keepdim=True),
                                                      torch.ones(2, 6, 1, 1)),
         ["conv", "average_pool", "conv"]),
        ("largest of pixels", lambda x: x.amax((2, 3)), ["conv", "max_pool"]),
    )
}  # fmt: skip
ORDERS: dict[str, Case] = {
    name: (IMAGE, lambda x, a, b, f=function: f(x, a, b), [conv(), linear(features)], kinds)
    for name, function, features, kinds in (
        ("channels last", lambda x, a, b: b(a(x).permute(0, 2, 3, 1)), 216, FLAT),
        ("rows and columns", lambda x, a, b: b(a(x).transpose(2, 3).flatten(1)), 216, FLAT),
        ("some channels", lambda x, a, b: b(a(x)[:, 2:5]), 108, FLAT),
        ("one channel", lambda x, a, b: b(a(x)[:, 1]), 36, FLAT),
        ("a crop", lambda x, a, b: b(a(x)[:, :, 1:-1, 1:]), 120, FLAT),
        ("a part of a vector", lambda x, a, b: b(a(x).flatten(1)[:, 7:]), 209, FLAT),
        ("squeezed", lambda x, a, b: b(functional.adaptive_avg_pool2d(a(x), 1).squeeze(-1)
                                       .squeeze(-1)), 6, ["conv", "average_pool", "conv"]),
        ("a skip over a flattened map",
         lambda x, a, b: b(a(x).flatten(1) + a(x).relu().flatten(1)), 216,
         ["conv", "flatten", "conv", "flatten", "add", "conv"]),
    )
}  # fmt: skip
PIXELS_LAST: dict[str, Case] = {
    "a linear layer of each pixel": (
        IMAGE,
        lambda x, a, b: b(a(x).permute(0, 2, 3, 1)).relu().permute(0, 3, 1, 2).mean((2, 3)),
        [conv(), nn.Linear(6, 4)], ["conv", "conv", "average_pool"],
    ),
    "a skip from a flattened map to a linear layer": (
        IMAGE, lambda x, a, b, c: c(b(a(x).flatten(1)).relu() + a(x).flatten(1)),
        [nn.Conv2d(3, 1, 3), nn.Linear(36, 36), nn.Linear(36, 2)],
        ["conv", "flatten", "conv", "conv", "flatten", "add", "conv"],
    ),
    "the same, of several channels": (
        IMAGE, lambda x, a, b: b(a(x.flatten(1)).relu() + x.flatten(1)),
        [nn.Linear(192, 192), nn.Linear(192, 2)],
        ["flatten", "conv", "flatten", "add", "conv"],
    ),
}  # fmt: skip
CASES = {
    f"{group}: {name}": case
    for group, cases in (
        ("vectors", VECTORS), ("sequences", SEQUENCES), ("windows", WINDOWS), ("means", MEANS),
        ("orders", ORDERS), ("pixels last", PIXELS_LAST),
    )
    for name, case in cases.items()
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_computes_what_torch_does(name: str) -> None:
    shape, function, modules, kinds = CASES[name]
    network = import_network(randomize(Written(function, modules)), shape)
    channels, height, width = network.graph.input.shape
    rng = np.random.default_rng(0)
    images = rng.integers(0, 256, (9, height, width, channels), dtype=np.uint8)
    assert check_answers(network, images) < 1e-5
    found = [layer.kind for layer in network.graph]
    assert sorted(found) == sorted(["input", *kinds])


def test_padding_becomes_part_of_all_that_reads_it() -> None:
    def forward(x: torch.Tensor, a: nn.Module, b: nn.Module) -> torch.Tensor:
        padded = functional.pad(x, (0, 1, 2, 0))
        total: torch.Tensor = a(padded) + b(padded)
        return total

    graph = import_network(Written(forward, [conv(), conv()]).eval(), IMAGE).graph
    assert [layer.edges for layer in graph if isinstance(layer, Window)] == [((2, 0), (0, 1))] * 2
    assert not any(isinstance(layer, Pad) for layer in graph)


def test_padding_stays_where_a_pool_would_pad_otherwise() -> None:
    module = nn.Sequential(conv(), nn.ZeroPad2d(1), nn.MaxPool2d(2)).eval()
    graph = import_network(module, IMAGE).graph
    pool = next(layer for layer in graph if isinstance(layer, MaxPool))
    assert isinstance(graph[pool.inputs[0]], Pad)
    assert pool.edges == ((0, 0), (0, 0))


@pytest.mark.parametrize(
    "function",
    [
        lambda y: y + y, lambda y: y * 0.3, lambda y: y + 0.3, lambda y: 1 - y, lambda y: y / 3 - 1,
        lambda y: y * torch.linspace(0.1, 1, 6).view(6, 1, 1),
        lambda y: y + torch.linspace(-1, 1, 6).view(1, 6, 1, 1), lambda y: -y,
    ],
    ids=["x + x", "x * c", "x + c", "c - x", "x / c - c", "x * channels", "x + channels", "-x"],
)  # fmt: skip
@pytest.mark.parametrize("kind", ["flattened", "convolution", "output"])
def test_constants_behind_an_activation_function_become_part_of_a_layer(
    function: Callable[[torch.Tensor], torch.Tensor], kind: str
) -> None:
    """Of the convolution before, whose clamp is scaled too, or of the layer behind."""
    last = {"flattened": linear(216), "convolution": nn.Conv2d(6, 2, 3), "output": nn.Identity()}

    def forward(x: torch.Tensor, a: nn.Module, b: nn.Module) -> Any:
        return b(function(a(x).relu()))

    network = import_network(Written(forward, [conv(), last[kind]]).eval(), IMAGE)
    images = np.random.default_rng(0).integers(0, 256, (9, 8, 8, 3), dtype=np.uint8)
    assert check_answers(network, images) < 1e-5
    convs = [layer for layer in network.graph if isinstance(layer, Conv)]
    if kind != "output":
        assert len(convs) == 2
