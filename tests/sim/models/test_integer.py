"""The golden model's nodes against torch and against plain loops."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
import torch
from numpy.typing import NDArray
from tabfab.compiler import program as ir
from tabfab.compiler.program.encoding import encode, padding_codes, subspace_vectors
from tabfab.sim.models import integer
from torch.nn import functional

from support.programs import ConvOptions, exact_conv, image_input, table_conv

IMAGES = 3

WINDOWS: list[dict[str, Any]] = [
    {"kernel": (1, 1)},
    {"kernel": (3, 3), "padding": (1, 1)},
    {"kernel": (3, 2), "stride": (2, 1), "padding": (0, 1)},
    {"kernel": (2, 4), "stride": (3, 5), "padding": (1, 3)},
    {"kernel": (5, 6)},
]
"""All fit a 5x6 image."""


@pytest.fixture
def rng() -> np.random.Generator:
    return np.random.default_rng(9)


def activations(rng: np.random.Generator, node: ir.Node) -> integer.Activations:
    channels, height, width = node.shape
    size = (IMAGES, height, width, channels)
    return rng.integers(node.type.low, node.type.high + 1, size).astype(np.int16)


def padded(x: integer.Activations, node: ir.Window, value: NDArray[np.int16]) -> torch.Tensor:
    """(N, C, H, W) with a border of `value`."""
    height, width = x.shape[1:3]
    (top, left) = node.padding
    out = np.tile(value, (len(x), height + 2 * top, width + 2 * left, 1)).astype(np.int64)
    out[:, top : top + height, left : left + width] = x
    return torch.from_numpy(out.transpose(0, 3, 1, 2).astype(np.float64))


def channel_minor(x: torch.Tensor) -> NDArray[np.int64]:
    return x.numpy().transpose(0, 2, 3, 1).astype(np.int64)


def requantized(
    total: NDArray[np.int64], shift: NDArray[np.integer] | int, low: int, high: int
) -> NDArray[np.int64]:
    """Rounded half up in exact fractions."""
    step = 2.0 ** np.asarray(shift)
    return np.clip(np.floor(total / step + np.where(step > 1, 0.5, 0)), low, high).astype(np.int64)


def signed_source(rng: np.random.Generator, channels: int = 4) -> ir.Clamp:
    return ir.Clamp(
        name="source", inputs=("image",), shape=(channels, 5, 6), type=ir.INT8, low=-128, high=127
    )


# ------------------------------------------------------------------------- requantization


@pytest.mark.parametrize(
    ("value", "shift", "result"),
    [(5, 0, 5), (5, 1, 3), (-5, 1, -2), (6, 2, 2), (-6, 2, -1), (-7, 2, -2), (1 << 23, 24, 1)],
)
def test_requantize_rounds_half_up(value: int, shift: int, result: int) -> None:
    assert integer.requantize(np.array([value]), shift, -128, 127).tolist() == [result]


def test_requantize_clamps() -> None:
    x = np.array([-300, -129, 0, 128, 300])
    assert integer.requantize(x, 0, -100, 101).tolist() == [-100, -100, 0, 101, 101]


# --------------------------------------------------------------------------- convolutions


@pytest.mark.parametrize("window", WINDOWS)
@pytest.mark.parametrize("signed", [False, True])
def test_exact_conv_is_torchs(
    window: dict[str, Any], signed: bool, rng: np.random.Generator
) -> None:
    source = signed_source(rng) if signed else image_input(rng, 4, 5, 6)
    node = exact_conv(rng, "conv", source, ConvOptions(6, **window))
    zero = np.zeros(4, np.int16) if signed else rng.integers(0, 256, 4).astype(np.int16)
    x = activations(rng, source)
    total = channel_minor(
        functional.conv2d(
            padded(x, node, zero),
            torch.from_numpy(node.weight.astype(np.float64)),
            torch.from_numpy(node.bias.astype(np.float64)),
            stride=node.stride,
        )
    )
    expected = requantized(total, node.shift, node.low, node.high)
    np.testing.assert_array_equal(integer.exact_conv(node, x, zero), expected)


@pytest.mark.parametrize("groups", [2, 4])
def test_grouped_exact_conv_is_torchs(groups: int, rng: np.random.Generator) -> None:
    source = image_input(rng, 4, 5, 6)
    plain = exact_conv(rng, "conv", source, ConvOptions(8, kernel=(3, 3), padding=(1, 1)))
    weight = plain.weight[:, : 4 // groups]
    node = ir.with_bounds(replace(plain, groups=groups, weight=weight), source.type)
    x = activations(rng, source)
    total = channel_minor(
        functional.conv2d(
            padded(x, node, source.zero),
            torch.from_numpy(weight.astype(np.float64)),
            torch.from_numpy(node.bias.astype(np.float64)),
            groups=groups,
        )
    )
    expected = requantized(total, node.shift, node.low, node.high)
    np.testing.assert_array_equal(integer.exact_conv(node, x, source.zero), expected)


def looked_up(
    node: ir.TableConv, x: integer.Activations, zero: NDArray[np.int16]
) -> NDArray[np.int64]:
    """A table layer in loops over everything; its encoder is called subspace by subspace."""
    outputs, rows, columns = node.shape
    per_group = outputs // node.groups
    result = np.zeros((len(x), rows, columns, outputs), np.int64)
    height, width = x.shape[1:3]
    for image in range(len(x)):
        for row in range(rows):
            for column in range(columns):
                pixels = np.empty((x.shape[3], *node.kernel), np.int16)
                for ky in range(node.kernel[0]):
                    for kx in range(node.kernel[1]):
                        py = row * node.stride[0] - node.padding[0] + ky
                        px = column * node.stride[1] - node.padding[1] + kx
                        inside = 0 <= py < height and 0 <= px < width
                        pixels[:, ky, kx] = x[image, py, px] if inside else zero
                if node.layout == "patch":
                    vectors = [(0, pixels.reshape(-1))]
                else:
                    vectors = list(enumerate(pixels.reshape(len(zero), -1).T))
                for tap, vector in vectors:
                    code = encode(
                        node.encoder, subspace_vectors(vector, node.groups, node.encoder.length)
                    )
                    for subspace in range(node.encoder.subspaces):
                        group = subspace // (node.encoder.subspaces // node.groups)
                        channels = slice(group * per_group, (group + 1) * per_group)
                        row_of_table = node.tables[subspace, tap, code[subspace]]
                        result[image, row, column, channels] += row_of_table
    return requantized(result + node.bias, node.shift, node.low, node.high)


@pytest.mark.parametrize("window", WINDOWS)
@pytest.mark.parametrize("layout", ["pixel", "patch"])
@pytest.mark.parametrize(("prototypes", "length"), [(2, 1), (16, 3), (256, 8)])
def test_table_conv_is_what_it_says(
    window: dict[str, Any],
    layout: ir.Layout,
    prototypes: int,
    length: int,
    rng: np.random.Generator,
) -> None:
    source = image_input(rng, 4, 5, 6)
    node = table_conv(
        rng, "conv", source, ConvOptions(5, **window),
        layout=layout, prototypes=prototypes, length=length,
    )  # fmt: skip
    x = activations(rng, source)
    expected = looked_up(node, x, source.zero)
    np.testing.assert_array_equal(integer.table_conv(node, x, source.zero), expected)


@pytest.mark.parametrize("layout", ["pixel", "patch"])
def test_grouped_table_conv_is_what_it_says(layout: ir.Layout, rng: np.random.Generator) -> None:
    source = image_input(rng, 4, 5, 6)
    options = ConvOptions(6, kernel=(2, 3), padding=(1, 1), groups=2)
    node = table_conv(rng, "conv", source, options, layout=layout, length=2)
    x = activations(rng, source)
    expected = looked_up(node, x, source.zero)
    np.testing.assert_array_equal(integer.table_conv(node, x, source.zero), expected)


@pytest.mark.parametrize("kind", ["exact", "table"])
def test_wrong_accumulator_bounds_are_noticed(kind: str, rng: np.random.Generator) -> None:
    source = image_input(rng, 4, 5, 6)
    x = activations(rng, source)
    options = ConvOptions(3)
    if kind == "exact":
        exact = replace(exact_conv(rng, "conv", source, options), accumulator=(0, 0))
        with pytest.raises(AssertionError, match=r"'conv'.*bounds"):
            integer.exact_conv(exact, x, source.zero)
    else:
        table = replace(table_conv(rng, "conv", source, options), accumulator=(0, 0))
        with pytest.raises(AssertionError, match=r"'conv'.*bounds"):
            integer.table_conv(table, x, source.zero)


@pytest.mark.parametrize("extreme", [0, 1])
def test_accumulator_bounds_are_reached(extreme: int, rng: np.random.Generator) -> None:
    """The bounds of a 1x1 exact layer are those of its worst input, not a loose estimate."""
    source = image_input(rng, 4, 1, 1)
    node = exact_conv(rng, "conv", source, ConvOptions(3))
    worst = 255 * ((node.weight > 0) == bool(extreme)).astype(np.int64)
    totals = (node.weight * worst).sum(axis=(1, 2, 3)) + node.bias + node.half
    limit = totals.max() if extreme else totals.min()
    assert ir.accumulator_bounds(node, source.type)[extreme] == limit


def test_padding_pixels_have_the_code_of_a_real_zero(rng: np.random.Generator) -> None:
    source = image_input(rng, 5, 3, 3)
    node = table_conv(rng, "conv", source, ConvOptions(2), length=2, prototypes=16)
    as_pixel = np.tile(source.zero, (1, 1, 1, 1))
    np.testing.assert_array_equal(
        padding_codes(node, source.zero), integer.codes(node, as_pixel, source.zero)[0, 0, 0]
    )


# ---------------------------------------------------------------------------- other nodes


@pytest.mark.parametrize("window", WINDOWS)
def test_max_pool_is_torchs(window: dict[str, Any], rng: np.random.Generator) -> None:
    source = signed_source(rng)
    x = activations(rng, source) // 2 - 60  # mostly negative: zeros from padding would win
    node = ir.MaxPool(
        name="max", inputs=("source",), shape=_output(source, window), type=ir.INT8, **window
    )
    lowest = np.full(4, -128, np.int16)
    expected = functional.max_pool2d(padded(x, node, lowest), node.kernel, node.stride)
    np.testing.assert_array_equal(integer.max_pool(node, x), channel_minor(expected))


@pytest.mark.parametrize("window", WINDOWS)
@pytest.mark.parametrize("shift", [0, 3])
def test_average_pool_is_a_shifted_sum(
    window: dict[str, Any], shift: int, rng: np.random.Generator
) -> None:
    source = signed_source(rng)
    x = activations(rng, source)
    node = ir.AveragePool(
        name="average", inputs=("source",), shape=_output(source, window), type=ir.INT8, low=-90,
        high=127, shift=shift, **window,
    )  # fmt: skip
    kernel = torch.ones(4, 1, *node.kernel, dtype=torch.float64)
    border = padded(x, node, np.zeros(4, np.int16))
    total = channel_minor(functional.conv2d(border, kernel, stride=node.stride, groups=4))
    np.testing.assert_array_equal(
        integer.average_pool(node, x), requantized(total, shift, -90, 127)
    )


def _output(source: ir.Node, window: dict[str, Any]) -> ir.Shape:
    stride, padding = window.get("stride", (1, 1)), window.get("padding", (0, 0))
    rows, columns = (
        ir.window_output(size, window["kernel"][axis], stride[axis], padding[axis])
        for axis, size in enumerate(source.shape[1:])
    )
    return source.shape[0], rows, columns


@pytest.mark.parametrize(("left", "shift"), [((0, 0), 0), ((2, 0), 1), ((0, 5), 6), ((24, 24), 24)])
def test_add(left: ir.Pair, shift: int, rng: np.random.Generator) -> None:
    source = signed_source(rng)
    node = ir.Add(
        name="add", inputs=("a", "b"), shape=source.shape, type=ir.INT8, low=-128, high=100,
        left=left, shift=shift,
    )  # fmt: skip
    a, b = activations(rng, source), activations(rng, source)
    a[0, 0, 0], b[0, 0, 0] = 127, 127
    total = a.astype(np.int64) * 2 ** left[0] + b.astype(np.int64) * 2 ** left[1]
    np.testing.assert_array_equal(integer.add(node, a, b), requantized(total, shift, -128, 100))


def test_clamp(rng: np.random.Generator) -> None:
    node = replace(signed_source(rng), low=-3, high=50)
    x = activations(rng, node)
    expected = [min(max(value, -3), 50) for value in x.reshape(-1).tolist()]
    assert integer.clamp(node, x).reshape(-1).tolist() == expected


def test_slice_pad(rng: np.random.Generator) -> None:
    source = signed_source(rng)
    node = ir.SlicePad(
        name="cut", inputs=("source",), shape=(7, 3, 2), type=ir.INT8, step=(2, 3), channels=(1, 2)
    )
    x = activations(rng, source)
    expected = functional.pad(
        torch.from_numpy(x.transpose(0, 3, 1, 2)[:, :, ::2, ::3].copy()), (0, 0, 0, 0, 1, 2)
    )
    np.testing.assert_array_equal(integer.slice_pad(node, x), channel_minor(expected))


def test_flatten_is_channel_minor(rng: np.random.Generator) -> None:
    x = activations(rng, signed_source(rng))
    flat = integer.flatten(x)
    assert flat.shape == (IMAGES, 1, 1, 5 * 6 * 4)
    assert flat[1, 0, 0, (2 * 6 + 3) * 4 + 1] == x[1, 2, 3, 1]


def test_argmax_takes_the_first_of_the_largest() -> None:
    x = np.array([[3, 7, 7], [-5, -9, -5], [0, 0, 0]], np.int16).reshape(3, 1, 1, 3)
    assert integer.argmax(x).reshape(-1).tolist() == [1, 0, 0]


@pytest.mark.parametrize("kernel", [(1, 1), (3, 3)])
@pytest.mark.parametrize("prototypes", [2, 4, 16])
def test_joined_lookups_add_up_to_the_same_sums(
    rng: np.random.Generator, kernel: ir.Pair, prototypes: int
) -> None:
    source = image_input(rng, 6, 24, 24)
    node = table_conv(
        rng, "layer", source, ConvOptions(5, kernel=kernel), length=2, prototypes=prototypes
    )
    extremes = np.where(rng.random(node.tables.shape) < 0.5, -128, 127).astype(np.int8)
    node = replace(node, tables=extremes)
    code = rng.integers(0, prototypes, (1, 20, 20, node.taps, 3))
    sums = integer.lookup_sums(node, code)
    expected = np.zeros(sums.shape, np.int64)
    for subspace, tap in np.ndindex(3, node.taps):
        expected += extremes[subspace, tap][code[..., tap, subspace]]
    np.testing.assert_array_equal(sums, expected)


def test_the_sum_of_hundreds_of_extreme_entries_is_exact(rng: np.random.Generator) -> None:
    source = image_input(rng, 520, 4, 4)
    node = table_conv(rng, "layer", source, ConvOptions(2), length=1, prototypes=2)
    node = replace(node, tables=np.full_like(node.tables, -128))
    code = np.zeros((1, 4, 4, 1, 520), np.int16)
    assert (integer.lookup_sums(node, code) == -128 * 520).all()
