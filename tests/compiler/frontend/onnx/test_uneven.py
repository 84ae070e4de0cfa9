"""Networks quantized with scales that are no powers of two keep integers, to within a step."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from numpy.typing import NDArray
from tabfab.compiler.compile import Compilation, compile_graph
from tabfab.compiler.convert import execute
from tabfab.compiler.frontend import Imported, Pixels, import_network
from tabfab.compiler.frontend.compare import ImportMismatchError, check_answers, check_reference
from tabfab.compiler.frontend.model_file import LoadedModel, load_model
from tabfab.compiler.graph import float_graph
from tabfab.compiler.options import CompileOptions
from tabfab.compiler.program import ExactConv, Node
from tabfab.compiler.store.errors import TabfabError
from tabfab.sim.models import golden
from tabfab.sim.reference.model import run_reference

from support.onnx_models import onnx
from support.quantized_models import QONNX, Builder

IMAGES = np.random.default_rng(6).integers(0, 256, (20, 8, 8, 1), np.uint8)
ACTIVATIONS = 2.0**-5


def convolved(b: Builder, x: str, source: float, channels: int, **said: Any) -> str:
    """A convolution of four channels or one, its sums not yet quantized."""
    w, s = b.weights(4, channels, 3, 3)
    return b.add("Conv", x, w, b.bias(s, source), pads=[1, 1, 1, 1], **said)


def start(b: Builder) -> tuple[str, float]:
    scale = b.scale(2.0**-b.bits)
    return b.quantized("x", scale), scale


def relu(b: Builder, x: str, near: float = ACTIVATIONS) -> tuple[str, float]:
    scale = b.scale(near * 2 ** (8 - b.bits))
    return b.quantized(b.add("Relu", x), scale, signed=False), scale


def signed(b: Builder, x: str) -> tuple[str, float]:
    scale = b.scale(ACTIVATIONS * 2 ** (8 - b.bits))
    return b.quantized(x, scale), scale


def ended(b: Builder, x: str, scale: float, inputs: int) -> Any:
    """A linear layer of all that is left."""
    w, s = b.weights(5, inputs)
    x = b.add("Gemm", b.add("Flatten", x), w, b.bias(s, scale), transB=1)
    return b.model(signed(b, x)[0])


def chain(b: Builder) -> Any:
    """Convolutions and a max pool."""
    x, s = start(b)
    x, s = relu(b, convolved(b, x, s, 1))
    x, s = relu(b, convolved(b, x, s, 2, group=2))
    x = b.add("MaxPool", x, kernel_shape=[2, 2], strides=[2, 2])
    return ended(b, x, s, 64)


def residual(b: Builder) -> Any:
    """A sum of two grids on a third, whose steps are no finer, as its range is no smaller."""
    x, s = start(b)
    x, s = relu(b, convolved(b, x, s, 1))
    y, _ = signed(b, convolved(b, x, s, 1, group=4))
    x, s = relu(b, b.add("Add", x, y), 2 * ACTIVATIONS)
    return ended(b, x, s, 256)


def average(b: Builder) -> Any:
    """Means of four and of nine pixels on grids of their own."""
    x, s = start(b)
    x, s = relu(b, convolved(b, x, s, 1))
    x, s = signed(b, b.add("AveragePool", x, kernel_shape=[3, 3], pads=[0, 0, 1, 1], strides=[2, 2],
                           count_include_pad=1))  # fmt: skip
    x, s = signed(b, b.add("AveragePool", x, kernel_shape=[2, 2], strides=[2, 2]))
    return ended(b, x, s, 16)


def side_by_side(b: Builder) -> Any:
    """Channels of two grids, which a convolution reads together."""
    x, s = start(b)
    y, _ = relu(b, convolved(b, x, s, 1))
    z, _ = relu(b, convolved(b, x, s, 1))
    x, s = relu(b, b.add("Concat", y, z, axis=1))
    return ended(b, x, s, 512)


def as_it_is(b: Builder) -> Any:
    """An image that nothing quantizes, and batch norm behind a convolution."""
    w, _ = b.weights(4, 1, 3, 3)
    norm = [b.constant(b.random.uniform(0.5, 1.5, 4)) for _ in range(4)]
    x = b.add("BatchNormalization", b.add("Conv", "x", w), *norm)
    x, s = relu(b, x)
    return ended(b, x, s, 144)


NETWORKS: dict[str, Callable[[Builder], Any]] = {
    "chain": chain,
    "residual": residual,
    "average": average,
    "concat": side_by_side,
    "image": as_it_is,
}


def brought(made: Any, path: Path) -> tuple[LoadedModel, Imported, Compilation]:
    onnx.save(made, path)
    found = load_model(path)
    network = import_network(found.network)
    assert check_reference(found, IMAGES, Pixels()) < 1e-3
    assert check_answers(network, IMAGES) < 1e-3
    return found, network, compile_graph(network.graph, IMAGES[:3], CompileOptions(mask="none"))


def rounded(b: Builder, found: LoadedModel) -> dict[str, NDArray[np.int64]]:
    """The integers of every quantized tensor, as onnx computes them, channels last."""
    assert found.reference is not None
    pixels = torch.from_numpy(IMAGES.transpose(0, 3, 1, 2).astype(np.float32) / 255)
    integers = {}
    for name, step in b.rounded.items():
        found.reference.answers = [name]
        real = found.reference.run(pixels)
        whole = np.rint(real / step).astype(np.int64)
        np.testing.assert_allclose(whole * step, real, rtol=1e-5)
        wide = whole if whole.ndim == 4 else whole[:, :, None, None]
        integers[name] = wide.transpose(0, 2, 3, 1)
    return integers


def _steps(b: Builder, network: Imported, node: Node) -> list[str]:
    """Names of the file's tensors on the grid of a layer that the file has, none of others."""
    if node.name not in {layer.name for layer in network.unaligned}:
        return []
    grid = network.graph[node.name].grid
    return [name for name, step in b.rounded.items() if grid and abs(step / grid - 1) < 1e-6]


