"""Operators under training compute the program's integers, with a gradient."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from tabfab.compiler import graph as g
from tabfab.compiler.convert.operators.catalog import INTEGER_OPERATORS
from tabfab.compiler.finetune.student.operators import (
    TRAINED_OPERATORS,
    Scales,
    activation,
    average_pool,
    concat,
)
from tabfab.compiler.graph.layers.functions import FUNCTIONS
from tabfab.compiler.program import INT8, UINT8, Node
from tabfab.compiler.scales.quantize_nodes import plain_node
from tabfab.compiler.scales.tensor_scale import TensorScale


def scale(step: float, kind: object = INT8, zero: float = 0.0) -> TensorScale:
    return TensorScale(kind, np.full(3, step), np.full(3, zero))  # type: ignore[arg-type]


def integers(node: Node, *inputs: torch.Tensor) -> torch.Tensor:
    """The program's results, (N, C, H, W)."""
    minor = [x.short().permute(0, 2, 3, 1) for x in inputs]
    return INTEGER_OPERATORS[type(node)](node, minor).permute(0, 3, 1, 2).float()


@pytest.mark.parametrize("function", FUNCTIONS)
@pytest.mark.parametrize("channels", [1, 3])
def test_functions_give_the_tables_entries(function: str, channels: int) -> None:
    count = len(FUNCTIONS[function].parameters)
    parameters = np.array((0.4, 1.3, 0.8)[:count])[:, None] * np.linspace(1, 0.5, channels)
    layer = g.Activation(
        name="f", inputs=("x",), shape=(3, 1, 256), function=function,
        parameters=parameters if count else np.empty((0, 1)), high=2.0,
    )  # fmt: skip
    scales = Scales([scale(0.04, UINT8, 100)], scale(0.02, UINT8, 30))
    x = torch.arange(256.0).expand(2, 3, 1, 256).clone().requires_grad_()
    result = activation(layer, scales, [x])
    node = plain_node(layer, scales.output, scales.sources)
    assert torch.equal(result, integers(node, x))
    result.sum().backward()
    assert x.grad is not None
    assert torch.isfinite(x.grad).all()
    assert (x.grad != 0).any()


def test_the_gradient_is_the_functions() -> None:
    layer = g.Activation(name="f", inputs=("x",), shape=(3, 1, 256), function="tanh")
    x = torch.arange(-128.0, 128).expand(1, 3, 1, 256).clone().requires_grad_()
    activation(layer, Scales([scale(0.03)], scale(1 / 127)), [x]).sum().backward()
    assert x.grad is not None
    expected = (1 - torch.tanh(x.detach() * 0.03) ** 2) * 0.03 * 127
    torch.testing.assert_close(x.grad, expected, rtol=1e-4, atol=1e-4)


@pytest.mark.parametrize("output", [0.25, 0.25 * 4 / 9])
def test_averages_are_the_programs(output: float) -> None:
    """With a factor and without."""
    layer = g.AveragePool(name="mean", inputs=("x",), shape=(3, 6, 6), kernel=(3, 3))
    scales = Scales([scale(0.25)], scale(output))
    generator = torch.Generator().manual_seed(0)
    x = torch.randint(-128, 128, (20, 3, 8, 8), generator=generator).float()
    node = plain_node(layer, scales.output, scales.sources)
    assert torch.equal(average_pool(layer, scales, [x]), integers(node, x))


@pytest.mark.parametrize("output", [0.25, 0.5, 0.125])
def test_channels_side_by_side_are_the_programs(output: float) -> None:
    layer = g.Concat(name="all", inputs=("x", "y"), shape=(6, 6, 6), low=0.0)
    scales = Scales([scale(0.25), scale(0.5)], scale(output))
    random = torch.Generator().manual_seed(0)
    x, y = (
        torch.randint(-128, 128, (2, 3, 6, 6), generator=random).float().requires_grad_()
        for _ in range(2)
    )
    result = concat(layer, scales, [x, y])
    assert torch.equal(result, integers(plain_node(layer, scales.output, scales.sources), x, y))
    result.sum().backward()
    assert x.grad is not None
    assert (x.grad != 0).any()


@pytest.mark.parametrize("output", [0.25 * 0.5, 0.25 * 0.5 * 64, 3.1, 0.13])
def test_products_are_the_programs(output: float) -> None:
    """With a factor and without."""
    layer = g.Multiply(name="gated", inputs=("x", "y"), shape=(3, 6, 6), high=200.0)
    scales = Scales([scale(0.25), scale(0.5, UINT8)], scale(output))
    random = torch.Generator().manual_seed(0)
    x = torch.randint(-128, 128, (20, 3, 6, 6), generator=random).float().requires_grad_()
    y = torch.randint(0, 256, (20, 3, 6, 6), generator=random).float()
    result = TRAINED_OPERATORS[g.Multiply](layer, scales, [x, y])
    assert torch.equal(result, integers(plain_node(layer, scales.output, scales.sources), x, y))
    result.sum().backward()
    assert x.grad is not None
    assert (x.grad != 0).any()


def test_chosen_channels_are_the_programs() -> None:
    layer = g.ChannelSelect(name="some", inputs=("x",), shape=(4, 6, 6), channels=(2, 0, 0, 1))
    scales = Scales([scale(0.25)], scale(0.25))
    x = torch.arange(108.0).view(1, 3, 6, 6)
    result = TRAINED_OPERATORS[g.ChannelSelect](layer, scales, [x])
    assert torch.equal(result, integers(plain_node(layer, scales.output, scales.sources), x))


def test_larger_images_are_the_programs() -> None:
    scales = Scales([scale(0.25)], scale(0.25))
    x = torch.arange(144.0).view(1, 6, 6, 4) - 70
    larger = g.Upsample(name="up", inputs=("x",), shape=(6, 12, 12), factor=(2, 3))
    result = TRAINED_OPERATORS[g.Upsample](larger, scales, [x])
    assert torch.equal(result, integers(plain_node(larger, scales.output, scales.sources), x))
    between = g.Interpolate(name="up", inputs=("x",), shape=(6, 12, 16), factor=(2, 4))
    result = TRAINED_OPERATORS[g.Interpolate](between, scales, [x])
    assert torch.equal(result, integers(plain_node(between, scales.output, scales.sources), x))
    spread = g.DepthToSpace(name="spread", inputs=("x",), shape=(1, 12, 12), block=(2, 3))
    result = TRAINED_OPERATORS[g.DepthToSpace](spread, scales, [x])
    assert torch.equal(result, integers(plain_node(spread, scales.output, scales.sources), x))
