"""Networks that come quantized keep their integers: QCDQ and QONNX, against onnx's evaluator."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from tabfab.cli.layer_settings import usual_mask
from tabfab.compiler.compile import compile_graph
from tabfab.compiler.frontend import Imported, Pixels, import_network
from tabfab.compiler.frontend.compare import check_answers, check_reference
from tabfab.compiler.frontend.model_file import LoadedModel, load_model
from tabfab.compiler.graph.float_file import load_graph, write_graph
from tabfab.compiler.options import CompileOptions
from tabfab.compiler.program import ExactConv
from tabfab.compiler.store.errors import TabfabError

from support.onnx_models import onnx
from support.quantized_models import QONNX, Builder

IMAGES = np.random.default_rng(5).integers(0, 256, (40, 8, 8, 1), np.uint8)
INPUT, HIDDEN, SUM, OUTPUT = 2.0**-7, 2.0**-4, 2.0**-3, 2.0**-2


def network(dialect: str, seed: int = 0, bits: int = 8, opset: int = 20) -> Any:
    """Convolutions, a residual sum, a max pool and a linear layer, all quantized."""
    b = Builder(dialect, seed, bits)
    x = b.quantized("x", INPUT * 2 ** (8 - bits))
    w, s = b.weights(4, 1, 3, 3)
    y = b.add("Conv", x, w, b.bias(s, INPUT), pads=[1, 1, 1, 1])
    y = b.quantized(b.add("Relu", y), HIDDEN, signed=False)
    w, s = b.weights(4, 2, 3, 3)
    z = b.add("Conv", y, w, b.bias(s, HIDDEN), pads=[1, 1, 1, 1], group=2)
    z = b.quantized(z, HIDDEN)
    z = b.quantized(b.add("Relu", b.add("Add", y, z)), SUM, signed=False)
    z = b.add("Flatten", b.add("MaxPool", z, kernel_shape=[2, 2], strides=[2, 2]))
    w, s = b.weights(5, 64)
    return b.model(b.quantized(b.add("Gemm", z, w, b.bias(s, SUM), transB=1), OUTPUT), opset)


def loaded(made: Any, path: Path) -> tuple[LoadedModel, Imported]:
    onnx.save(made, path)
    found = load_model(path)
    network = import_network(found.network)
    assert check_reference(found, IMAGES, Pixels()) < 1e-6
    check_answers(network, IMAGES)
    return found, network


def reference(found: LoadedModel, up: bool) -> NDArray[np.float32]:
    """What onnx computes; `up` says that halves are rounded up, as tabfab's shifts do."""
    from onnx.reference import ReferenceEvaluator
    from onnx.reference.op_run import OpRun

    def rounded(x: NDArray[Any]) -> NDArray[Any]:
        return np.floor(x.astype(np.float64) + 0.5) if up else np.rint(x)

    class QuantizeLinear(OpRun):
        op_domain = ""

        def _run(self, x: Any, scale: Any, zero: Any, **said: Any) -> Any:
            limits = np.iinfo(zero.dtype)
            return (rounded(x / scale).clip(limits.min, limits.max).astype(zero.dtype),)

    class Quant(OpRun):
        op_domain = QONNX

        def _run(self, x: Any, scale: Any, zero: Any, bits: Any, **said: Any) -> Any:
            half = 2 ** int(bits - 1)
            low, high = (-half + said["narrow"], half - 1) if said["signed"] else (0, 2 * half - 1)
            return ((rounded(x / scale).clip(low, high) * scale).astype(np.float32),)

    assert found.reference is not None

    class BipolarQuant(OpRun):
        op_domain = QONNX

        def _run(self, x: Any, scale: Any, **said: Any) -> Any:
            return (np.where(x >= 0, scale, -scale).astype(np.float32),)

    class Trunc(OpRun):
        op_domain = QONNX

        def _run(self, x: Any, scale: Any, zero: Any, before: Any, after: Any, **said: Any) -> Any:
            parts = np.rint(x / scale).astype(np.int64) / (1 << int(before - after))
            whole = np.floor(parts) if said["rounding_mode"] == "FLOOR" else rounded(parts)
            return ((whole * scale).astype(np.float32),)

    operators = [QuantizeLinear, Quant, BipolarQuant, Trunc]
    evaluator = ReferenceEvaluator(found.reference.model, new_ops=operators)
    (answer,) = evaluator.run(None, {"x": IMAGES.transpose(0, 3, 1, 2).astype(np.float32) / 255})
    return answer


