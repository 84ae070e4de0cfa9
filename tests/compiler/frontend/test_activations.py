"""Activation functions are recognized however they are written, and arithmetic joins them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import torch
from tabfab.compiler import graph as g
from tabfab.compiler.frontend import UnsupportedOperatorError, import_graph
from tabfab.compiler.frontend.model_file import load_model
from tabfab.compiler.graph import float_graph
from torch import Tensor, nn
from torch.nn import functional

from support.functions import MODULES, WRITTEN, Written

SHAPE = (2, 6, 6)
IMAGES = torch.from_numpy(np.random.default_rng(0).integers(0, 256, (4, *SHAPE), dtype=np.uint8))


def around(function: nn.Module) -> nn.Module:
    """A network with a function between two convolutions, and again behind a linear layer."""
    torch.manual_seed(0)
    return nn.Sequential(
        nn.Conv2d(2, 4, 3, padding=1), function, nn.Conv2d(4, 4, 3), nn.AvgPool2d(4),
        nn.Flatten(), nn.Linear(4, 4), function, nn.Linear(4, 3),
    ).eval()  # fmt: skip


def check(network: nn.Module, graph: g.Graph) -> list[g.Activation]:
    """The activation functions of a graph that computes what torch does."""
    answers = float_graph.run(graph, IMAGES)[graph.layers[-1].name].flatten(1)
    with torch.no_grad():
        torch.testing.assert_close(answers, network(IMAGES / 255), rtol=1e-4, atol=1e-5)
    return [layer for layer in graph if isinstance(layer, g.Activation)]


def check_exported(network: nn.Module, directory: Path) -> list[g.Activation]:
    """Those of a network that went through a file."""
    path = directory / "model.pt2"
    torch.export.save(torch.export.export(network, (IMAGES[:2] / 255,)), path)
    return check(network, import_graph(load_model(path).network))


@pytest.mark.parametrize("name", MODULES)
def test_modules(name: str) -> None:
    network = around(MODULES[name])
    functions = check(network, import_graph(network, SHAPE))
    assert len(functions) == 2  # behind the convolution and behind the linear layer
    slopes = 4 if "a channel" in name else 1
    assert all(layer.parameters.shape[1] == slopes for layer in functions if len(layer.parameters))


@pytest.mark.parametrize("name", WRITTEN)
def test_functions_as_they_are_written(name: str) -> None:
    function, known = WRITTEN[name]
    network = around(Written(function))
    graph = import_graph(network, SHAPE)
    assert [layer.function for layer in check(network, graph)] == [known] * 2
    kinds = [layer.kind for layer in graph]
    assert kinds.count("conv") == 4, "what multiplies is in the table"


def test_from_an_exported_file(tmp_path: Path) -> None:
    """All of them in one network, each behind a layer that brings its values back to a range."""
    torch.manual_seed(0)
    layers: list[nn.Module] = [nn.Conv2d(2, 4, 3, padding=1)]
    for module in MODULES.values():
        layers += [module, nn.Conv2d(4, 4, 1)]
    layers += [nn.Flatten(), nn.Linear(144, 3)]
    functions = check_exported(nn.Sequential(*layers).eval(), tmp_path)
    assert len(functions) == len(MODULES)


@pytest.mark.slow("one file has all of them")
@pytest.mark.parametrize("name", MODULES)
def test_each_from_an_exported_file(name: str, tmp_path: Path) -> None:
    assert len(check_exported(around(MODULES[name]), tmp_path)) == 2


def test_parameters_of_a_flattened_image_are_in_the_layers_order() -> None:
    torch.manual_seed(0)
    network = nn.Sequential(nn.Conv2d(2, 3, 3), nn.Flatten(), nn.PReLU(48), nn.Linear(48, 2)).eval()
    with torch.no_grad():
        network[2].weight.copy_(torch.rand(48))
    (function,) = check(network, import_graph(network, SHAPE))
    assert function.parameters.shape == (1, 48)


# ----------------------------------------------------------------------------- what is joined


def test_a_pool_with_a_coefficient_and_a_bias_for_each_map_multiplies_nothing() -> None:
    """The subsampling layer of LeCun's networks: its coefficients go into the tables."""

    class Subsampling(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.coefficient = nn.Parameter(torch.tensor([0.5, -1.2, 2.0, 0.1]).view(4, 1, 1))
            self.bias = nn.Parameter(torch.tensor([0.1, 0.0, -0.3, 0.2]).view(4, 1, 1))

        def forward(self, x: Tensor) -> Tensor:
            return torch.tanh(functional.avg_pool2d(x, 2) * self.coefficient + self.bias)

    torch.manual_seed(0)
    network = nn.Sequential(nn.Conv2d(2, 4, 3), Subsampling(), nn.Flatten(), nn.Linear(16, 3))
    graph = import_graph(network.eval(), SHAPE)
    (function,) = check(network, graph)
    assert function.before.shape == (2, 4)
    assert [layer.kind for layer in graph] == [
        "input", "conv", "average_pool", "activation", "flatten", "conv"
    ]  # fmt: skip


def test_batch_norm_behind_a_function_goes_into_tables_where_they_are_few() -> None:
    def graph_of(channels: int) -> g.Graph:
        torch.manual_seed(0)
        norm = nn.BatchNorm2d(channels)
        norm.running_mean = torch.randn(channels)
        network = nn.Sequential(nn.Conv2d(2, channels, 3), nn.Tanh(), norm).eval()
        graph = import_graph(network, SHAPE)
        answers = float_graph.run(graph, IMAGES)[graph.layers[-1].name]
        with torch.no_grad():
            torch.testing.assert_close(answers, network(IMAGES / 255), rtol=1e-4, atol=1e-5)
        return graph

    assert [layer.kind for layer in graph_of(8)] == ["input", "conv", "activation"]
    assert [layer.kind for layer in graph_of(80)] == ["input", "conv", "activation", "conv"]


def test_a_clamp_behind_a_function_is_its_own() -> None:
    function = Written(lambda x: torch.clamp(torch.tanh(x), -0.2, 0.7))
    functions = check(around(function), import_graph(around(function), SHAPE))
    assert [(layer.low, layer.high) for layer in functions] == [(-0.2, 0.7)] * 2


def test_what_is_done_behind_a_clamp_is_not_done_in_front_of_it() -> None:
    function = Written(lambda x: 3 * torch.clamp(torch.tanh(x), -0.2, 0.7))
    functions = check(around(function), import_graph(around(function), SHAPE))
    assert all((layer.after == [[1], [0]]).all() for layer in functions)


def test_a_function_that_something_else_reads_too_keeps_its_values() -> None:
    class Both(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.conv = nn.Conv2d(2, 2, 1)

        def forward(self, x: Tensor) -> Tensor:
            gate = torch.sigmoid(self.conv(x))
            return 2 * gate + gate

    torch.manual_seed(0)
    network = Both().eval()
    graph = import_graph(network, SHAPE)
    answers = float_graph.run(graph, IMAGES)[graph.layers[-1].name]
    with torch.no_grad():
        torch.testing.assert_close(answers, network(IMAGES / 255))


def test_a_function_of_the_image_takes_the_normalization_in() -> None:
    network = Written(lambda x: torch.tanh((x - 0.4) / 0.3))
    graph = import_graph(network, SHAPE)
    answers = float_graph.run(graph, IMAGES)[graph.layers[-1].name]
    torch.testing.assert_close(answers, network(IMAGES / 255))
    assert [layer.kind for layer in graph] == ["input", "activation"]


@pytest.mark.parametrize(
    "function",
    [
        lambda x: x * torch.tanh(x),
        lambda x: x * torch.sigmoid(x + 1),
        lambda x: functional.relu(x) * torch.sigmoid(x),
        lambda x: x * functional.relu6(x + 2) / 6,
    ],
)
def test_other_products_are_layers(function: Callable[[Tensor], Tensor]) -> None:
    graph = import_graph(around(Written(function)), SHAPE)
    assert "multiply" in [layer.kind for layer in graph]


def test_other_quotients_are_refused() -> None:
    with pytest.raises(UnsupportedOperatorError, match="by a layer"):
        import_graph(around(Written(lambda x: x / (2 + torch.abs(x)))), SHAPE)


def test_random_slopes_are_refused() -> None:
    network = nn.Sequential(nn.Conv2d(2, 4, 3), nn.RReLU())
    exported = torch.export.export(network.train(), (IMAGES[:2] / 255,))
    with pytest.raises(UnsupportedOperatorError, match=r"eval\(\)"):
        import_graph(exported)


def test_parameters_that_are_no_numbers_are_refused() -> None:
    network = nn.Sequential(nn.Conv2d(2, 4, 3), nn.PReLU(4)).eval()
    with torch.no_grad():
        network[1].weight[2] = float("nan")
    with pytest.raises(Exception, match="NaN or infinite"):
        import_graph(network, SHAPE)
