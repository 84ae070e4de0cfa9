"""Forms in which people save a network: each computes what torch does, or is refused by name."""

from __future__ import annotations

import dataclasses
import itertools
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from numpy.typing import NDArray
from tabfab.compiler.frontend import Imported, Pixels, import_graph, import_network
from tabfab.compiler.frontend.compare import ImportMismatchError, check_answers
from tabfab.compiler.frontend.model_file import load_model
from tabfab.compiler.graph import Graph, float_graph
from tabfab.compiler.store.errors import TabfabError
from torch import nn
from torch.nn import functional

IMAGES = np.random.default_rng(0).integers(0, 256, (40, 8, 8, 1), dtype=np.uint8)
FLOATS = (torch.float32, torch.float16, torch.bfloat16, torch.float64)
WHOLE = (torch.uint8, torch.int16, torch.int32, torch.int64)


class Form(nn.Module):
    """A small classifier around a function that says in which form it answers."""

    def __init__(self, forward: Callable[[Any, torch.Tensor], Any]) -> None:
        super().__init__()
        torch.manual_seed(0)
        self.conv, self.last = nn.Conv2d(1, 8, 3), nn.Linear(288, 10)
        self.dropout = nn.Dropout(0.5)
        self.function = forward

    def logits(self, x: torch.Tensor) -> torch.Tensor:
        return self.last(self.conv(x).relu().flatten(1))

    def forward(self, x: torch.Tensor) -> Any:
        return self.function(self, x)


def imported(
    module: nn.Module,
    tmp_path: Path,
    dtype: torch.dtype = torch.float32,
    batch: int | None = None,
    pixels: Pixels | None = None,
    shape: tuple[int, ...] = (1, 8, 8),
) -> Imported:
    """`module`, exported as it is, by way of a file."""
    dynamic = {0: torch.export.Dim("n")} if batch is None else {}
    example = torch.zeros((batch or 2, *shape), dtype=dtype)
    exported = torch.export.export(module, (example,), dynamic_shapes=(dynamic,))
    torch.export.save(exported, tmp_path / "model.pt2")
    network = import_network(load_model(tmp_path / "model.pt2").network, pixels=pixels)
    in_memory = import_network(exported, pixels=pixels)
    images = IMAGES if np.prod(shape) == 64 else np.zeros((3, *shape[1:], shape[0]), np.uint8)
    for graph in (in_memory.graph, import_graph(exported, pixels=pixels)):
        np.testing.assert_array_equal(answers(graph, images), answers(network.graph, images))
    return network


def answers(graph: Graph, images: NDArray[np.uint8] = IMAGES) -> NDArray[np.float32]:
    return float_graph.answers(graph, images).numpy()


def expected(
    module: nn.Module, pixels: Callable[[torch.Tensor], torch.Tensor]
) -> NDArray[np.float32]:
    x = torch.from_numpy(IMAGES.transpose(0, 3, 1, 2).copy())
    with torch.no_grad():
        return module(pixels(x)).float().reshape(len(x), -1).numpy()


def in_unit_range(x: torch.Tensor) -> torch.Tensor:
    return x.float() / 255


FORMS: dict[str, Callable[[Any, torch.Tensor], Any]] = {
    "view": lambda self, x: self.last(self.conv(x).relu().view(-1, 288)),
    "view of one's own batch": lambda self, x: self.last(self.conv(x).view(x.shape[0], -1)),
    "reshape": lambda self, x: self.last(self.conv(x).relu().reshape(x.size(0), 288)),
    "tuple": lambda self, x: (self.logits(x),),
    "list": lambda self, x: [self.logits(x)],
    "dict": lambda self, x: {"logits": self.logits(x)},
    "nested": lambda self, x: {"out": [(self.logits(x),)]},
    "nothing beside": lambda self, x: (self.logits(x), None),
    "in place": lambda self, x: self.last(self.conv(x).relu_().flatten(1)).mul_(2).add_(1),
    "channels last": lambda self, x: self.logits(x.to(memory_format=torch.channels_last)),
    "converted": lambda self, x: self.logits(x).to(self.last.weight.dtype).contiguous(),
    "dropout": lambda self, x: self.dropout(self.logits(x)),
    "a batch of its own": lambda self, x: self.logits(x[:]),
}