@pytest.mark.parametrize("bits", [8, 4])
@pytest.mark.parametrize("dialect", ["qcdq", "qonnx"])
@pytest.mark.parametrize("seed", range(3))
def test_the_program_computes_its_integers(
    dialect: str, bits: int, seed: int, tmp_path: Path
) -> None:
    """Bit for bit, but for halves: tabfab's shifts round them up, ONNX to even."""
    found, imported = loaded(network(dialect, seed, bits), tmp_path / "m.onnx")
    made = compile_graph(imported.graph, IMAGES[:10], CompileOptions(mask="none"))
    seen = made.program_answers(IMAGES) * OUTPUT
    np.testing.assert_array_equal(seen, reference(found, up=True))
    even = reference(found, up=False)
    assert np.abs(seen - even).mean() < OUTPUT  # half of its residual sums are halves
    assert len(np.unique(seen)) > 5


@pytest.mark.parametrize("opset", [13, 17, 21])
def test_every_opset(opset: int, tmp_path: Path) -> None:
    _, imported = loaded(network("qcdq", opset=opset), tmp_path / "m.onnx")
    _, newer = loaded(network("qcdq"), tmp_path / "n.onnx")
    for one, other in zip(imported.graph.convs, newer.graph.convs, strict=True):
        np.testing.assert_array_equal(one.weight, other.weight)
        assert one.grid == other.grid


def test_weights_are_those_of_the_file(tmp_path: Path) -> None:
    _, imported = loaded(network("qcdq"), tmp_path / "m.onnx")
    program = compile_graph(imported.graph, IMAGES[:10], CompileOptions(mask="none")).program
    for layer in imported.graph.convs[1:]:
        converted = next(each for each in program.convs if each.name == layer.name)
        assert isinstance(converted, ExactConv)
        source = imported.graph[layer.inputs[0]]
        while not source.grid:
            source = imported.graph[source.inputs[0]]
        units = layer.grid * np.exp2(-converted.shift.astype(float)) / source.grid
        np.testing.assert_array_equal(converted.weight * units[:, None, None, None], layer.weight)


def test_layers_stay_exact_where_nobody_says_otherwise(tmp_path: Path) -> None:
    _, imported = loaded(network("qcdq"), tmp_path / "m.onnx")
    assert usual_mask(imported.graph) == "none"


def test_no_images_change_a_scale(tmp_path: Path) -> None:
    _, imported = loaded(network("qcdq"), tmp_path / "m.onnx")
    options = CompileOptions(mask="none")
    one, other = (
        compile_graph(imported.graph, images, options)
        for images in (IMAGES[:10], np.zeros((3, 8, 8, 1), np.uint8))
    )
    np.testing.assert_array_equal(one.program_answers(IMAGES), other.program_answers(IMAGES))


def test_grids_are_kept_in_the_program_s_float_network(tmp_path: Path) -> None:
    _, imported = loaded(network("qcdq"), tmp_path / "m.onnx")
    write_graph(imported.graph, tmp_path)
    kept = load_graph(tmp_path)
    assert [layer.grid for layer in kept] == [layer.grid for layer in imported.graph]
    assert any(layer.grid for layer in kept)


def test_an_image_as_it_is_needs_no_layer(tmp_path: Path) -> None:
    b = Builder("qcdq", 0)
    w, s = b.weights(4, 1, 3, 3)
    made = b.model(b.quantized(b.add("Conv", "x", w), 2.0**-3))
    assert len(s) == 4
    _, imported = loaded(made, tmp_path / "m.onnx")
    assert [layer.kind for layer in imported.graph] == ["input", "conv"]
    compile_graph(imported.graph, IMAGES[:10], CompileOptions(mask="none"))


def test_bipolar_weights(tmp_path: Path) -> None:
    b = Builder("qonnx", 0)
    x = b.quantized("x", INPUT)
    w = b.constant(b.random.normal(size=(4, 1, 3, 3)))
    w = b.add("BipolarQuant", w, b.constant(0.25), domain=QONNX)
    found, imported = loaded(b.model(b.quantized(b.add("Conv", x, w), OUTPUT)), tmp_path / "m.onnx")
    made = compile_graph(imported.graph, IMAGES[:10], CompileOptions(mask="none"))
    seen = made.program_answers(IMAGES).reshape(40, 6, 6, 4).transpose(0, 3, 1, 2) * OUTPUT
    np.testing.assert_array_equal(seen, reference(found, up=True))


