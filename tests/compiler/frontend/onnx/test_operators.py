"""Each ONNX operator computes what onnx's own evaluator does, or is refused by name."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from tabfab.compiler.frontend import UnsupportedOperatorError
from tabfab.compiler.frontend.onnx.node import TRANSLATIONS
from tabfab.compiler.graph import Activation, AveragePool, Conv, MaxPool

from support.onnx_models import TensorProto, helper, imported, model, node, numpy_helper, weights

CONV = weights(4, 3, 3, 3)


def conv(to: str = "c") -> Any:
    return node("Conv", "x", "w", to=to, pads=[1, 1, 1, 1])


def behind_a_conv(*nodes: Any, constants: dict[str, Any] | None = None, **rest: Any) -> Any:
    return model([conv(), *nodes], {"w": CONV, **(constants or {})}, **rest)


def number(value: float) -> Any:
    return np.array(value, np.float32)


CONVOLUTIONS = {
    "bias": {"bias": True},
    "strides": {"strides": [2, 1], "pads": [0, 1, 0, 1]},
    "groups": {"group": 3},
    "depthwise": {"group": 3, "pads": [1, 1, 1, 1]},
    "valid": {"auto_pad": "VALID"},
    "same": {"auto_pad": "SAME_UPPER"},
    "same lower": {"auto_pad": "SAME_LOWER"},
    "kernel said": {"kernel_shape": [3, 3]},
}


@pytest.mark.parametrize("name", CONVOLUTIONS)
def test_convolutions(name: str, tmp_path: Path) -> None:
    attributes: dict[str, Any] = dict(CONVOLUTIONS[name])
    group = attributes.get("group", 1)
    constants = {"w": weights(6, 3 // group, 3, 3)}
    inputs = ["x", "w"]
    if attributes.pop("bias", False):
        constants["b"] = weights(6)
        inputs.append("b")
    graph = imported(model([node("Conv", *inputs, **attributes)], constants), tmp_path / "m.onnx")
    assert [layer.kind for layer in graph.graph] == ["input", "conv"]


LINEAR = {
    "Gemm": ([node("Gemm", "f", "w", "b", transB=1)], {"w": weights(5, 192), "b": weights(5)}),
    "Gemm with factors": (
        [node("Gemm", "f", "w", "b", alpha=0.5, beta=2.0)],
        {"w": weights(192, 5), "b": weights(1, 5)},
    ),
    "Gemm without bias": ([node("Gemm", "f", "w")], {"w": weights(192, 5)}),
    "Gemm with one bias": ([node("Gemm", "f", "w", "b")], {"w": weights(192, 5), "b": weights(1)}),
    "MatMul and Add": (
        [node("MatMul", "f", "w", to="m"), node("Add", "b", "m")],
        {"w": weights(192, 5), "b": weights(5)},
    ),
}


@pytest.mark.parametrize("name", LINEAR)
def test_linear_layers(name: str, tmp_path: Path) -> None:
    nodes, constants = LINEAR[name]
    network = imported(
        model([node("Flatten", "x", to="f"), *nodes], constants), tmp_path / "m.onnx"
    )
    assert [layer.kind for layer in network.graph] == ["input", "flatten", "conv"]


@pytest.mark.parametrize("opset", [11, 13, 15, 21])
def test_batch_norm_takes_stored_statistics_in_every_opset(opset: int, tmp_path: Path) -> None:
    statistics = {"s": weights(4), "b": weights(4), "m": weights(4), "v": weights(4) ** 2 + 0.1}
    norm = node("BatchNormalization", "c", "s", "b", "m", "v", epsilon=1e-3, momentum=0.8)
    network = imported(behind_a_conv(norm, constants=statistics, opset=opset), tmp_path / "m.onnx")
    assert [layer.kind for layer in network.graph] == ["input", "conv"]


FUNCTIONS: dict[str, Any] = {
    "Abs": {},
    "Celu": {"alpha": 0.7},
    "Elu": {"alpha": 1.3},
    "Gelu": {},
    "Gelu with tanh": {"approximate": "tanh"},
    "HardSigmoid": {"alpha": 1 / 6},
    "HardSigmoid as ONNX has it": {},
    "HardSwish": {},
    "LeakyRelu": {"alpha": 0.2},
    "Mish": {},
    "Relu": {},
    "Selu": {},
    "Shrink": {"lambd": 0.3},
    "Shrink to zero": {"lambd": 0.3, "bias": 0.3},
    "Sigmoid": {},
    "Softplus": {},
    "Softsign": {},
    "Tanh": {},
    "ThresholdedRelu": {"alpha": 0.4},
}


@pytest.mark.parametrize("name", FUNCTIONS)
def test_activation_functions(name: str, tmp_path: Path) -> None:
    function = node(name.split()[0], "c", to="f", **FUNCTIONS[name])
    last = node("GlobalAveragePool", "f")
    network = imported(behind_a_conv(function, last, opset=21), tmp_path / "m.onnx")
    kinds = [layer.kind for layer in network.graph]
    is_clamp = name in ("Relu", "HardSigmoid as ONNX has it")
    assert kinds == ["input", "conv", *([] if is_clamp else ["activation"]), "average_pool"]


@pytest.mark.parametrize(("low", "high"), [(0, 6), (None, 1.5), (-1, None), (None, None)])
@pytest.mark.parametrize("opset", [11, 20])
def test_clip(low: float | None, high: float | None, opset: int, tmp_path: Path) -> None:
    ends = {name: number(end) for name, end in (("low", low), ("high", high)) if end is not None}
    clip = node("Clip", "c", *("" if name not in ends else name for name in ("low", "high")))
    network = imported(behind_a_conv(clip, constants=ends, opset=opset), tmp_path / "m.onnx")
    last = network.graph.layers[-1]
    assert isinstance(last, Conv)
    assert last.low == (-np.inf if low is None else low)
    assert last.high == (np.inf if high is None else high)


def test_a_slope_for_each_channel(tmp_path: Path) -> None:
    slopes = {"s": np.array([0.1, 0.2, 0.3, 0.4], np.float32).reshape(4, 1, 1)}
    imported(behind_a_conv(node("PRelu", "c", "s"), constants=slopes), tmp_path / "m.onnx")


WRITTEN_OUT: dict[str, tuple[list[Any], str]] = {
    "silu": ([node("Sigmoid", "c", to="s"), node("Mul", "c", "s")], "silu"),
    "hard-swish": (
        [node("HardSigmoid", "c", to="s", alpha=1 / 6), node("Mul", "c", "s")], "hard_swish",
    ),
    "mish": (
        [node("Softplus", "c", to="p"), node("Tanh", "p", to="t"), node("Mul", "c", "t")], "mish",
    ),
    "gelu": (
        [
            node("Div", "c", "root", to="d"), node("Erf", "d", to="e"),
            node("Add", "e", "one", to="a"), node("Mul", "c", "a", to="m"),
            node("Mul", "m", "half"),
        ],
        "gelu",
    ),
    "gelu, halved first": (
        [
            node("Mul", "c", "inverse", to="d"), node("Erf", "d", to="e"),
            node("Add", "one", "e", to="a"), node("Mul", "c", "half", to="h"),
            node("Mul", "h", "a"),
        ],
        "gelu",
    ),
    "gelu by tanh": (
        [
            node("Mul", "c", "c", to="c2"), node("Mul", "c", "c2", to="c3"),
            node("Mul", "cube", "c3", to="k"), node("Add", "c", "k", to="i"),
            node("Mul", "slope", "i", to="j"), node("Tanh", "j", to="t"),
            node("Add", "one", "t", to="a"), node("Mul", "c", "a", to="m"),
            node("Mul", "half", "m"),
        ],
        "gelu_tanh",
    ),
    "gelu by tanh and a power": (
        [
            node("Pow", "c", "three", to="c3"), node("Mul", "cube", "c3", to="k"),
            node("Add", "c", "k", to="i"), node("Mul", "slope", "i", to="j"),
            node("Tanh", "j", to="t"), node("Add", "t", "one", to="a"),
            node("Mul", "half", "a", to="h"), node("Mul", "c", "h"),
        ],
        "gelu_tanh",
    ),
    "gelu, the step halved": (
        [
            node("Div", "c", "root", to="d"), node("Erf", "d", to="e"),
            node("Add", "e", "one", to="a"), node("Mul", "half", "a", to="h"),
            node("Mul", "c", "h"),
        ],
        "gelu",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", WRITTEN_OUT)
def test_functions_that_are_written_out(name: str, tmp_path: Path) -> None:
    nodes, function = WRITTEN_OUT[name]
    root = {"root": 2**0.5, "inverse": 0.5**0.5, "one": 1.0, "half": 0.5, "three": 3.0,
            "cube": 0.044715, "slope": (2 / np.pi) ** 0.5}  # fmt: skip
    constants = {name: number(value) for name, value in root.items()}
    network = imported(behind_a_conv(*nodes, constants=constants), tmp_path / "m.onnx")
    assert [layer.kind for layer in network.graph] == ["input", "conv", "activation"]
    last = network.graph.layers[-1]
    assert isinstance(last, Activation)
    assert last.function == function
    assert last.after.tolist() == [[1.0], [0.0]]


POOLS = {
    "MaxPool": {"kernel_shape": [2, 2], "strides": [2, 2]},
    "MaxPool over its own size": {"kernel_shape": [3, 3], "strides": [2, 2], "pads": [1, 1, 1, 1]},
    "AveragePool": {"kernel_shape": [2, 2], "strides": [2, 2]},
    "AveragePool with padding": {
        "kernel_shape": [3, 3], "pads": [1, 1, 1, 1], "count_include_pad": 1,
    },
    "GlobalAveragePool": {},
    "GlobalMaxPool": {},
}  # fmt: skip


@pytest.mark.parametrize("name", POOLS)
def test_pools(name: str, tmp_path: Path) -> None:
    pool = node(name.split()[0], "x", **POOLS[name])
    network = imported(model([pool]), tmp_path / "m.onnx")
    kind = MaxPool if "Max" in name else AveragePool
    assert isinstance(network.graph.layers[-1], kind)


@pytest.mark.parametrize("opset", [13, 18])
@pytest.mark.parametrize("keep", [0, 1])
def test_the_mean_over_pixels(opset: int, keep: int, tmp_path: Path) -> None:
    if opset < 18:
        mean = node("ReduceMean", "x", axes=[2, 3], keepdims=keep)
    else:
        mean = node("ReduceMean", "x", "axes", keepdims=keep)
    axes = {"axes": np.array([-1, -2])}
    imported(model([mean], axes if opset >= 18 else {}, opset=opset), tmp_path / "m.onnx")


SUMS = {
    "of two layers": ([node("Relu", "c", to="r"), node("Add", "c", "r")], {}),
    "of three": ([node("Relu", "c", to="r"), node("Sum", "c", "r", "c")], {}),
    "with a constant": ([node("Add", "c", "k")], {"k": weights(4, 1, 1)}),
    "from a constant": ([node("Sub", "k", "c")], {"k": weights(1, 4, 1, 1)}),
    "of a gate": (
        [
            node("GlobalAveragePool", "c", to="p"), node("Conv", "p", "squeeze", to="q"),
            node("HardSigmoid", "q", to="g", alpha=1 / 6), node("Mul", "g", "c"),
        ],
        {"squeeze": weights(4, 4, 1, 1)},
    ),
    "of every value": ([node("Tanh", "c", to="t"), node("Mul", "c", "t")], {}),
    "times a constant": ([node("Mul", "k", "c")], {"k": number(3)}),
    "divided": ([node("Div", "c", "k")], {"k": weights(4, 1, 1) ** 2 + 1}),
    "negated": ([node("Neg", "c")], {}),
    "kept": ([node("Identity", "c", to="i"), node("Dropout", "i", "r")], {"r": number(0.5)}),
    "cast": ([helper.make_node("Cast", ["c"], ["d"], to=TensorProto.FLOAT), node("Relu", "d")], {}),
    "limits": ([node("Max", "c", "k", to="m"), node("Min", "six", "m")],
               {"k": number(0), "six": number(6)}),
}  # fmt: skip


@pytest.mark.parametrize("name", SUMS)
def test_arithmetic(name: str, tmp_path: Path) -> None:
    nodes, constants = SUMS[name]
    imported(behind_a_conv(*nodes, constants=constants), tmp_path / "m.onnx")


RESHAPES = {
    "flattened": ([node("Flatten", "x")], {}),
    "by -1": ([node("Reshape", "x", "s")], {"s": np.array([-1, 192])}),
    "of one image": ([node("Reshape", "x", "s")], {"s": np.array([1, -1])}),
    "keeping the batch": ([node("Reshape", "x", "s")], {"s": np.array([0, -1])}),
    "by sizes": (
        [
            node("Shape", "x", to="shape"), node("Gather", "shape", "zero", to="n", axis=0),
            node("Unsqueeze", "n", "axes", to="list"),
            node("Concat", "list", "rest", to="s", axis=0), node("Reshape", "x", "s"),
        ],
        {"zero": np.array(0), "axes": np.array([0]), "rest": np.array([-1])},
    ),
    "by part of the sizes": (
        [
            node("Shape", "x", to="shape"), node("Slice", "shape", "zero", "one", to="n"),
            node("Concat", "n", "rest", to="s", axis=0), node("Reshape", "x", "s"),
        ],
        {"zero": np.array([0]), "one": np.array([1]), "rest": np.array([192])},
    ),
    "by the product of sizes": (
        [
            node("Shape", "x", to="shape"), node("Gather", "shape", "three", to="size"),
            node("Mul", "size", "others", to="all"), node("Concat", "any", "all", to="s", axis=0),
            node("Reshape", "x", "s"),
        ],
        {"three": np.array([3]), "others": np.array([24]), "any": np.array([-1])},
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", RESHAPES)
@pytest.mark.parametrize("batch", ["n", 1, 2])
def test_reshapes(name: str, batch: int | str, tmp_path: Path) -> None:
    nodes, constants = RESHAPES[name]
    if name == "of one image" and batch == 2:
        pytest.skip("it is of two")
    nodes = [*nodes[:-1], node(nodes[-1].op_type, *nodes[-1].input, to="f")]
    made = model(
        [*nodes, node("Gemm", "f", "w")],
        {"w": weights(192, 4), **constants},
        shape=(batch, 3, 8, 8),
    )
    network = imported(made, tmp_path / "m.onnx")
    assert [layer.kind for layer in network.graph] == ["input", "flatten", "conv"]


@pytest.mark.parametrize("opset", [11, 13])
def test_squeezed_pixels(opset: int, tmp_path: Path) -> None:
    if opset < 13:
        squeeze = node("Squeeze", "p", to="s", axes=[2, 3])
    else:
        squeeze = node("Squeeze", "p", "axes", to="s")
    constants = {"w": weights(3, 4), "axes": np.array([2, 3])}
    nodes = [node("GlobalAveragePool", "x", to="p"), squeeze, node("MatMul", "s", "w")]
    imported(model(nodes, constants, opset=opset), tmp_path / "m.onnx")


def test_channels_of_zeros_beside_others(tmp_path: Path) -> None:
    constants = {
        "zero": np.array([0, 0]), "end": np.array([100, 100]), "axes": np.array([2, 3]),
        "two": np.array([2, 2]), "pads": np.array([0, 1, 0, 0, 0, 2, 0, 0]),
    }  # fmt: skip
    nodes = [
        node("Slice", "x", "zero", "end", "axes", "two", to="s"), node("Pad", "s", "pads"),
    ]  # fmt: skip
    network = imported(model(nodes, constants), tmp_path / "m.onnx")
    assert [layer.kind for layer in network.graph] == ["input", "slice_pad"]


SIDE_BY_SIDE: dict[str, tuple[list[Any], dict[str, Any]]] = {
    "concatenated": (
        [node("Relu", "c", to="r"), node("Concat", "c", "r", to="y", axis=1)], {},
    ),
    "split": (
        [
            helper.make_node("Split", ["c", "parts"], ["a", "b"], axis=1),
            node("Relu", "a", to="r"), node("Concat", "b", "r", axis=-3),
        ],
        {"parts": np.array([1, 3])},
    ),
    "split in two": (
        [
            helper.make_node("Split", ["c"], ["a", "b"], axis=1, num_outputs=2),
            node("Add", "a", "b"),
        ],
        {},
    ),
    "sliced": (
        [node("Slice", "c", "one", "three", "one")],
        {"one": np.array([1]), "three": np.array([3])},
    ),
}  # fmt: skip


def two(*factors: float) -> np.ndarray:
    return np.array(factors, np.float32)


LARGER: dict[str, tuple[list[Any], dict[str, Any]]] = {
    "resized as torch does": (
        [
            node("Resize", "c", "", "s", mode="nearest", nearest_mode="floor",
                 coordinate_transformation_mode="asymmetric"),
        ],
        {"s": two(1, 1, 3, 2)},
    ),
    "resized": ([node("Resize", "c", "", "s")], {"s": two(1, 1, 2, 4)}),
    "interpolated": ([node("Resize", "c", "", "s", mode="linear")], {"s": two(1, 1, 2, 4)}),
    "interpolated as torch does": (
        [
            node("Resize", "c", "", "n", mode="linear",
                 coordinate_transformation_mode="pytorch_half_pixel"),
        ],
        {"n": two(1, 1, 4, 1)},
    ),
    "resized to a size": (
        [node("Resize", "c", "", "", "n")], {"n": np.array([1, 4, 16, 24])}
    ),
    "transposed": ([node("ConvTranspose", "c", "k", strides=[2, 2])], {"k": weights(4, 3, 2, 2)}),
    "pixels out of channels": ([node("DepthToSpace", "c", blocksize=2)], {}),
    "pixels out of channels as torch does": (
        [node("DepthToSpace", "c", blocksize=2, mode="CRD")], {}
    ),
}  # fmt: skip


@pytest.mark.parametrize("mode", ["nearest", "linear"])
def test_longer_sequences(mode: str, tmp_path: Path) -> None:
    made = model(
        [
            node("Conv", "x", "w", to="c", pads=[1, 1]),
            node("Resize", "c", "", "s", mode=mode, nearest_mode="round_prefer_floor"),
        ],
        {"w": weights(4, 3, 3), "s": two(1, 1, 4)},
        shape=("n", 3, 8),
    )
    network = imported(made, tmp_path / "m.onnx")
    kind = {"nearest": "upsample", "linear": "interpolate"}[mode]
    assert (network.graph.layers[-1].kind, network.graph.layers[-1].shape) == (kind, (4, 1, 32))


@pytest.mark.parametrize("name", LARGER)
def test_larger_images(name: str, tmp_path: Path) -> None:
    nodes, constants = LARGER[name]
    network = imported(behind_a_conv(*nodes, constants=constants), tmp_path / "m.onnx")
    kinds = ("upsample", "interpolate", "depth_to_space")
    assert network.graph.layers[-1].kind in kinds


@pytest.mark.parametrize("name", SIDE_BY_SIDE)
def test_channels_side_by_side(name: str, tmp_path: Path) -> None:
    nodes, constants = SIDE_BY_SIDE[name]
    imported(behind_a_conv(*nodes, constants=constants), tmp_path / "m.onnx")


def test_weights_that_are_computed_of_constants(tmp_path: Path) -> None:
    nodes = [
        node("Constant", to="v", value=numpy_helper.from_array(weights(4) ** 2)),
        node("Sqrt", "v", to="root"), node("Reciprocal", "root", to="inverse"),
        node("Unsqueeze", "inverse", "axes", to="u"), node("Mul", "w", "u", to="scaled"),
        node("Conv", "x", "scaled"),
    ]  # fmt: skip
    constants = {"w": CONV, "axes": np.array([1, 2, 3])}
    network = imported(model(nodes, constants), tmp_path / "m.onnx")
    assert [layer.kind for layer in network.graph] == ["input", "conv"]


# ----------------------------------------------------------------------------- refusals


REFUSED = {
    "an operator of somebody's own": (
        node("Magic", "c", domain="com.somebody"), r"com.somebody.Magic in node 'the_Magic'"
    ),
    "a recurrent layer": (node("LSTM", "c", "c", "c"), r"LSTM in node 'the_LSTM' is not supported"),
    "erf by itself": (node("Erf", "c"), r"erf in node 'the_Erf' is not supported"),
    "an instance norm": (
        node("InstanceNormalization", "c", "k", "k"), r"use batch norm|InstanceNormalization"
    ),
    "weights that are computed": (node("Conv", "c", "c"), r"Conv with a computed input 1"),
    "an attribute that nobody knows": (
        node("Relu", "c", leaky=1), r"Relu with attribute 'leaky' in node 'the_Relu'"
    ),
    "an attribute of another type": (
        node("LeakyRelu", "c", alpha="much"), r"LeakyRelu with attribute alpha of a wrong type"
    ),
    "a resize that is not by repeating": (
        node("Resize", "c", "", "f", mode="linear",
             coordinate_transformation_mode="align_corners"),
        r"Resize with mode linear",
    ),
    "a resize by a half": (node("Resize", "c", "", "f"), r"Resize by \[1.0, 1.0, 1.5, 1.5\]"),
    "blocks that channels do not fill": (
        node("DepthToSpace", "c", blocksize=3), r"DepthToSpace of 4 channels to blocks of 3x3"
    ),
    "axes that there are not": (node("Softmax", "c", axis=7), r"Softmax over axis 7 of 4"),
}  # fmt: skip


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_refused(name: str, tmp_path: Path) -> None:
    last, message = REFUSED[name]
    made = behind_a_conv(
        last, constants={"k": weights(4), "f": two(1, 1, 1.5, 1.5)}, domains={"com.somebody": 1}
    )
    with pytest.raises(UnsupportedOperatorError, match=message):
        imported(made, tmp_path / "m.onnx")


def test_every_translation_says_what_it_does() -> None:
    for name, translation in TRANSLATIONS.items():
        assert translation.__doc__, name
