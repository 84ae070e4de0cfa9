"""Every refusal names the operator, its place in the user's source, and a way out."""

import inspect

import pytest
import torch
from tabfab.compiler.frontend import UnsupportedOperatorError, import_graph
from tabfab.compiler.store.errors import TabfabError
from torch import nn
from torch.nn import functional

SHAPE = (3, 8, 8)


class Written(nn.Module):
    def __init__(self, forward):
        super().__init__()
        self.function = forward
        self.conv = nn.Conv2d(3, 3, 3, padding=1)

    def forward(self, x):
        return self.function(self.conv(x))


REFUSED = [
    (lambda x: torch.exp(x), "exp", "use an activation function that has a name"),
    (lambda x: functional.glu(x, 2), "glu", "use an activation function that has a name"),
    (lambda x: torch.cat([x, x], 2), "cat along dimension 2", "torch.cat(x, 1)"),
    (
        lambda x: torch.cat([x, torch.ones(x.shape[0], 1, 8, 8)], 1),
        "cat of ones, which is neither a layer nor a constant",
        "fixed sizes",
    ),
    (
        lambda x: torch.cat([x.flatten(1), x.flatten(1)], 1),
        "cat of numbers in another order",
        "what a linear layer reads",
    ),
    (lambda x: torch.stack([x, x], 0).flatten(0, 1), "stack to shape", "batch axis first"),
    (lambda x: x.chunk(2, 2)[0], "chunk along dimension 2", "split channels"),
    (lambda x: x.narrow(2, 0, 4), "narrow along dimension 2", "choose channels"),
    (lambda x: x.index_select(2, torch.tensor([1])), "index_select of anything", "channels"),
    (
        lambda x: x.reshape(-1, 3, 2, 4, 8) * x.reshape(-1, 3, 2, 4, 8)[:, :, :1],
        "mul of a layer of shape (3, 2, 4, 8) and one of (3, 2, 4, 8)",
        "(N, channels, 1, 1)",
    ),
    (lambda x: x - x[:, :, ::8, ::8], "sub of two layers of shapes", "the same shape"),
    (lambda x: x / functional.relu(x), "div by a layer", "divide by a constant"),
    (lambda x: x + x[:, :, ::8, ::8], "add of two layers of shapes", "the same shape"),
    (lambda x: x + torch.arange(8.0), "add with a constant of shape", "one per channel"),
    (lambda x: functional.softmax(x, 1) + x, "softmax inside the network", "for the end"),
    (lambda x: functional.softmax(x, 2), "softmax inside the network", "over the classes"),
    (
        lambda x: functional.avg_pool2d(x, 3, 2, ceil_mode=True, divisor_override=3),
        "avg_pool2d with divisor_override",
        "leave one away",
    ),
    (lambda x: functional.adaptive_avg_pool2d(x, 3), "from 8x8 to 3x3", "that divides"),
    (lambda x: functional.pad(x, (0, 0, 0, 0, -1, 1)), "which cuts off channels", "slice them"),
    (lambda x: functional.pad(x, (0, 0, 0, 0, 1, 1), value=1.0), "with value=1", "pad with zeros"),
    (
        lambda x: functional.pad(x, (1, 1, 0, 0), mode="reflect"),
        "with mode='reflect'",
        "pad with zeros",
    ),
    (lambda x: nn.MaxPool2d(2)(x.flip(2)), "flip", "build the network from"),
    (lambda x: nn.MaxPool2d(2)(x.transpose(2, 3)), "in another order than", "permute and slice"),
    (lambda x: x.reshape(-1, 2, 96).mean(2), "mean over dimensions [2]", "height, width"),
    (lambda x: x.amax(1), "amax over channels", "tabfab finds the largest"),
    (lambda x: x.reshape(-1, 64), "mixes the images", "batch axis first"),
    (lambda x: functional.interpolate(x, size=(12, 20)), "from 8x8 to 12x20", "whole factors"),
    (
        lambda x: functional.interpolate(x, scale_factor=3, mode="bilinear"),
        "upsample_bilinear2d from 8x8 to 24x24",
        "factors of 2, 4, 8",
    ),
    (
        lambda x: functional.interpolate(x.flatten(2), scale_factor=3, mode="linear"),
        "upsample_linear1d from 1x64 to 1x192",
        "factors of 2, 4, 8",
    ),
    (
        lambda x: functional.interpolate(x, scale_factor=2, mode="bilinear", align_corners=True),
        "16x16, corners aligned",
        "align_corners=False",
    ),
    (
        lambda x: functional.interpolate(x, scale_factor=2, mode="bicubic"),
        "upsample_bicubic2d",
        "'nearest'",
    ),
    (lambda x: nn.MaxPool2d(2)(x.reshape(x.shape[0], 6, 4, 8)), "in another order", "permute"),
    (lambda x: functional.layer_norm(x, (8, 8)), "layer_norm", "batch norm"),
    (lambda x: functional.linear(x, torch.ones(5, 8)), "in another order than", "linear layer"),
    (
        lambda x: functional.linear(x.view(-1, 3, 2, 4, 8), torch.ones(5, 8)),
        "linear of 3 axes of vectors",
        "flatten or pool",
    ),
    (lambda x: functional.conv2d(x, x[:1]), "", ""),
    (lambda x: x.flatten(1).argmax(1), "argmax", "logits"),
    (lambda x: x.int(), "to torch.int32", "floating point"),
]