EVERY_PAIR = pytest.mark.slow("every form, and every type with one of them, is imported without")


def pairs(forms: Sequence[Any], types: Sequence[torch.dtype]) -> list[Any]:
    """Every form with every type; slow are those with neither the first form nor the first type."""
    every = []
    for a, b in itertools.product(range(len(forms)), range(len(types))):
        marks = EVERY_PAIR if a and b else ()
        name = forms[a] if isinstance(forms[a], str) else f"<lambda>{a}"
        every.append(pytest.param(forms[a], types[b], id=f"{name}-{types[b]}", marks=marks))
    return every


@pytest.mark.parametrize(("form", "dtype"), pairs(list(FORMS), FLOATS))
def test_forms_and_precisions(form: str, dtype: torch.dtype, tmp_path: Path) -> None:
    module = Form(FORMS[form]).to(dtype).eval()
    network = imported(module, tmp_path, dtype)
    check_answers(network, IMAGES)
    whole = Form(Form.logits if form not in ("in place", "view of one's own batch") else
                 FORMS[form]).to(dtype).float()  # fmt: skip
    torch_answers = expected(whole.eval(), in_unit_range)
    np.testing.assert_allclose(answers(network.graph), torch_answers, atol=1e-4)


@pytest.mark.parametrize("batch", [1, 2, 7])
def test_a_fixed_number_of_images(batch: int, tmp_path: Path) -> None:
    module = Form(FORMS["view of one's own batch"]).eval()
    network = imported(module, tmp_path, batch=batch)
    check_answers(network, IMAGES)
    np.testing.assert_allclose(answers(network.graph), expected(module, in_unit_range), atol=1e-4)


@pytest.mark.parametrize("mode", ["no_grad", "inference", "autocast"])
def test_what_torch_wraps_into_a_graph_of_its_own(mode: str, tmp_path: Path) -> None:
    def forward(self: Any, x: torch.Tensor) -> torch.Tensor:
        context = torch.autocast("cpu", torch.bfloat16) if mode == "autocast" else torch.no_grad()
        with context:
            y = self.conv(x).relu()
        return self.last(y.flatten(1).to(self.last.weight.dtype))

    network = imported(Form(forward).eval(), tmp_path)
    check_answers(network, IMAGES)
    if mode == "autocast":
        assert any("autocast is left out" in note for note in network.notes)
    torch_answers = expected(Form(Form.logits), in_unit_range)
    np.testing.assert_allclose(answers(network.graph), torch_answers, atol=1e-4)


# ------------------------------------------------------------------------------- pixels


SCALES = [
    lambda x: x.float() / 255,
    lambda x: x / 255,
    lambda x: x.to(torch.float64).mul(1 / 255).float(),
    lambda x: (x.float() - 127.5) / 127.5,
    lambda x: x.float(),
]


@pytest.mark.parametrize(("scale", "dtype"), pairs(SCALES, WHOLE))
def test_whole_pixels_are_taken_as_they_are(
    scale: Callable[[torch.Tensor], torch.Tensor], dtype: torch.dtype, tmp_path: Path
) -> None:
    module = Form(lambda self, x: self.logits(scale(x))).eval()
    network = imported(module, tmp_path, dtype)
    check_answers(network, IMAGES)
    torch_answers = expected(module, lambda x: x.to(dtype))
    tolerance = 1e-4 * max(1, float(np.abs(torch_answers).max()))
    np.testing.assert_allclose(answers(network.graph), torch_answers, atol=tolerance)


def test_dividing_by_255_leaves_nothing_behind(tmp_path: Path) -> None:
    module = Form(lambda self, x: self.logits(x / 255)).eval()
    image = imported(module, tmp_path, torch.uint8).graph.input
    assert (image.mean == 0).all()
    assert (image.std == 1).all()


