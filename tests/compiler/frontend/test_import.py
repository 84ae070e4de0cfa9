"""The layers that a module becomes; `same` also compares what they compute."""

import copy
import math
import re

import numpy as np
import pytest
import torch
from tabfab.compiler.frontend import import_graph
from tabfab.compiler.graph import AveragePool, Clamp, Conv, Flatten, MaxPool, SlicePad
from tabfab.compiler.networks import NETWORKS, NetworkSettings, build
from tabfab.compiler.store.errors import TabfabError
from torch import nn
from torch.nn import functional

from support.random_networks import randomize

SHAPE = (3, 8, 8)


def kinds(graph):
    return [layer.kind for layer in graph]


def of_kind(graph, kind):
    return [layer for layer in graph if isinstance(layer, kind)]


class Written(nn.Module):
    """A module from a function and the parts that it uses."""

    def __init__(self, forward, **parts):
        super().__init__()
        self.function = forward
        for name, part in parts.items():
            setattr(self, name, part)

    def forward(self, x):
        return self.function(self, x)


DEEP = pytest.mark.slow("resnet8, resnet20 and resnet18 have the same blocks")


@pytest.mark.parametrize(
    "name",
    [
        pytest.param(name, marks=DEEP if re.fullmatch("resnet(3|4|5).*", name) else ())
        for name in NETWORKS
    ],
)
def test_built_in_networks_compute_the_same(name, same):
    channels, size = (3, (32, 32)) if name.startswith("resnet") else (1, (16, 16))
    if name == "ecg":
        size = (1, 64)
    mean, std = tuple(np.linspace(0.3, 0.5, channels)), tuple(np.linspace(0.2, 0.3, channels))
    network = build(name, NetworkSettings(channels, size, 10, mean, std))
    graph = same(network, (channels, *size))
    np.testing.assert_allclose(graph.input.mean, mean, rtol=1e-6)
    np.testing.assert_allclose(graph.input.std, std, rtol=1e-6)
    assert not of_kind(graph, Clamp)


def test_resnet20_has_the_layers_of_its_paper(same):
    network = build("resnet20", NetworkSettings(3, (32, 32), 10, (0.5,) * 3, (0.2,) * 3))
    graph = same(network, (3, 32, 32))
    assert kinds(graph).count("conv") == 20
    assert kinds(graph).count("add") == 9
    assert kinds(graph).count("slice_pad") == 2
    shortcut = of_kind(graph, SlicePad)[0]
    assert (shortcut.step, shortcut.channels, shortcut.shape) == ((2, 2), (8, 8), (32, 16, 16))
    assert graph.convs[1].name == "layer1.0.conv1"
    assert "basic_block.py:" in graph.convs[1].source
    assert graph["layer1.0.add"].low == 0


def test_batch_norm_and_relu_fold_into_the_convolution(same):
    graph = same(nn.Sequential(nn.Conv2d(3, 4, 3), nn.BatchNorm2d(4), nn.ReLU6()), SHAPE)
    assert kinds(graph) == ["input", "conv"]
    assert (graph.layers[-1].low, graph.layers[-1].high) == (0, 6)
    assert graph.layers[-1].name == "0"


def test_a_batch_norm_of_its_own_is_a_depthwise_convolution(same):
    def forward(self, x):
        y = self.conv(x)
        return functional.relu(self.bn(y)) + y

    graph = same(Written(forward, conv=nn.Conv2d(3, 4, 3), bn=nn.BatchNorm2d(4)), SHAPE)
    norm = graph["bn"]
    assert isinstance(norm, Conv)
    assert (norm.groups, norm.kernel, norm.weight.shape) == (4, (1, 1), (4, 1, 1, 1))
    assert norm.low == 0


def test_a_batch_norm_after_a_clamp_does_not_fold_through_it(same):
    graph = same(nn.Sequential(nn.Conv2d(3, 4, 3), nn.ReLU(), nn.BatchNorm2d(4)), SHAPE)
    assert kinds(graph) == ["input", "conv", "conv"]
    assert graph.layers[1].low == 0


def test_a_batch_norm_passes_a_max_pool_only_where_its_weights_are_positive(same):
    norm = nn.BatchNorm2d(4, affine=False)
    graph = same(nn.Sequential(nn.Conv2d(3, 4, 3), nn.MaxPool2d(2), norm), SHAPE)
    assert kinds(graph) == ["input", "conv", "max_pool"]
    graph = same(nn.Sequential(nn.Conv2d(3, 4, 3), nn.MaxPool2d(2), nn.BatchNorm2d(4)), SHAPE)
    assert kinds(graph) == ["input", "conv", "max_pool", "conv"]