@pytest.mark.parametrize("bits", [8, 6, 4])
@pytest.mark.parametrize("dialect", ["qcdq", "qonnx"])
@pytest.mark.parametrize("name", NETWORKS)
def test_every_layer_is_within_a_step_of_the_file_s_integers(
    name: str, dialect: str, bits: int, tmp_path: Path
) -> None:
    """Each is given the integers that onnx has there, and compared on its own."""
    for seed in range(3):
        b = Builder(dialect, seed, bits, even=False)
        found, network, made = brought(NETWORKS[name](b), tmp_path / "m.onnx")
        integers = rounded(b, found)
        program, values, compared = made.program, {}, 0
        for node in program:
            if not node.inputs:
                values[node.name] = torch.from_numpy(IMAGES).short()
                continue
            zero = program.padding_value(node.inputs[0])
            seen = execute.evaluate(node, [values[each] for each in node.inputs], zero)
            names = _steps(b, network, node)
            if names and integers[names[0]].shape == seen.shape:
                expected = integers[names[0]]
                differing = np.abs(seen.numpy() - expected)
                assert differing.max() <= 1, (node.name, seed)
                if isinstance(node, ExactConv):
                    assert (differing > 0).mean() < 0.05, (node.name, seed)
                compared += 1
                seen = torch.from_numpy(expected).short()
            values[node.name] = seen
        assert compared == len(b.rounded)
        assert all(node.multiplier is not None for node in program.convs)  # type: ignore[attr-defined]


@pytest.mark.parametrize("name", NETWORKS)
def test_weights_are_those_of_the_file(name: str, tmp_path: Path) -> None:
    b = Builder("qcdq", 1, 8, even=False)
    _, network, made = brought(NETWORKS[name](b), tmp_path / "m.onnx")
    for layer, node in zip(network.graph.convs, made.program.convs, strict=True):
        assert isinstance(node, ExactConv)
        found = node.weight.reshape(len(node.weight), -1).astype(float)
        real = layer.weight.reshape(len(found), -1)
        units = np.abs(real).max(axis=1) / np.abs(found).max(axis=1)
        np.testing.assert_allclose(found * units[:, None], real, rtol=1e-5)