@pytest.mark.parametrize(
    ("forward", "dtype", "message"),
    [
        (lambda self, x: self.logits((x - 128) / 128), torch.uint8, "sub of whole numbers"),
        (lambda self, x: self.logits((x * 2).float()), torch.uint8, "mul of whole numbers"),
        (lambda self, x: self.logits(x.float()), torch.int8, "images of int8"),
        (lambda self, x: self.logits(x.float()), torch.bool, "images of bool"),
        (lambda self, x: self.logits(x.int().float()), torch.float32, "to torch.int32"),
        (lambda self, x: self.logits(x.to(torch.int32).float()), torch.uint8, "to torch.int32"),
    ],
)
def test_arithmetic_that_could_overflow_is_refused(
    forward: Callable[[Any, torch.Tensor], Any], dtype: torch.dtype, message: str, tmp_path: Path
) -> None:
    with pytest.raises(TabfabError, match=message):
        imported(Form(forward).eval(), tmp_path, dtype)


@pytest.mark.parametrize(
    ("pixels", "prepare"),
    [
        (Pixels(std=(1 / 255,)), lambda x: x.float()),
        (Pixels((0.5,), (0.5,)), lambda x: x.float() / 127.5 - 1),
        (Pixels((0.1307,), (0.3081,)), lambda x: (x.float() / 255 - 0.1307) / 0.3081),
        (Pixels((0.5,), (-0.5,)), lambda x: 1 - x.float() / 127.5),
    ],
)
def test_what_the_network_was_trained_with(
    pixels: Pixels, prepare: Callable[[torch.Tensor], torch.Tensor], tmp_path: Path
) -> None:
    module = Form(Form.logits).eval()
    network = imported(module, tmp_path, pixels=pixels)
    check_answers(network, IMAGES)
    torch_answers = expected(module, prepare)
    tolerance = 1e-4 * max(1, float(np.abs(torch_answers).max()))
    np.testing.assert_allclose(answers(network.graph), torch_answers, atol=tolerance)


@pytest.mark.parametrize(
    ("mean", "std", "dtype", "message"),
    [
        ((0.5,), (1.0,), torch.uint8, "leave --input-mean and --input-std away"),
        ((0.5, 0.5), (1.0,), torch.float32, "--input-mean has 2 numbers"),
        ((0.5,), (1.0, 1.0, 1.0), torch.float32, "--input-std has 3 numbers"),
    ],
)
def test_pixels_that_do_not_fit(
    mean: tuple[float, ...], std: tuple[float, ...], dtype: torch.dtype, message: str,
    tmp_path: Path,
) -> None:  # fmt: skip
    module = Form(lambda self, x: self.logits(x.float())).eval()
    with pytest.raises(TabfabError, match=message):
        imported(module, tmp_path, dtype, pixels=Pixels(mean, std))


@pytest.mark.parametrize(
    ("mean", "std"),
    [((float("nan"),), (1.0,)), ((0.0,), (0.0,)), ((), (1.0,)), ((0.0,), (np.inf,))],
)
def test_pixels_that_are_no_numbers(mean: tuple[float, ...], std: tuple[float, ...]) -> None:
    with pytest.raises(TabfabError, match="must be numbers, and no std zero"):
        Pixels(mean, std)


LAYOUTS: dict[str, tuple[tuple[int, ...], Callable[[torch.Tensor], torch.Tensor]]] = {
    "channels last": ((8, 8, 1), lambda x: x.permute(0, 3, 1, 2)),
    "no channel axis": ((8, 8), lambda x: x[:, None]),
    "a vector": ((64,), lambda x: x.view(-1, 1, 8, 8)),
    "a vector of a known batch": ((64,), lambda x: x.reshape(x.shape[0], 1, 8, 8)),
    "columns first": ((1, 8, 8), lambda x: x.transpose(2, 3)),
    "bytes, channels last": ((8, 8, 1), lambda x: x.movedim(-1, 1).float()),
}


