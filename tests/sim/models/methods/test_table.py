"""Table layers of the golden model against plain loops."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from tabfab.compiler import program as ir
from tabfab.compiler.program.encoding import encode, padding_codes, subspace_vectors
from tabfab.sim.models.methods import table
from tabfab.sim.models.parts import Activations, windows

from support.programs import ConvOptions, image_input, table_conv
from support.single_nodes import WINDOWS, activations, requantized, source_of


@pytest.fixture
def rng() -> np.random.Generator:
    return np.random.default_rng(9)


def looked_up(node: ir.TableConv, x: Activations, zero: NDArray[np.int16]) -> NDArray[np.int64]:
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
    np.testing.assert_array_equal(table.table_conv(node, source_of(x, source.zero)), expected)


@pytest.mark.parametrize("layout", ["pixel", "patch"])
def test_grouped_table_conv_is_what_it_says(layout: ir.Layout, rng: np.random.Generator) -> None:
    source = image_input(rng, 4, 5, 6)
    options = ConvOptions(6, kernel=(2, 3), padding=(1, 1), groups=2)
    node = table_conv(rng, "conv", source, options, layout=layout, length=2)
    x = activations(rng, source)
    expected = looked_up(node, x, source.zero)
    np.testing.assert_array_equal(table.table_conv(node, source_of(x, source.zero)), expected)


def test_wrong_accumulator_bounds_are_noticed(rng: np.random.Generator) -> None:
    source = image_input(rng, 4, 5, 6)
    node = replace(table_conv(rng, "conv", source, ConvOptions(3)), accumulator=(0, 0))
    with pytest.raises(AssertionError, match=r"'conv'.*bounds"):
        table.table_conv(node, source_of(activations(rng, source), source.zero))


def test_padding_pixels_have_the_code_of_a_real_zero(rng: np.random.Generator) -> None:
    source = image_input(rng, 5, 3, 3)
    node = table_conv(rng, "conv", source, ConvOptions(2), length=2, prototypes=16)
    as_pixel = np.tile(source.zero, (1, 1, 1, 1))
    code = table.codes(node, source_of(as_pixel, source.zero))[0, 0, 0]
    np.testing.assert_array_equal(padding_codes(node, source.zero), code)


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
    sums = table.lookup_sums(node, code)
    expected = np.zeros(sums.shape, np.int64)
    for subspace, tap in np.ndindex(3, node.taps):
        expected += extremes[subspace, tap][code[..., tap, subspace]]
    np.testing.assert_array_equal(sums, expected)


def test_the_sum_of_hundreds_of_extreme_entries_is_exact(rng: np.random.Generator) -> None:
    source = image_input(rng, 520, 4, 4)
    node = table_conv(rng, "layer", source, ConvOptions(2), length=1, prototypes=2)
    node = replace(node, tables=np.full_like(node.tables, -128))
    code = np.zeros((1, 4, 4, 1, 520), np.int16)
    assert (table.lookup_sums(node, code) == -128 * 520).all()


@pytest.mark.parametrize("stride", [(1, 1), (2, 3)])
@pytest.mark.parametrize(("channels", "prototypes"), [(1, 4), (6, 4), (7, 4), (6, 64), (150, 2)])
def test_layers_of_one_group_have_the_sums_of_all_layers(
    rng: np.random.Generator, channels: int, prototypes: int, stride: ir.Pair
) -> None:
    """Joined or not, with a subspace left over, and with more lookups than 16 bits hold."""
    source = image_input(rng, channels, 12, 11)
    options = ConvOptions(3, kernel=(3, 2), stride=stride, padding=(1, 1))
    node = table_conv(rng, "layer", source, options, length=1, prototypes=prototypes)
    extremes = np.where(rng.random(node.tables.shape) < 0.9, -128, 127).astype(np.int8)
    node = replace(node, tables=extremes)
    code = rng.integers(0, prototypes, (9, 12, 11, channels)).astype(np.int16)
    outside = rng.integers(0, prototypes, channels).astype(np.int16)
    view = windows(code, node, outside).transpose(0, 1, 2, 4, 5, 3)
    expected = table.lookup_sums(node, view.reshape(*view.shape[:3], node.taps, channels))
    np.testing.assert_array_equal(table.pixel_sums(node, code, outside), expected)