@pytest.mark.parametrize(("function", "what", "instead"), REFUSED)
def test_an_operator_is_named_with_its_place_and_a_way_out(function, what, instead):
    with pytest.raises(TabfabError) as refused:
        import_graph(Written(function), SHAPE)
    message = str(refused.value)
    assert what in message
    assert instead in message
    if what:
        assert isinstance(refused.value, UnsupportedOperatorError)
        line = inspect.getsourcelines(Written.forward)[1] + 1
        assert refused.value.place.source == f"{__file__}:{line}"
        assert "\n" not in message


@pytest.mark.parametrize(
    ("layer", "what", "instead"),
    [
        (
            nn.Conv2d(3, 4, 3, padding=1, padding_mode="reflect"),
            "pad with mode='reflect'",
            "padding_mode='zeros'",
        ),
        (nn.Conv2d(3, 4, 3, padding=1, padding_mode="circular"), "mode='circular'", "zeros"),
        (nn.GLU(2), "glu", "use an activation function"),
        (nn.GroupNorm(1, 3), "group_norm", "batch norm"),
        (nn.InstanceNorm2d(3), "instance_norm", "batch norm"),
        (nn.BatchNorm2d(3, track_running_stats=False), "running statistics", "eval()"),
    ],
)
def test_a_layer_is_named_by_its_module_path(layer, what, instead):
    class Inner(nn.Module):
        def __init__(self):
            super().__init__()
            self.block = nn.Sequential(nn.ReLU(), layer)

        def forward(self, x):
            return self.block(x)

    with pytest.raises(UnsupportedOperatorError) as refused:
        import_graph(Inner(), SHAPE)
    assert what in str(refused.value)
    assert instead in str(refused.value)
    assert "'block.1'" in str(refused.value)
    assert __file__ in refused.value.place.source


def test_a_program_exported_in_training_mode_is_refused():
    module = nn.Sequential(nn.Conv2d(3, 4, 3), nn.BatchNorm2d(4)).train()
    exported = torch.export.export(module, (torch.zeros(2, *SHAPE),))
    with pytest.raises(UnsupportedOperatorError, match=r"eval\(\)"):
        import_graph(exported)


@pytest.mark.parametrize("value", [float("nan"), float("inf")])
def test_weights_that_are_not_finite_name_their_layer(value):
    module = nn.Sequential(nn.Conv2d(3, 4, 3), nn.Conv2d(4, 4, 3))
    module[1].weight.data[2, 0, 1, 1] = value
    with pytest.raises(TabfabError, match=r"layer '1' has 1 NaN or infinite weights among 148"):
        import_graph(module, SHAPE)


def test_a_negative_variance_names_its_batch_norm():
    module = nn.Sequential(nn.Conv2d(3, 4, 3), nn.BatchNorm2d(4))
    module[1].running_var[0] = -1
    with pytest.raises(TabfabError, match="layer '1' has 2 NaN"):
        import_graph(module, SHAPE)


def test_an_answer_that_is_no_answer_to_the_image_is_refused():
    class Two(nn.Module):
        def __init__(self):
            super().__init__()
            self.register_buffer("anchors", torch.ones(1, 4))

        def forward(self, x):
            return functional.relu(x), self.anchors * 2

    with pytest.raises(TabfabError, match=r"return what does|does not fit"):
        import_graph(Two(), SHAPE)


def test_a_flattened_image_as_the_answer_is_refused():
    with pytest.raises(TabfabError, match="end it with a linear layer"):
        import_graph(nn.Sequential(nn.Conv2d(3, 4, 3), nn.Flatten()), SHAPE)


@pytest.mark.filterwarnings("ignore")
def test_a_scripted_module_is_refused_in_a_sentence():
    scripted = torch.jit.script(nn.Conv2d(3, 4, 3).eval())
    with pytest.raises(TabfabError, match="cannot trace RecursiveScriptModule"):
        import_graph(scripted, SHAPE)


def test_a_module_that_does_not_fit_the_image_says_so():
    with pytest.raises(TabfabError, match=r"cannot trace Conv2d for images of shape \(3, 8, 8\)"):
        import_graph(nn.Conv2d(4, 4, 3), SHAPE)