def test_an_image_that_is_permuted_and_flattened_stays_one(tmp_path: Path) -> None:
    last = nn.Linear(128, 3)
    form = Form(lambda self, x: last(x.permute(0, 2, 3, 1).flatten(1)))
    network = imported(form.eval(), tmp_path, shape=(2, 8, 8))
    assert network.graph.input.shape == (2, 8, 8)
    images = np.random.default_rng(0).integers(0, 256, (9, 8, 8, 2), dtype=np.uint8)
    check_answers(network, images)
    pixels = torch.from_numpy(images.transpose(0, 3, 1, 2).copy())
    with torch.no_grad():
        wanted = form(pixels / 255).numpy()
    np.testing.assert_allclose(answers(network.graph, images), wanted, atol=1e-4)


@pytest.mark.parametrize("layout", LAYOUTS)
def test_an_input_that_is_viewed_first_is_the_image_that_comes_of_it(
    layout: str, tmp_path: Path
) -> None:
    shape, view = LAYOUTS[layout]
    dtype = torch.uint8 if layout.startswith("bytes") else torch.float32
    network = imported(Form(lambda self, x: self.logits(view(x))).eval(), tmp_path, dtype,
                       shape=shape)  # fmt: skip
    assert network.graph.input.shape == (1, 8, 8)
    assert [layer.kind for layer in network.graph] == ["input", "conv", "flatten", "conv"]
    check_answers(network, IMAGES)


def test_images_of_any_size_are_refused(tmp_path: Path) -> None:
    module = nn.Sequential(nn.Conv2d(1, 4, 3), nn.AdaptiveAvgPool2d(1), nn.Flatten()).eval()
    size = torch.export.Dim("size", min=8)
    exported = torch.export.export(module, (torch.zeros(2, 1, 9, 8),), dynamic_shapes=({2: size},))
    torch.export.save(exported, tmp_path / "model.pt2")
    with pytest.raises(TabfabError, match=r"\(2, 1, any, 8\): export it for images of one size"):
        load_model(tmp_path / "model.pt2")
    with pytest.raises(TabfabError, match="of fixed sizes but for N"):
        import_graph(exported)


# --------------------------------------------------------------------- modes and endings


@pytest.mark.parametrize(
    "dropout",
    [nn.Dropout(0.5), nn.Dropout2d(0.5), nn.AlphaDropout(0.5), nn.FeatureAlphaDropout(0.5),
     nn.Dropout(0.5, inplace=True)],
    ids=str,
)  # fmt: skip
def test_dropout_in_training_mode_is_left_out_with_a_word(
    dropout: nn.Module, tmp_path: Path
) -> None:
    module = Form(lambda self, x: self.last(dropout(self.conv(x).relu()).flatten(1))).train()
    dropout.train()
    network = imported(module, tmp_path)
    assert any("dropout was exported in training mode" in note for note in network.notes)
    check_answers(network, IMAGES)
    torch_answers = expected(Form(Form.logits), in_unit_range)
    np.testing.assert_allclose(answers(network.graph), torch_answers, atol=1e-4)
    with pytest.warns(UserWarning, match="dropout was exported in training mode"):
        import_graph(network.aten)


@pytest.mark.parametrize("affine", [True, False])
def test_batch_norm_in_training_mode_is_refused(affine: bool, tmp_path: Path) -> None:
    norm = nn.BatchNorm2d(8, affine=affine)
    module = Form(lambda self, x: self.last(norm(self.conv(x)).flatten(1))).train()
    with pytest.raises(TabfabError, match=r"batch_norm in .* call the network's eval\(\) before"):
        imported(module, tmp_path)


@pytest.mark.parametrize(
    ("end", "name"),
    [
        (lambda y: functional.softmax(y, 1), "softmax"),
        (lambda y: functional.log_softmax(y, -1), "log_softmax"),
        (lambda y: functional.softmax(y, 1).float(), "softmax"),
        (lambda y: torch.sigmoid(y), "sigmoid"),
        (lambda y: functional.logsigmoid(y), "log_sigmoid"),
        (lambda y: y.sigmoid_(), "sigmoid"),
    ],
)
def test_an_ending_that_keeps_the_order_is_left_out_with_a_word(
    end: Callable[[torch.Tensor], torch.Tensor], name: str, tmp_path: Path
) -> None:
    module = Form(lambda self, x: end(self.logits(x))).eval()
    network = imported(module, tmp_path)
    assert any(note.startswith(f"{name} at the end (") for note in network.notes)
    check_answers(network, IMAGES)
    seen = answers(network.graph)
    torch_answers = expected(module, in_unit_range)
    np.testing.assert_array_equal(seen.argmax(1), torch_answers.argmax(1))
    np.testing.assert_allclose(seen, expected(Form(Form.logits), in_unit_range), atol=1e-4)


