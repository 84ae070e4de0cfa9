"""Tables of activation functions: torch's value, rounded, for every integer that may arrive."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from tabfab.compiler import graph as g
from tabfab.compiler import program as p
from tabfab.compiler.compile import compile_graph
from tabfab.compiler.convert.operators.activation import look_up
from tabfab.compiler.frontend import import_graph
from tabfab.compiler.options import CompileOptions
from tabfab.compiler.program import INT8, UINT8
from tabfab.compiler.scales.calibrate import calibrate
from tabfab.compiler.scales.operators.activation import activation_tables
from tabfab.compiler.scales.quantize_nodes import plain_node
from tabfab.compiler.scales.tensor_scale import TensorScale
from tabfab.compiler.store.errors import TabfabError
from torch import nn

from support.functions import MODULES, WRITTEN, Written
from support.graphs import images_for

SHAPE = (2, 6, 6)
IMAGES = np.random.default_rng(0).integers(0, 256, (60, 6, 6, 2), dtype=np.uint8)
FUNCTIONS = MODULES | {
    name: Written(function)
    for name, (function, _) in WRITTEN.items()
    if name != "LeCun's tanh"  # of which the convolution before takes a part
}


def network(function: nn.Module, padding: int = 0) -> nn.Module:
    torch.manual_seed(0)
    return nn.Sequential(
        nn.Conv2d(2, 4, 3, padding=1), function, nn.Conv2d(4, 3, 3, padding=padding), nn.Flatten(),
        nn.Linear(3 * (4 + 2 * padding) ** 2, 2),
    ).eval()  # fmt: skip


@pytest.mark.parametrize("name", FUNCTIONS)
def test_every_entry_is_torchs_value_to_half_a_step(name: str) -> None:
    """For every integer of the input in every channel, with the scales of calibration."""
    function = FUNCTIONS[name]
    graph = import_graph(network(function), SHAPE)
    (layer,) = [each for each in graph if isinstance(each, g.Activation)]
    scales = calibrate(graph, IMAGES)
    source, scale = scales[layer.inputs[0]], scales[layer.name]
    node = plain_node(layer, scale, [source])
    assert isinstance(node, p.ActivationTable)
    codes = torch.arange(source.type.low, source.type.high + 1, dtype=torch.int16)
    every = codes.view(1, -1, 1, 1).expand(1, -1, 1, 4)
    reached = look_up(node, [every])[0, :, 0].numpy()
    real = ((every.double() - source.zeros[0]) * source.step).permute(0, 3, 1, 2)
    with torch.no_grad():
        expected = function(real.float())[0, :, :, 0].T.double().numpy()
    steps = expected / scale.step + node.zero
    unclipped = (steps > node.type.low - 0.5) & (steps < node.type.high + 0.5)
    assert np.abs(reached - steps)[unclipped].max() <= 0.5 + 1e-3
    assert (reached == np.where(steps < 0, node.type.low, node.type.high))[~unclipped].all()
    assert unclipped.mean() > 0.3


@pytest.mark.parametrize("name", MODULES)
def test_integers_follow_the_float_network(name: str) -> None:
    graph = import_graph(network(MODULES[name], padding=1), SHAPE)
    images = images_for(graph)
    compilation = compile_graph(graph, images, CompileOptions(mask=("exact",) * 3))
    reached = compilation.program_answers(images) * compilation.program.output.scale
    expected = compilation.float_answers(images)
    assert np.corrcoef(reached.ravel(), expected.ravel())[0, 1] > 0.98


# -------------------------------------------------------------------------------- zero points


def types_of(*layers: nn.Module) -> dict[str, tuple[str, bool]]:
    """Type of each layer's output, and whether it has a zero point."""
    torch.manual_seed(0)
    graph = import_graph(nn.Sequential(*layers).eval(), SHAPE)
    scales = calibrate(graph, IMAGES)
    return {
        layer.name: (str(scales[layer.name].type), bool((scales[layer.name].zeros != 0).any()))
        for layer in graph
        if layer.name != "input"
    }


def conv(padding: int = 0, inputs: int = 2) -> nn.Conv2d:
    return nn.Conv2d(inputs, 2, 3, padding=padding)


def test_a_convolution_takes_a_zero_point_in() -> None:
    assert types_of(conv(), nn.SiLU(), conv(1))["1"] == ("uint8", True)


def test_behind_a_pool_it_does_too() -> None:
    through = types_of(conv(), nn.SiLU(), nn.MaxPool2d(2), nn.Flatten(), nn.Linear(8, 2))
    assert through["1"] == through["2"] == through["3"] == ("uint8", True)
    padded = types_of(conv(), nn.SiLU(), nn.MaxPool2d(2), conv(1))
    assert padded["1"] == padded["2"] == ("uint8", True)