def test_an_activation_moves_above_max_pool_and_flatten(same):
    layers = (nn.Conv2d(3, 4, 3), nn.MaxPool2d(2), nn.Flatten(), nn.ReLU(), nn.Linear(36, 5))
    graph = same(nn.Sequential(*layers), SHAPE)
    assert kinds(graph) == ["input", "conv", "max_pool", "flatten", "conv"]
    assert graph.layers[1].low == 0


def test_an_activation_stays_where_something_else_reads_its_source(same):
    def forward(self, x):
        y = self.pool(self.conv(x))
        return functional.relu(y) + y

    graph = same(Written(forward, conv=nn.Conv2d(3, 4, 3), pool=nn.MaxPool2d(2)), SHAPE)
    assert kinds(graph) == ["input", "conv", "max_pool", "clamp", "add"]
    assert graph.layers[1].low == -math.inf


def test_an_activation_above_zero_does_not_pass_a_padded_shortcut(same):
    def forward(self, x):
        shortcut = functional.pad(self.conv(x)[:, :, ::2, ::2], (0, 0, 0, 0, 1, 2))
        return shortcut.clamp(0.5, 0.9)

    graph = same(Written(forward, conv=nn.Conv2d(3, 4, 3)), SHAPE)
    assert kinds(graph) == ["input", "conv", "slice_pad", "clamp"]
    assert graph.layers[2].channels == (1, 2)


def test_clamps_in_a_row_become_one(same):
    def forward(self, x):
        y = self.conv(x).clamp(min=-0.3)
        return functional.hardtanh(y.clamp(max=2.0), -0.1, 0.2)

    graph = same(Written(forward, conv=nn.Conv2d(3, 4, 3)), SHAPE)
    assert kinds(graph) == ["input", "conv"]
    assert graph.layers[-1].low == pytest.approx(-0.1)


def test_operators_that_overwrite_their_argument_are_seen_by_every_later_reader(same):
    def forward(self, x):
        y = self.conv(x)
        shortcut = y
        functional.relu(y, inplace=True)  # changes `shortcut` too
        y = self.conv2(y)
        y += shortcut
        return y.relu_()

    parts = {"conv": nn.Conv2d(3, 4, 3, padding=1), "conv2": nn.Conv2d(4, 4, 3, padding=1)}
    graph = same(Written(forward, **parts), SHAPE)
    assert kinds(graph) == ["input", "conv", "conv", "add"]
    assert graph.layers[1].low == 0


def test_input_normalization_in_any_form_becomes_the_input_s(same):
    mean, std = torch.tensor([0.1, 0.2, 0.3]), torch.tensor([0.5, 0.6, 0.7])

    def buffers(self, x):
        return self.conv((x - self.mean.view(1, 3, 1, 1)) / self.std[:, None, None])

    def scale(self, x):
        return self.conv((x - 0.4) * 2.5)

    def constant(self, x):
        return self.conv(x / torch.tensor([0.5, 0.25, 0.125]).reshape(3, 1, 1) - 0.5)

    def reversed_twice(self, x):
        return self.conv(1.0 - (1.0 - x * 3))

    def reversed_once(self, x):
        return self.conv(1.0 - x)

    for forward in (buffers, scale, constant, reversed_twice):
        module = Written(forward, conv=nn.Conv2d(3, 4, 3, padding=1))
        module.register_buffer("mean", mean)
        module.register_buffer("std", std, persistent=False)
        assert kinds(same(module, SHAPE)) == ["input", "conv"]
    graph = same(Written(reversed_once, conv=nn.Conv2d(3, 4, 3, padding=1)), SHAPE)
    assert kinds(graph) == ["input", "conv", "conv"]  # a negative scale is no normalization
    assert graph.layers[1].groups == 3


def test_weights_computed_from_parameters_are_constants(same):
    module = nn.Sequential(nn.utils.parametrizations.weight_norm(nn.Conv2d(3, 4, 3)))
    assert kinds(same(module, SHAPE)) == ["input", "conv"]


def test_linear_after_flatten_reads_pixels_channel_minor(same):
    module = nn.Sequential(nn.Conv2d(3, 4, 3), nn.Flatten(), nn.Linear(4 * 6 * 6, 5))
    graph = same(module, SHAPE)
    flatten, linear = graph.layers[-2:]
    assert isinstance(flatten, Flatten)
    expected = module[2].weight.detach().view(5, 4, 6, 6).permute(0, 2, 3, 1).reshape(5, -1)
    np.testing.assert_array_equal(linear.weight[:, :, 0, 0], expected)


