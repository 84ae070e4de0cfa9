"""Haste layers in golden model, reference model and torch, from one channel to none alike."""

from __future__ import annotations

import dataclasses
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from tabfab.compiler import program as ir
from tabfab.compiler.program.nodes.haste import halo, patches
from tabfab.sim.models import golden
from tabfab.sim.models.methods import haste
from tabfab.sim.models.parts import Source
from tabfab.sim.reference.model import run_reference

from support.executed import execute_all


def image(channels: int, height: int, width: int, zero: int = 0) -> ir.Input:
    return ir.Input(
        name="image",
        inputs=(),
        shape=(channels, height, width),
        type=ir.UINT8,
        zero=np.full(channels, zero, np.int16),
    )


def layer(source: ir.Input, rng: np.random.Generator, **given: Any) -> ir.HasteConv:
    """A layer of random weights; `given` are fields of it, and `planes`, how many hyperplanes."""
    choice = {"kernel": (3, 3), "stride": (1, 1), "padding": (1, 1), "patch": (2, 2), "groups": 1}
    planes, outputs = given.pop("planes", 3), given.pop("outputs", 2)
    fields: dict[str, Any] = {**choice, "fraction_bits": 2, **given}
    rows, columns = (
        ir.window_output(
            source.shape[1 + axis],
            *(fields[name][axis] for name in ("kernel", "stride", "padding")),
        )
        for axis in (0, 1)
    )
    shape = (outputs * fields["groups"], rows, columns)
    size = (shape[0], source.shape[0] // fields["groups"], *fields["kernel"])
    seen = halo(fields["patch"], fields["stride"], fields["kernel"])
    counts = np.ones((fields["groups"], *patches(shape, fields["patch"])), np.int64)
    node = ir.HasteConv(
        name="haste", inputs=("image",), shape=shape, type=ir.INT8, low=-128, high=127,
        bias=rng.integers(-500, 500, shape[0]).astype(np.int32),
        shift=np.full(shape[0], 9, np.int8),
        weight=rng.integers(-128, 128, size).astype(np.int8),
        hyperplanes=rng.integers(-1, 2, (planes, *seen)).astype(np.int8),
        counted=1, buckets=counts, merged=0 * counts, **fields,
    )  # fmt: skip
    return ir.with_bounds(node, ir.UINT8)


def as_exact(node: ir.HasteConv) -> ir.ExactConv:
    """The same convolution, multiplied channel by channel."""
    names = ("name", "inputs", "shape", "type", "low", "high", "kernel", "stride", "padding")
    fields = {name: getattr(node, name) for name in (*names, "groups", "weight")}
    unit = node.fraction_bits
    exact = ir.ExactConv(
        **fields,
        bias=node.bias >> unit,
        shift=(node.shift - unit).astype(np.int8),
    )
    return ir.with_bounds(exact, ir.UINT8)


def answers(node: ir.Conv, source: ir.Input, images: NDArray[np.uint8]) -> NDArray[np.int16]:
    """The golden model's, once the others say the same."""
    program = ir.Program((source, node))
    values, executed = golden.run(program, images)[node.name], execute_all(program, images)
    np.testing.assert_array_equal(values, executed[node.name])
    for number, one in enumerate(images):
        assert values[number].tolist() == run_reference(program, one.tolist())[node.name]
    return values


PAIRS = st.tuples(st.integers(1, 3), st.integers(1, 3))


@given(
    seed=st.integers(0, 2**32 - 1),
    size=st.tuples(st.integers(1, 5), st.integers(1, 7), st.integers(1, 7)),
    kernel=PAIRS,
    stride=PAIRS,
    patch=st.tuples(st.integers(1, 4), st.integers(1, 4)),
    groups=st.integers(1, 2),
    planes=st.sampled_from([1, 2, 5, 17, 32]),
    fraction_bits=st.integers(0, 6),
    contents=st.sampled_from(["random", "channels equal", "few values", "blank"]),
)
def test_all_models_agree(
    seed: int,
    size: tuple[int, int, int],
    kernel: ir.Pair,
    stride: ir.Pair,
    patch: ir.Pair,
    groups: int,
    planes: int,
    fraction_bits: int,
    contents: str,
) -> None:
    rng = np.random.default_rng(seed)
    per_group, height, width = size
    least = [max(0, -(-(k - n) // 2)) for k, n in zip(kernel, (height, width), strict=True)]
    padding = (int(rng.integers(least[0], least[0] + 2)), int(rng.integers(least[1], least[1] + 2)))
    source = image(per_group * groups, height, width, int(rng.integers(0, 256)))
    node = layer(
        source, rng, kernel=kernel, stride=stride, padding=padding, patch=patch, groups=groups,
        planes=planes, fraction_bits=fraction_bits,
    )  # fmt: skip
    shape = (2, height, width, source.shape[0])
    pixels = {
        "random": rng.integers(0, 256, shape),
        "channels equal": np.repeat(rng.integers(0, 256, (*shape[:3], 1)), shape[3], axis=3),
        "few values": 85 * rng.integers(0, 4, shape),
        "blank": np.zeros(shape),
    }[contents]
    answers(node, source, pixels.astype(np.uint8))


@pytest.mark.parametrize("size", [(1, 1), (5, 5), (4, 7)])
def test_equal_channels_are_one_and_lose_nothing(size: ir.Pair) -> None:
    rng = np.random.default_rng(1)
    source = image(6, *size)
    pixels = np.repeat(rng.integers(0, 256, (3, *size, 1)), 6, axis=3).astype(np.uint8)
    node = layer(source, rng, planes=12)
    assert (haste.buckets(node, Source(pixels.astype(np.int16), source.zero)) == 0).all()
    exact = as_exact(node)
    difference = answers(node, source, pixels).astype(int) - answers(exact, source, pixels)
    assert abs(difference).max() <= 1  # a bias of two more bits, rounded


def test_channels_that_all_differ_are_multiplied_one_by_one() -> None:
    rng = np.random.default_rng(2)
    source = image(4, 6, 6)
    pixels = rng.integers(0, 256, (2, 6, 6, 4)).astype(np.uint8)
    node = layer(source, rng, planes=32, patch=(3, 3))
    found = haste.buckets(node, Source(pixels.astype(np.int16), source.zero))
    np.testing.assert_array_equal(found, np.broadcast_to(np.arange(4), found.shape))
    difference = answers(node, source, pixels).astype(int) - answers(as_exact(node), source, pixels)
    assert abs(difference).max() <= 1


def test_buckets_are_numbered_by_their_first_channels() -> None:
    rng = np.random.default_rng(3)
    source = image(5, 2, 2)
    node = layer(source, rng, planes=2, patch=(2, 2), kernel=(1, 1), padding=(0, 0))
    planes = np.array([[[1, 0], [0, 0]], [[0, 0], [0, -1]]], np.int8)
    node = dataclasses.replace(node, hyperplanes=planes)
    pixels = np.zeros((1, 2, 2, 5), np.uint8)
    pixels[0, 0, 0] = [9, 0, 9, 0, 1]  # above their mean of 3.8: the first and the third
    pixels[0, 1, 1] = [7, 7, 7, 0, 7]  # minus this is above minus the mean: the fourth
    found = haste.buckets(node, Source(pixels.astype(np.int16), source.zero))
    assert found.tolist() == [[[[0, 1, 0, 2, 1]]]]


def test_a_mean_is_rounded_in_its_bits_behind_the_point() -> None:
    source = image(3, 1, 1)
    rng = np.random.default_rng(4)
    node = layer(source, rng, planes=1, patch=(1, 1), kernel=(1, 1), padding=(0, 0), outputs=1)
    node = dataclasses.replace(
        node,
        hyperplanes=np.zeros((1, 1, 1), np.int8),  # all channels are alike
        weight=np.array([[[[2]], [[-1]], [[3]]]], np.int8),
        bias=np.array([5], np.int32),
        shift=np.array([2], np.int8),
    )
    node = ir.with_bounds(node, ir.UINT8)
    pixels = np.array([10, 10, 11], np.uint8).reshape(1, 1, 1, 3)
    # The mean is 10.33, 41 quarters; 41 * 4 + 5 + 2 quarters are 42.
    assert answers(node, source, pixels).tolist() == [[[[42]]]]


def test_means_of_many_channels_stay_within_the_bounds() -> None:
    channels = 495  # whose reciprocal is rounded up, so that their mean may be beyond 255
    source = image(channels, 1, 1)
    rng = np.random.default_rng(5)
    node = layer(source, rng, planes=1, patch=(1, 1), kernel=(1, 1), padding=(0, 0), outputs=1)
    planes, ones = np.zeros((1, 1, 1), np.int8), np.ones((1, channels, 1, 1), np.int8)
    node = dataclasses.replace(node, hyperplanes=planes, weight=ones)
    node = ir.with_bounds(node, ir.UINT8)
    assert node.mean_bounds(ir.UINT8)[1] > 4 * 255
    answers(node, source, np.full((1, 1, 1, channels), 255, np.uint8))


def test_no_images() -> None:
    source = image(2, 3, 3)
    program = ir.Program((source, layer(source, np.random.default_rng(6))))
    assert golden.run(program, np.zeros((0, 3, 3, 2), np.uint8))["haste"].shape == (0, 3, 3, 2)
