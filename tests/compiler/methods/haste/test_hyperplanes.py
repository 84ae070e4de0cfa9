"""Hyperplanes that are drawn at random, and those that look where the filters do."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
from tabfab.compiler.graph import Conv
from tabfab.compiler.methods.haste.geometry import hashed_pixels
from tabfab.compiler.methods.haste.hyperplanes import draw_hyperplanes
from tabfab.compiler.methods.haste.options import HasteOptions

WIDE = HasteOptions(hyperplanes=32, hyperplane_zeros=0.6)


def layer(weight: np.ndarray, stride: tuple[int, int] = (1, 1)) -> Conv:
    return Conv(
        name="conv", inputs=("image",), shape=(len(weight), 6, 6), kernel=weight.shape[2:],
        stride=stride, weight=weight.astype(np.float32), bias=np.zeros(len(weight), np.float32),
    )  # fmt: skip


@pytest.mark.parametrize("source", ["random", "weights"])
@pytest.mark.parametrize("stride", [(1, 1), (2, 2), (3, 1)])
def test_as_many_entries_as_wanted_and_only_where_they_tell_channels_apart(
    source: str, stride: tuple[int, int]
) -> None:
    options = dataclasses.replace(WIDE, hyperplanes_from=source)  # type: ignore[arg-type]
    conv = layer(np.random.default_rng(0).standard_normal((4, 3, 2, 2)), stride)
    planes, read = draw_hyperplanes(conv, (3, 2), options), hashed_pixels(conv, (3, 2))
    assert planes.shape == (32, *read.shape)
    assert not planes[:, ~read].any()
    assert (np.count_nonzero(planes, axis=(1, 2)) == max(3, round(0.4 * read.sum()))).all()
    assert set(np.unique(planes)) == {-1, 0, 1}


@pytest.mark.parametrize(("kernel", "count"), [((1, 1), 1), ((1, 2), 2), ((2, 2), 3), ((5, 5), 3)])
def test_three_entries_are_the_fewest_or_all(kernel: tuple[int, int], count: int) -> None:
    options = dataclasses.replace(WIDE, hyperplane_zeros=0.99)
    planes = draw_hyperplanes(layer(np.ones((2, 2, *kernel))), (1, 1), options)
    assert (np.count_nonzero(planes, axis=(1, 2)) == count).all()


def test_where_filters_see_nothing_hyperplanes_look_at_nothing() -> None:
    weight = np.zeros((4, 3, 3, 3))
    weight[..., 1, 1] = np.random.default_rng(1).standard_normal((4, 3))  # the middle alone
    options = dataclasses.replace(WIDE, hyperplanes_from="weights")
    planes = draw_hyperplanes(layer(weight), (2, 2), options)
    seen = np.zeros((4, 4), bool)
    seen[1:3, 1:3] = True
    assert not planes[:, ~seen].any()
    assert planes[:, seen].any(axis=0).all()


def test_they_lean_to_where_filters_weigh_most() -> None:
    rng = np.random.default_rng(2)
    weight = rng.standard_normal((8, 8, 3, 3)) * np.array([0.1, 0.1, 3.0])
    options = dataclasses.replace(WIDE, hyperplanes_from="weights", hyperplane_zeros=0.8)
    planes = draw_hyperplanes(layer(weight), (1, 1), options)
    columns = np.count_nonzero(planes, axis=(0, 1))
    assert columns[2] > 0.9 * columns.sum()


def test_filters_of_zeros_have_hyperplanes_of_zeros() -> None:
    options = dataclasses.replace(WIDE, hyperplanes_from="weights")
    assert not draw_hyperplanes(layer(np.zeros((2, 2, 3, 3))), (2, 2), options).any()