@pytest.mark.parametrize("name", NETWORKS)
def test_all_models_compute_the_same(name: str, tmp_path: Path) -> None:
    _, _, made = brought(NETWORKS[name](Builder("qcdq", 2, 8, even=False)), tmp_path / "m.onnx")
    few = IMAGES[:2]
    expected = execute.run(made.program, few)
    last = made.program.output.name
    np.testing.assert_array_equal(golden.run(made.program, few)[last], expected)
    for image, answer in zip(few.tolist(), expected, strict=True):
        assert run_reference(made.program, image)[last] == answer.tolist()
    assert len(np.unique(expected)) > 3


def test_no_images_change_a_scale(tmp_path: Path) -> None:
    _, network, made = brought(residual(Builder("qcdq", 0, 8, even=False)), tmp_path / "m.onnx")
    dark = np.zeros((3, 8, 8, 1), np.uint8)
    other = compile_graph(network.graph, dark, CompileOptions(mask="none"))
    np.testing.assert_array_equal(made.program_answers(IMAGES), other.program_answers(IMAGES))


def test_what_is_rounded_once_more_is_said(tmp_path: Path) -> None:
    _, network, made = brought(residual(Builder("qcdq", 0, 8, even=False)), tmp_path / "m.onnx")
    assert len(network.notes) == 2
    assert "'add' reads steps that differ by no power of two" in network.notes[0]
    assert [node.kind for node in made.program].count("activation") == 3  # and the image


def test_powers_of_two_take_no_multiplier(tmp_path: Path) -> None:
    _, network, made = brought(residual(Builder("qcdq", 0, 8)), tmp_path / "m.onnx")
    assert not network.notes
    assert all(node.multiplier is None for node in made.program.convs)  # type: ignore[attr-defined]


def test_an_output_that_is_not_quantized_keeps_the_weights(tmp_path: Path) -> None:
    b = Builder("qcdq", 0, 8, even=False)
    x, s = start(b)
    w, scales = b.weights(4, 1, 3, 3)
    _, network, made = brought(b.model(b.add("Conv", x, w, b.bias(scales, s))), tmp_path / "m.onnx")
    (node,) = made.program.convs
    seen = made.program_answers(IMAGES) * node.scale
    real = float_graph.answers(network.graph, IMAGES).numpy()
    inside = np.abs(real) < 120 * node.scale
    assert np.abs(seen - real)[inside].max() < 0.6 * node.scale


def test_a_mistake_of_the_import_is_still_found(tmp_path: Path) -> None:
    _, network, _ = brought(chain(Builder("qcdq", 0, 8, even=False)), tmp_path / "m.onnx")
    last = network.unaligned.convs[-1]
    last.weight[0] *= -1
    with pytest.raises(ImportMismatchError, match=r"differ from torch's by [\d.]+ on average"):
        check_answers(network, IMAGES)


def _finer_than_sums(b: Builder) -> Any:
    x, s = start(b)
    return b.model(b.quantized(convolved(b, x, s, 1), 1e-7))


def _off_its_grid(b: Builder) -> Any:
    x, _ = start(b)
    w = b.constant(b.random.normal(size=(4, 1, 3, 3)))
    return b.model(signed(b, b.add("Conv", x, w))[0])


@pytest.mark.parametrize("make", [_finer_than_sums, _off_its_grid])
def test_what_keeps_no_integers_is_refused(make: Callable[[Builder], Any], tmp_path: Path) -> None:
    with pytest.raises(TabfabError, match="its weights are no integers of 8 bits beside"):
        brought(make(Builder("qcdq", 0, 8, even=False)), tmp_path / "m.onnx")


@pytest.mark.parametrize("scale", [0.0, -1.0, np.nan, np.inf])
def test_scales_that_are_none(scale: float, tmp_path: Path) -> None:
    b = Builder("qonnx", 0)
    said = [b.constant(value) for value in (scale, 0, 8)]
    w, _ = b.weights(4, 1, 3, 3)
    made = b.model(b.add("Conv", b.add("Quant", "x", *said, domain=QONNX), w))
    onnx.save(made, tmp_path / "m.onnx")
    with pytest.raises(TabfabError, match=r"with scale .*give it a scale above 0|do not fit"):
        import_network(load_model(tmp_path / "m.onnx").network)