@pytest.mark.parametrize("reader", [nn.AvgPool2d(2), Written(lambda x: x + x.clamp(max=0.1))])
def test_what_only_adds_does_not(reader: nn.Module) -> None:
    types = types_of(conv(), nn.SiLU(), reader, nn.Conv2d(2, 2, 1))
    assert types["1"] == ("int8", False)


def test_answers_have_none() -> None:
    assert types_of(conv(), nn.SiLU())["1"] == ("int8", False)


def test_what_is_never_negative_needs_none() -> None:
    assert types_of(conv(), nn.Sigmoid(), conv())["1"] == ("uint8", False)
    assert types_of(conv(), nn.ReLU(), nn.Tanh(), conv())["2"] == ("uint8", False)


def test_a_zero_point_makes_steps_finer() -> None:
    """SiLU falls to -0.28 only: nearly twice as many steps are left for what is above."""
    torch.manual_seed(0)
    steps = []
    for tail in ([conv(1)], [nn.AvgPool2d(2)]):
        first = conv()
        nn.init.constant_(first.weight, 0.4)
        graph = import_graph(nn.Sequential(first, nn.SiLU(), *tail).eval(), SHAPE)
        steps.append(calibrate(graph, IMAGES)["1"].step)
    assert steps[0] < 0.65 * steps[1]


# --------------------------------------------------------------------------- scale of the input


def test_the_inputs_scale_is_chosen_by_what_becomes_of_the_output() -> None:
    """Where tanh is flat, it does not matter that its argument is clipped."""
    torch.manual_seed(0)
    steps = []
    for function in (nn.Tanh(), nn.Identity()):
        first = conv()
        nn.init.normal_(first.weight, std=4.0)
        graph = import_graph(nn.Sequential(first, function, conv(0)).eval(), SHAPE)
        steps.append(calibrate(graph, IMAGES)["0"].step)
    assert steps[0] < 0.7 * steps[1]


def test_a_tensor_that_something_else_reads_too_is_not() -> None:
    class Both(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.conv = conv()
            nn.init.normal_(self.conv.weight, std=4.0)

        def forward(self, x: torch.Tensor) -> torch.Tensor:
            y = self.conv(x)
            return torch.tanh(y) + y

    torch.manual_seed(0)
    module = Both()
    scales = calibrate(import_graph(module.eval(), SHAPE), IMAGES)
    torch.manual_seed(0)
    alone = nn.Sequential(Both().conv)
    assert scales["conv"].step > 0.7 * calibrate(import_graph(alone, SHAPE), IMAGES)["0"].step


# ------------------------------------------------------------------------------------- tables


def scale(step: float, kind: p.ActivationType = INT8, zero: float = 0.0) -> TensorScale:
    return TensorScale(kind, np.full(3, step), np.full(3, zero))


def layer(**more: object) -> g.Activation:
    fields = {"function": "tanh", **more}
    return g.Activation(name="f", inputs=("x",), shape=(3, 2, 2), **fields)  # type: ignore[arg-type]


def test_channels_that_have_the_same_function_share_a_table() -> None:
    slopes = np.full((1, 3), 0.5)
    alike = layer(function="leaky_relu", parameters=slopes)
    assert activation_tables(alike, scale(0.1), scale(0.1)).shape == (1, 256)
    slopes = np.array([[0.5, 0.25, 0.5]])
    different = layer(function="leaky_relu", parameters=slopes)
    tables = activation_tables(different, scale(0.1), scale(0.1))
    assert tables.shape == (3, 256)
    np.testing.assert_array_equal(tables[:, 128 - 100], [-50, -25, -50])


def test_an_image_with_an_offset_for_each_channel_is_taken_as_it_is() -> None:
    image = TensorScale(UINT8, np.array([0.01, 0.02, 0.03]), np.array([10.5, 20.0, 30.25]))
    tables = activation_tables(layer(), scale(1 / 127), image)
    codes = np.arange(256)
    expected = np.tanh((codes - image.zeros[:, None]) * image.steps[:, None])
    assert np.abs(tables / 127 - expected).max() <= 0.5 / 127 + 1e-9


def test_the_zero_point_is_what_zero_becomes() -> None:
    tables = activation_tables(layer(function="silu"), scale(0.02, UINT8, 14), scale(0.05))
    assert tables[0, 128] == 14
    assert tables.min() == 0


def test_a_function_that_is_no_number_is_refused() -> None:
    bad = layer(function="elu", parameters=np.array([[0.0], [1.0], [-1e9]]))
    with pytest.raises(TabfabError, match="'f' has an activation function that is no number"):
        activation_tables(bad, scale(0.02), scale(0.05))
