"""How TabConv's totals before conversion come about (arXiv 2404.05872, table 2).

They count multiply-accumulates, biases, 2 operations per element of a batch norm, 1 per element
that an activation module gives, and 1 per element that a pool reads. A ReLU module that a block
calls twice counts once.
"""

from __future__ import annotations

import pytest
from tabfab.compiler.frontend import import_graph
from tabfab.compiler.methods.catalog import METHODS
from tabfab.compiler.networks import NetworkSettings, build
from tabfab.compiler.recipes import TABCONV

MILLION = 1e6


def imported(name: str, channels: int = 3, size: int = 32):
    settings = NetworkSettings(channels, (size, size), 10, (0.5,) * channels, (0.2,) * channels)
    return import_graph(build(name, settings).eval(), (channels, size, size))


def multiply_accumulates(name: str) -> int:
    network = imported(name)
    method = METHODS["exact"]
    return sum(method.planned_cost(network, layer, TABCONV).exact for layer in network.convs)


def torchvision_resnet(blocks: tuple[int, ...]) -> int:
    """torchvision's ResNet with 1000 classes on 3x32x32: 7x7 stem of stride 2, max pool."""

    def conv(inputs: int, outputs: int, kernel: int, side: int) -> int:
        return side * side * outputs * (inputs * kernel * kernel + 2)  # 2: batch norm

    stem = conv(3, 64, 7, 16) + 64 * 16 * 16 + 64 * 16 * 16  # ReLU, max pool's input
    total = stem + 512 + 512 * 1000  # average pool, linear
    inputs = 64
    for stage, count in enumerate(blocks):
        outputs, side = 64 << stage, 8 >> stage
        for block in range(count):
            first = conv(inputs, outputs, 3, side)
            shortcut = conv(inputs, outputs, 1, side) if stage and not block else 0
            relu = outputs * side * side
            total += first + relu + conv(outputs, outputs, 3, side) + shortcut
            inputs = outputs
    return total


@pytest.mark.parametrize(("blocks", "published"), [((2, 2, 2, 2), 37.67), ((3, 4, 6, 3), 75.49)])
def test_resnets_are_those_of_torchvision(blocks: tuple[int, ...], published: float) -> None:
    assert round(torchvision_resnet(blocks) / MILLION, 2) == published


def test_network_in_network() -> None:
    outputs = 1024 * (192 + 160 + 96) + 256 * 3 * 192 + 64 * (192 + 192 + 10)
    pools = 1024 * 96 + 256 * 192 + 64 * 10
    total = multiply_accumulates("nin") + 2 * outputs + pools  # a bias and a ReLU each
    assert round(total / MILLION, 1) == 223.9


@pytest.mark.parametrize(
    ("name", "millions"),
    [
        ("resnet18", 35.312_640),
        pytest.param("resnet34", 73.061_376, marks=pytest.mark.slow("resnet18 is alike")),
    ],
)
def test_multiply_accumulates_of_the_networks_that_it_trains(name: str, millions: float) -> None:
    assert multiply_accumulates(name) == round(millions * MILLION)


def test_share_removed_from_resnet18_on_mnist() -> None:
    network = imported("resnet18")
    method = METHODS["table"]
    left = sum(method.planned_cost(network, layer, TABCONV).tabconv for layer in network.convs)
    assert 1 - left / torchvision_resnet((2, 2, 2, 2)) == pytest.approx(0.994, abs=5e-4)