def test_vector_operators_after_flatten_follow_its_order(same):
    layers = (
        nn.Flatten(), nn.BatchNorm1d(3 * 8 * 8), nn.ReLU(), nn.Dropout(0.5),
        nn.Linear(192, 7), nn.BatchNorm1d(7), nn.ReLU(), nn.Linear(7, 5),
    )  # fmt: skip
    graph = same(nn.Sequential(*layers), SHAPE)
    assert kinds(graph) == ["input", "flatten", "conv", "conv", "conv"]


def test_flattening_a_single_pixel_leaves_no_layer(same):
    def forward(self, x):
        y = functional.adaptive_avg_pool2d(self.conv(x), 1)
        return self.linear(y.squeeze(-1).squeeze(-1)) + self.linear(y.view(y.size(0), -1))

    module = Written(forward, conv=nn.Conv2d(3, 4, 3), linear=nn.Linear(4, 5))
    graph = same(module, SHAPE)
    assert not of_kind(graph, Flatten)
    assert [layer.name for layer in graph.convs] == ["conv", "linear", "linear_2"]


@pytest.mark.parametrize(
    "pool",
    [
        nn.MaxPool2d(3, stride=2, padding=1),
        nn.MaxPool2d((2, 3), stride=(1, 2)),
        nn.AvgPool2d(3, stride=2, padding=1),
        nn.AvgPool2d(2, ceil_mode=True),
        nn.AdaptiveAvgPool2d((4, 2)),
        nn.AdaptiveMaxPool2d(2),
        Written(lambda self, x: x.mean((-1, -2))),
        Written(lambda self, x: x.mean((2, 3), keepdim=True)),
    ],
)
def test_pools(pool, same):
    graph = same(pool, SHAPE)
    assert len(of_kind(graph, MaxPool | AveragePool)) == 1


@pytest.mark.parametrize(
    "settings",
    [
        {"kernel_size": 3, "padding": "same"},
        {"kernel_size": (5, 3), "padding": "same", "bias": False},
        {"kernel_size": 2, "padding": "valid"},
        {"kernel_size": 3, "stride": (2, 1), "padding": (1, 0)},
        {"kernel_size": 3, "groups": 2},
        {"kernel_size": 3, "groups": 4, "padding": 1},
    ],
)
def test_convolutions(settings, same):
    graph = same(nn.Sequential(nn.Conv2d(4, 8, **settings), nn.BatchNorm2d(8)), (4, 8, 8))
    assert graph.layers[-1].groups == settings.get("groups", 1)


def test_a_final_softmax_is_dropped():
    conv = nn.Sequential(nn.Conv2d(3, 5, 8), nn.Flatten())
    plain = import_graph(conv.eval(), SHAPE)
    for end in (nn.Softmax(1), nn.LogSoftmax(-1)):
        with pytest.warns(UserWarning, match="softmax at the end"):
            graph = import_graph(nn.Sequential(conv, end).eval(), SHAPE)
        assert kinds(graph) == kinds(plain) == ["input", "conv"]


def test_layers_that_the_answer_does_not_need_are_dropped(same):
    def forward(self, x):
        self.unused(x)
        return self.conv(x)

    module = Written(forward, conv=nn.Conv2d(3, 4, 3), unused=nn.Conv2d(3, 4, 3))
    assert [layer.name for layer in same(module, SHAPE)] == ["input", "conv"]


def test_a_module_called_twice_gets_two_names(same):
    module = Written(lambda self, x: self.conv(self.conv(x)), conv=nn.Conv2d(3, 3, 3))
    assert [layer.name for layer in same(module, SHAPE)] == ["input", "conv", "conv_2"]


def test_torch_s_core_operators_import_too():
    network = build("resnet8", NetworkSettings(3, (16, 16), 10, (0.5,) * 3, (0.2,) * 3))
    randomize(network)
    exported = torch.export.export(network, (torch.zeros(2, 3, 16, 16),))
    core = import_graph(exported.run_decompositions())
    plain = import_graph(network, (3, 16, 16))
    assert kinds(core) == kinds(plain)
    for left, right in zip(core.convs, plain.convs, strict=True):
        np.testing.assert_allclose(left.weight, right.weight, atol=1e-6)
        np.testing.assert_allclose(left.bias, right.bias, atol=1e-6)


def test_importing_does_not_change_the_module():
    module = nn.Sequential(nn.Conv2d(3, 4, 3), nn.BatchNorm2d(4)).double().train()
    before = copy.deepcopy(module.state_dict())
    graph = import_graph(module, SHAPE)
    assert module.training
    assert all(torch.equal(before[name], value) for name, value in module.state_dict().items())
    assert graph.layers[-1].weight.dtype == np.float32


def test_a_module_needs_an_image_shape():
    with pytest.raises(TabfabError, match="image_shape"):
        import_graph(nn.Conv2d(3, 4, 3))
