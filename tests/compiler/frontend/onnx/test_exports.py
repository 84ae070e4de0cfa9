"""Models as exporters write them: of PyTorch, Keras (tf2onnx) and scikit-learn (skl2onnx)."""

from __future__ import annotations

import re
import sys
import warnings
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from tabfab.compiler.frontend import Pixels, import_network
from tabfab.compiler.frontend.compare import ImportMismatchError, check_answers, check_reference
from tabfab.compiler.frontend.model_file import load_model
from tabfab.compiler.graph import Conv
from tabfab.compiler.store.errors import TabfabError
from torch import nn

from support.onnx_models import TensorProto, helper, imported, model, node, onnx, weights
from support.random_networks import randomize

SHAPE = (1, 8, 8)


class Block(nn.Module):
    """A residual block."""

    def __init__(self) -> None:
        super().__init__()
        self.conv = nn.Conv2d(8, 8, 3, padding=1, groups=2)
        self.act = nn.Hardswish()

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return x + self.act(self.conv(x))


class Network(nn.Module):
    """A bit of everything that the exporter writes in a form of its own."""

    def __init__(self) -> None:
        super().__init__()
        self.stem = nn.Sequential(nn.Conv2d(1, 8, 3, padding=1), nn.BatchNorm2d(8), nn.ReLU())
        self.block = Block()
        self.gelu, self.silu, self.relu6 = nn.GELU(), nn.SiLU(), nn.ReLU6()
        self.dropout = nn.Dropout()
        self.first, self.last = nn.Linear(128, 16), nn.Linear(16, 10)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        y = torch.max_pool2d(self.gelu(self.block(self.stem(x))), 2)
        y = self.dropout(y).view(y.size(0), -1)
        return torch.softmax(self.last(self.silu(self.relu6(self.first(y)))), 1)


def export(module: nn.Module, path: Path, opset: int, batch: int | None = None) -> Path:
    """Save `module` with torch's older exporter, which needs no other package than onnx."""
    module = randomize(module)
    axes = {"x": {0: "n"}} if batch is None else None
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        torch.onnx.export(
            module, (torch.zeros(batch or 2, *SHAPE),), path, opset_version=opset, dynamo=False,
            input_names=["x"], dynamic_axes=axes,
        )  # fmt: skip
    return path


@pytest.mark.parametrize("batch", [None, 1, 3])
@pytest.mark.parametrize("opset", [13, 17, 20])
def test_exports_of_torch(opset: int, batch: int | None, tmp_path: Path) -> None:
    network = imported(export(Network(), tmp_path / "m.onnx", opset, batch), tmp_path / "m.onnx")
    layers = {layer.name: layer.kind for layer in network.graph}
    assert {"stem.0": "conv", "block.conv": "conv", "first": "conv"}.items() <= layers.items()
    assert list(layers.values()).count("activation") == 3
    assert network.ending == "softmax"


def test_numbers_are_those_of_the_module(tmp_path: Path) -> None:
    module = Network()
    path = export(module, tmp_path / "m.onnx", 17)
    pixels = Pixels((0.4,), (0.3,))
    loaded = load_model(path)
    network = import_network(loaded.network, pixels=pixels)
    images = np.random.default_rng(0).integers(0, 256, (4, 8, 8, 1), np.uint8)
    assert check_reference(loaded, images, pixels) < 1e-4
    check_answers(network, images)
    x = (torch.from_numpy(images.transpose(0, 3, 1, 2).copy()).float() / 255 - 0.4) / 0.3
    with torch.no_grad():
        expected = module.eval()(x)
    np.testing.assert_allclose(loaded.network.run(x), expected, atol=1e-5)


def test_weights_in_half_precision(tmp_path: Path) -> None:
    path = export(nn.Sequential(nn.Conv2d(1, 4, 3), nn.Flatten()), tmp_path / "m.onnx", 17)
    made = onnx.load(path)
    for tensor in made.graph.initializer:
        array = onnx.numpy_helper.to_array(tensor)
        if array.dtype == np.float32:
            tensor.CopyFrom(onnx.numpy_helper.from_array(array.astype(np.float16), tensor.name))
    made.graph.input[0].type.tensor_type.elem_type = TensorProto.FLOAT16
    onnx.save(made, path)
    loaded = load_model(path)
    images = np.random.default_rng(0).integers(0, 256, (4, 8, 8, 1), np.uint8)
    check_reference(loaded, images, Pixels())
    assert loaded.reference is not None
    assert loaded.reference.is_half