def truncated(b: Builder, x: str, before: int, after: int, **said: Any) -> str:
    """Integers of so many bits, in steps of `HIDDEN`, without their lowest."""
    said = {"rounding_mode": "FLOOR", **said}
    numbers = [b.constant(value) for value in (HIDDEN, 0, before, after)]
    return b.add("Trunc", x, *numbers, domain=QONNX, **said)


@pytest.mark.parametrize("rounding", ["FLOOR", "ROUND"])
@pytest.mark.parametrize("signed", [False, True])
@pytest.mark.parametrize(("size", "after"), [(2, 8), (4, 8), (3, 7), (3, 6)])
def test_a_truncated_sum(
    size: int, after: int, signed: bool, rounding: str, tmp_path: Path
) -> None:
    """A sum of pixels, as average pools of Brevitas export it, is not rounded before."""
    b = Builder("qonnx", 0)
    x = b.quantized("x", INPUT)
    w, s = b.weights(4, 1, 3, 3)
    y = b.add("Conv", x, w, b.bias(s, INPUT), pads=[1, 1, 1, 1])
    y = b.quantized(y if signed else b.add("Relu", y), HIDDEN, signed=signed)
    y = b.add("AveragePool", y, kernel_shape=[size, size], strides=[size, size])
    y = b.add("Mul", y, b.constant(float(size**2)))
    said = {"signed": 1} if signed else {}
    before = 8 + (size**2 - 1).bit_length()
    y = truncated(b, y, before, after, rounding_mode=rounding, **said)
    found, imported = loaded(b.model(y), tmp_path / "m.onnx")
    made = compile_graph(imported.graph, IMAGES[:10], CompileOptions(mask="none"))
    last = made.program.output
    assert (last.kind, last.shape[1]) == ("exact_conv", 8 // size)
    seen = made.program_answers(IMAGES).reshape(-1, *last.shape[1:], 4).transpose(0, 3, 1, 2)
    np.testing.assert_array_equal(seen * HIDDEN, reference(found, up=True))
    assert len(np.unique(seen)) > 2


def test_a_convolution_s_truncated_integers(tmp_path: Path) -> None:
    b = Builder("qonnx", 0)
    x = b.quantized("x", INPUT)
    w, s = b.weights(4, 1, 3, 3)
    y = b.quantized(b.add("Conv", x, w, b.bias(s, INPUT)), HIDDEN)
    found, imported = loaded(b.model(truncated(b, y, 8, 5)), tmp_path / "m.onnx")
    made = compile_graph(imported.graph, IMAGES[:10], CompileOptions(mask="none"))
    seen = made.program_answers(IMAGES).reshape(40, 6, 6, 4).transpose(0, 3, 1, 2) * HIDDEN
    np.testing.assert_array_equal(seen, reference(found, up=True))


# ----------------------------------------------------------------------------- refusals


def _end(b: Builder, x: str) -> Any:
    w, _ = b.weights(4, 1, 3, 3)
    return b.model(b.add("Conv", x, w))


def _zero_point(b: Builder) -> Any:
    said = [b.constant(INPUT), b.constant(3, np.uint8)]
    return _end(b, b.add("DequantizeLinear", b.add("QuantizeLinear", "x", *said), *said))


def _per_channel(b: Builder) -> Any:
    said = [b.constant([INPUT, INPUT]), b.constant([0, 0], np.uint8)]
    return _end(b, b.add("DequantizeLinear", b.add("QuantizeLinear", "x", *said), *said))


def _other_scale(b: Builder) -> Any:
    zero = b.constant(0, np.uint8)
    q = b.add("QuantizeLinear", "x", b.constant(INPUT), zero)
    return _end(b, b.add("DequantizeLinear", q, b.constant(2 * INPUT), zero))


def _two_zero_points(b: Builder) -> Any:
    q = b.add("QuantizeLinear", "x", b.constant(INPUT), b.constant(0, np.uint8))
    return _end(b, b.add("DequantizeLinear", q, b.constant(INPUT), b.constant([0, 0], np.uint8)))


def _clip_to_nan(b: Builder) -> Any:
    said = [b.constant(INPUT), b.constant(0, np.uint8)]
    q = b.add("Clip", b.add("QuantizeLinear", "x", *said), b.constant(np.nan))
    return _end(b, b.add("DequantizeLinear", q, *said))


def _zero_point_nan(b: Builder) -> Any:
    said = [b.constant(value) for value in (INPUT, np.nan, 8)]
    return _end(b, b.add("Quant", "x", *said, domain=QONNX))


def _integers(b: Builder) -> Any:
    said = [b.constant(INPUT), b.constant(0, np.uint8)]
    q = b.add("MaxPool", b.add("QuantizeLinear", "x", *said), kernel_shape=[2, 2])
    return _end(b, b.add("DequantizeLinear", q, *said))


def _wide(b: Builder) -> Any:
    said = [b.constant(value) for value in (INPUT, 0, 12)]
    return _end(b, b.add("Quant", "x", *said, domain=QONNX, signed=1, narrow=0))


def _floor(b: Builder) -> Any:
    said = [b.constant(value) for value in (INPUT, 0, 8)]
    return _end(b, b.add("Quant", "x", *said, domain=QONNX, rounding_mode="FLOOR"))


def _trunc_to_a_scale(b: Builder) -> Any:
    said = [b.constant(value) for value in (INPUT, 0, 8, 2 * INPUT, 4)]
    return _end(b, b.add("Trunc", "x", *said, domain=QONNX))


def _trunc_to_more(b: Builder) -> Any:
    return _end(b, truncated(b, "x", 4, 8))


def _trunc_up(b: Builder) -> Any:
    return _end(b, truncated(b, "x", 10, 8, rounding_mode="CEIL"))


def _bipolar_layer(b: Builder) -> Any:
    return _end(b, b.add("BipolarQuant", "x", b.constant(1.0), domain=QONNX))


REFUSED = {
    "a zero point": ("qcdq", _zero_point, "with zero point 3"),
    "a scale for each channel": ("qcdq", _per_channel, "QuantizeLinear of a layer's channels"),
    "two scales": ("qcdq", _other_scale, "DequantizeLinear with another scale"),
    "two zero points": ("qcdq", _two_zero_points, "DequantizeLinear in node .* do not fit"),
    "a clip to NaN": ("qcdq", _clip_to_nan, "Clip in node .* has settings that do not fit"),
    "NaN for a zero point": ("qonnx", _zero_point_nan, "Quant in node .* do not fit"),
    "a pool of integers": ("qcdq", _integers, "MaxPool of integers"),
    "twelve bits": ("qonnx", _wide, "to integers from -2048 to 2047"),
    "another rounding": ("qonnx", _floor, "Quant with rounding_mode FLOOR"),
    "Trunc to a scale": ("qonnx", _trunc_to_a_scale, "Trunc with a scale of its own"),
    "Trunc to more bits": ("qonnx", _trunc_to_more, "Trunc from 4 to 8 bits"),
    "Trunc upwards": ("qonnx", _trunc_up, "Trunc with rounding_mode CEIL"),
    "signs of a layer": ("qonnx", _bipolar_layer, "BipolarQuant of a layer"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_refused(name: str, tmp_path: Path) -> None:
    dialect, make, message = REFUSED[name]
    onnx.save(make(Builder(dialect, 0)), tmp_path / "m.onnx")
    with pytest.raises(TabfabError, match=message):
        import_network(load_model(tmp_path / "m.onnx").network)


def test_weights_that_are_on_no_grid_are_refused(tmp_path: Path) -> None:
    b = Builder("qcdq", 0)
    x = b.quantized("x", INPUT)
    w = b.constant(b.random.normal(size=(4, 1, 3, 3)))
    _, imported = loaded(b.model(b.quantized(b.add("Conv", x, w), OUTPUT)), tmp_path / "m.onnx")
    with pytest.raises(TabfabError, match="its weights are no integers of 8 bits"):
        compile_graph(imported.graph, IMAGES[:10], CompileOptions(mask="none"))


@pytest.mark.parametrize("mask", [(1, 0, 0), (0, 1, 0), (1, 1, 1)])
def test_layers_behind_tables_are_fitted_to_what_arrives(
    mask: tuple[int, ...], tmp_path: Path
) -> None:
    _, imported = loaded(network("qcdq"), tmp_path / "m.onnx")
    program = compile_graph(imported.graph, IMAGES[:10], CompileOptions(mask=mask)).program
    assert [node.method for node in program.convs] == [("exact", "table")[bit] for bit in mask]


def test_two_grids_of_what_keeps_its_integers(tmp_path: Path) -> None:
    b = Builder("qcdq", 0)
    y = b.quantized("x", INPUT)
    y = b.add("MaxPool", y, kernel_shape=[2, 2], strides=[2, 2])
    found = load_model_of(b.model(b.quantized(y, 2 * INPUT)), tmp_path)
    kinds = [layer.kind for layer in import_network(found.network).graph]
    assert kinds == ["input", "activation", "max_pool", "activation"]


def load_model_of(made: Any, tmp_path: Path) -> LoadedModel:
    onnx.save(made, tmp_path / "m.onnx")
    return load_model(tmp_path / "m.onnx")