def test_a_single_probability(tmp_path: Path) -> None:
    def forward(self: Any, x: torch.Tensor) -> torch.Tensor:
        return torch.sigmoid(self.logits(x)[:, :1] if False else self.one(self.logits(x))).squeeze(
            1
        )

    module = Form(forward)
    module.one = nn.Linear(10, 1)
    network = imported(module.eval(), tmp_path)
    check_answers(network, IMAGES)
    positive = expected(module, in_unit_range) > 0.5
    np.testing.assert_array_equal(answers(network.graph) > 0.0, positive)


def test_a_map_without_its_axis_of_one_channel(tmp_path: Path) -> None:
    module = Form(lambda self, x: self.map(self.conv(x).relu()).squeeze(1))
    module.map = nn.Conv2d(8, 1, 1)
    network = imported(module.eval(), tmp_path)
    check_answers(network, IMAGES)
    np.testing.assert_allclose(answers(network.graph), expected(module, in_unit_range), atol=1e-4)


# -------------------------------------------------------------------- overwritten tensors


def alias(self: Any, x: torch.Tensor) -> torch.Tensor:
    y = self.conv(x)
    shortcut = y
    functional.relu(y, inplace=True)
    return self.last((y + 1 + shortcut).flatten(1))


def through_a_view(self: Any, x: torch.Tensor) -> torch.Tensor:
    y = self.conv(x)
    flat = y.flatten(1)
    flat.relu_()
    return self.last(flat)


def new_axis(self: Any, x: torch.Tensor) -> torch.Tensor:
    y = functional.adaptive_avg_pool2d(self.conv(x), 6).flatten(1)
    return self.last(y).unsqueeze_(2).squeeze_(2)


def mask_of_constants(self: Any, x: torch.Tensor) -> torch.Tensor:
    mask = torch.ones(8, 1, 1)
    mask[3] = 0
    mask[5].fill_(2)
    return self.last((self.conv(x) * mask).flatten(1))


@pytest.mark.parametrize("forward", [alias, through_a_view, new_axis, mask_of_constants])
def test_operators_that_overwrite(
    forward: Callable[[Any, torch.Tensor], torch.Tensor], tmp_path: Path
) -> None:
    module = Form(forward).eval()
    network = imported(module, tmp_path)
    check_answers(network, IMAGES)
    np.testing.assert_allclose(answers(network.graph), expected(module, in_unit_range), atol=1e-4)


def test_what_else_saw_the_memory_is_refused_by_name(tmp_path: Path) -> None:
    def forward(self: Any, x: torch.Tensor) -> torch.Tensor:
        y = self.conv(x)
        y.flatten(1).relu_()
        return self.last((y + 1).flatten(1))

    with pytest.raises(TabfabError, match=r"add of a tensor that was overwritten in .*test_forms"):
        imported(Form(forward).eval(), tmp_path)


# ---------------------------------------------------------------------------- comparison


def test_an_import_that_is_wrong_is_noticed(tmp_path: Path) -> None:
    network = imported(Form(Form.logits).eval(), tmp_path)
    assert check_answers(network, IMAGES) < 1e-5
    conv = network.graph.convs[0]
    weight = conv.weight.copy()
    weight[3, 0, 1, 1] += 0.01
    layers = tuple(
        dataclasses.replace(conv, weight=weight) if layer is conv else layer
        for layer in network.graph
    )
    wrong = Graph(layers)
    with pytest.raises(ImportMismatchError, match=r"differ from torch's by up to [\d.]+ on 32"):
        check_answers(dataclasses.replace(network, graph=wrong, unaligned=wrong), IMAGES)