def test_where_an_operator_stands(tmp_path: Path) -> None:
    class Bad(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.conv = nn.Conv2d(1, 4, 3)

        def forward(self, x: torch.Tensor) -> torch.Tensor:
            return torch.cumsum(self.conv(x), 1)

    with pytest.raises(TabfabError, match=r"CumSum in node '/CumSum' is not supported"):
        load_model(export(Bad(), tmp_path / "m.onnx", 17))


def test_where_torch_s_newer_exporter_says_an_operator_stands(tmp_path: Path) -> None:
    bad = node("CumSum", "x", "axis")
    trace = '  File "net.py", line 12, in forward\n    return torch.cumsum(x, 1)'
    notes = {
        "pkg.torch.onnx.name_scopes": "['', 'head', 'cumsum']",
        "pkg.torch.onnx.class_hierarchy": "['net.Net', 'net.Head', 'aten.cumsum.default']",
        "pkg.torch.onnx.stack_trace": trace,
    }
    for key, value in notes.items():
        bad.metadata_props.add(key=key, value=value)
    onnx.save(model([bad], {"axis": np.array(1)}), tmp_path / "m.onnx")
    with pytest.raises(TabfabError, match=re.escape("node 'the_CumSum' (net.py:12)")):
        load_model(tmp_path / "m.onnx")


# -------------------------------------------------------------------------------- Keras


def keras(*nodes: Any, constants: Mapping[str, Any], opset: int = 15) -> Any:
    """A model as tf2onnx makes it: images with channels last, turned before the first node."""
    turned = node("Transpose", "x", to="t", perm=[0, 3, 1, 2])
    return model([turned, *nodes], constants, shape=("n", 8, 8, 3), opset=opset)


CONV = {"w": weights(4, 3, 3, 3), "b": weights(4)}


def test_images_with_channels_last(tmp_path: Path) -> None:
    nodes = [
        node("Conv", "t", "w", "b", to="c", pads=[1, 1, 1, 1]),
        node("Relu", "c", to="r"),
        node("GlobalAveragePool", "r", to="p"),
        node("Squeeze", "p", "axes", to="s"),
        node("MatMul", "s", "k", to="y"),
    ]
    made = keras(*nodes, constants={**CONV, "axes": np.array([2, 3]), "k": weights(4, 5)})
    network = imported(made, tmp_path / "m.onnx")
    assert [layer.kind for layer in network.graph] == ["input", "conv", "average_pool", "conv"]
    assert network.graph.input.shape == (3, 8, 8)


def test_turned_back_and_forth(tmp_path: Path) -> None:
    nodes = [
        node("Conv", "t", "w", "b", to="c"),
        node("Transpose", "c", to="last", perm=[0, 2, 3, 1]),
        node("Transpose", "last", to="first", perm=[0, 3, 1, 2]),
        node("MaxPool", "first", kernel_shape=[2, 2], strides=[2, 2]),
    ]
    network = imported(keras(*nodes, constants=CONV), tmp_path / "m.onnx")
    assert [layer.kind for layer in network.graph] == ["input", "conv", "max_pool"]


@pytest.mark.parametrize("operator", ["MatMul", "Gemm"])
def test_pixels_that_are_flattened_with_channels_last(operator: str, tmp_path: Path) -> None:
    nodes = [
        node("Conv", "t", "w", "b", to="c"),
        node("MaxPool", "c", to="p", kernel_shape=[2, 2], strides=[2, 2]),
        node("Transpose", "p", to="last", perm=[0, 2, 3, 1]),
        node("Reshape", "last", "shape", to="f"),
        node(operator, "f", "k"),
    ]
    constants = {**CONV, "shape": np.array([-1, 36]), "k": weights(36, 5)}
    network = imported(keras(*nodes, constants=constants), tmp_path / "m.onnx")
    kinds = [layer.kind for layer in network.graph]
    assert kinds == ["input", "conv", "max_pool", "flatten", "conv"]


def test_strides_that_pad_one_side_more(tmp_path: Path) -> None:
    conv = node("Conv", "t", "w", "b", to="y", strides=[2, 2], pads=[0, 0, 1, 1])
    network = imported(keras(conv, constants=CONV), tmp_path / "m.onnx")
    assert [layer.kind for layer in network.graph] == ["input", "conv"]


def test_a_sequence_with_channels_last(tmp_path: Path) -> None:
    """One-dimensional layers, as tf2onnx makes two-dimensional ones of them."""
    nodes = [
        node("Unsqueeze", "x", "one", to="u"),
        node("Transpose", "u", to="t", perm=[0, 3, 1, 2]),
        node("Conv", "t", "w", to="c"),
        node("Squeeze", "c", "two", to="s"),
        node("Relu", "s", to="r"),
        node("Transpose", "r", to="last", perm=[0, 2, 1]),
        node("Reshape", "last", "shape", to="f"),
        node("MatMul", "f", "k"),
    ]
    constants = {
        "w": weights(4, 3, 1, 3), "one": np.array([1]), "two": np.array([2]),
        "shape": np.array([-1, 56]), "k": weights(56, 5),
    }  # fmt: skip
    made = model(nodes, constants, shape=("n", 16, 3), opset=15)
    network = imported(made, tmp_path / "m.onnx")
    assert [layer.kind for layer in network.graph] == ["input", "conv", "flatten", "conv"]
    assert network.graph.input.shape == (3, 1, 16)


def test_a_sequence_of_torch(tmp_path: Path) -> None:
    nodes = [
        node("Conv", "x", "w", to="c", pads=[1, 1]), node("Relu", "c", to="r"),
        node("MaxPool", "r", to="p", kernel_shape=[2], strides=[2]),
        node("GlobalAveragePool", "p", to="g"), node("Flatten", "g", to="f"),
        node("Gemm", "f", "k"),
    ]  # fmt: skip
    constants = {"w": weights(4, 3, 3), "k": weights(4, 5)}
    network = imported(model(nodes, constants, shape=("n", 3, 16)), tmp_path / "m.onnx")
    kinds = [layer.kind for layer in network.graph]
    assert kinds == ["input", "conv", "max_pool", "average_pool", "conv"]


def test_the_mean_of_turned_pixels(tmp_path: Path) -> None:
    nodes = [
        node("Conv", "t", "w", "b", to="c"),
        node("Transpose", "c", to="last", perm=[0, 2, 3, 1]),
        node("ReduceMean", "last", axes=[1, 2], keepdims=0),
    ]
    network = imported(keras(*nodes, constants=CONV), tmp_path / "m.onnx")
    assert [layer.kind for layer in network.graph] == ["input", "conv", "average_pool"]


# -------------------------------------------------------------------------- scikit-learn


def perceptron(*ends: Any, outputs: tuple[str, ...], classes: int) -> Any:
    """A multi-layer perceptron of 64 features as skl2onnx writes it, up to its scores."""
    nodes = [
        helper.make_node("Cast", ["x"], ["cast"], to=TensorProto.FLOAT),
        node("MatMul", "cast", "w", to="m"), node("Add", "m", "b", to="a"),
        node("Relu", "a", to="r"),
        node("MatMul", "r", "v", to="m1"), node("Add", "m1", "c", to="scores"),
        *ends,
    ]  # fmt: skip
    constants = {
        "w": weights(64, 16), "b": weights(1, 16), "v": weights(16, classes),
        "c": weights(1, classes), "classes": np.arange(10), "one": np.array(1, np.float32),
    }  # fmt: skip
    return model(
        nodes, constants, shape=("n", 64), outputs=outputs, domains={"ai.onnx.ml": 1}, opset=13
    )


LABEL = [
    helper.make_node("ArgMax", ["p"], ["number"], axis=1),
    helper.make_node(
        "ArrayFeatureExtractor", ["classes", "number"], ["label"], domain="ai.onnx.ml"
    ),
]


def test_a_classifier_with_labels_and_probabilities(tmp_path: Path) -> None:
    made = perceptron(node("Softmax", "scores", to="p"), *LABEL, outputs=("label", "p"), classes=10)
    network = imported(made, tmp_path / "m.onnx")
    assert [layer.shape for layer in network.graph] == [(64, 1, 1), (16, 1, 1), (10, 1, 1)]
    assert network.ending == "softmax"
    assert any(note.startswith("ArgMax at the end is left out") for note in network.notes)


def test_a_classifier_of_two_classes(tmp_path: Path) -> None:
    ends = [
        node("Sigmoid", "scores", to="q"), node("Sub", "one", "q", to="other"),
        node("Concat", "other", "q", to="p", axis=1), *LABEL,
    ]  # fmt: skip
    made = perceptron(*ends, outputs=("label", "p"), classes=1)
    network = imported(made, tmp_path / "m.onnx")
    assert network.graph.layers[-1].shape == (1, 1, 1)
    assert network.ending == "sigmoid"


def test_probabilities_by_class_name(tmp_path: Path) -> None:
    zipped = helper.make_node(
        "ZipMap", ["p"], ["by_name"], domain="ai.onnx.ml", classlabels_int64s=list(range(10))
    )
    ends = [node("Softmax", "scores", to="p"), *LABEL, zipped]
    network = imported(
        perceptron(*ends, outputs=("label", "by_name"), classes=10), tmp_path / "m.onnx"
    )
    assert network.graph.layers[-1].shape == (10, 1, 1)


def test_two_heads(tmp_path: Path) -> None:
    """A map and scores: one after the other."""
    nodes = [
        node("Conv", "x", "w", "b", to="c"), node("Conv", "c", "m", to="map"),
        node("GlobalAveragePool", "c", to="p"), node("Flatten", "p", to="f"),
        node("Gemm", "f", "k", to="scores"),
    ]  # fmt: skip
    constants = {**CONV, "m": weights(2, 4, 1, 1), "k": weights(4, 5)}
    made = model(nodes, constants, outputs=("map", "scores"))
    network = imported(made, tmp_path / "m.onnx")
    shapes = {layer.name: layer.shape for layer in network.graph}
    assert (2, 6, 6) in shapes.values()
    assert (5, 1, 1) in shapes.values()


def test_two_inputs(tmp_path: Path) -> None:
    """Side by side, in the order of the model's inputs, by its names."""
    nodes = [node("Conv", "x", "w", "b", to="c"), node("Conv", "depth", "k", to="d"),
             node("Add", "c", "d", to="y")]  # fmt: skip
    made = model(nodes, {**CONV, "k": weights(4, 2, 3, 3)})
    shape = made.graph.input[0].type.tensor_type.shape
    sizes = [dim.dim_param or dim.dim_value for dim in shape.dim]
    sizes[1] = 2
    made.graph.input.append(helper.make_tensor_value_info("depth", TensorProto.FLOAT, sizes))
    network = imported(made, tmp_path / "m.onnx")
    channels = shape.dim[1].dim_value
    assert network.graph.layers[0].shape[0] == channels + 2
    assert f"'depth' {channels}..{channels + 1}" in network.notes[-1]


# -------------------------------------------------------------------------- the comparison


def test_without_the_package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    onnx.save(model([node("Relu", "x")]), tmp_path / "m.onnx")
    monkeypatch.setitem(sys.modules, "onnx", None)
    with pytest.raises(TabfabError, match=r"not installed: pip install 'tabfab\[onnx\]'"):
        load_model(tmp_path / "m.onnx")


def test_an_import_that_is_wrong_is_refused(tmp_path: Path) -> None:
    onnx.save(model([node("Conv", "x", "w")], {"w": weights(4, 3, 3, 3)}), tmp_path / "m.onnx")
    loaded = load_model(tmp_path / "m.onnx")
    images = np.random.default_rng(0).integers(0, 256, (4, 8, 8, 3), np.uint8)
    assert check_reference(loaded, images, Pixels()) < 1e-5
    for tensor in loaded.network.tensors.values():
        tensor[0, 0, 0, 0] += 0.1
    with pytest.raises(ImportMismatchError, match="differ from onnx's by up to"):
        check_reference(loaded, images, Pixels())


def test_layers_are_named_as_in_torch(tmp_path: Path) -> None:
    path = export(Network(), tmp_path / "m.onnx", 17)
    graph = import_network(load_model(path).network).graph
    names = [layer.name for layer in graph if isinstance(layer, Conv)]
    assert names == ["stem.0", "block.conv", "first", "last"]
