"""Sizes of patches, and the pixels that they read."""

from __future__ import annotations

import numpy as np
import pytest
from tabfab.compiler.graph import Conv
from tabfab.compiler.methods.haste.geometry import fitted_patch, hashed_pixels
from tabfab.compiler.program import Pair


@pytest.mark.parametrize(
    ("patch", "output", "fitted"),
    [
        (3, (32, 32), (3, 3)),
        (3, (8, 8), (3, 3)),
        (3, (4, 4), (2, 2)),  # as few patches as with 3, and nothing reaches beyond
        (3, (1, 1), (1, 1)),
        (8, (7, 9), (7, 5)),
        (64, (10, 1), (10, 1)),
    ],
)
def test_patches_are_about_as_large_as_each_other(patch: int, output: Pair, fitted: Pair) -> None:
    assert fitted_patch(patch, (5, *output)) == fitted


def layer(output: Pair, kernel: Pair, stride: Pair = (1, 1), padding: Pair = (0, 0)) -> Conv:
    return Conv(
        name="conv", inputs=("image",), shape=(2, *output), kernel=kernel, stride=stride,
        padding=padding, weight=np.ones((2, 1, *kernel), np.float32), bias=np.zeros(2, np.float32),
    )  # fmt: skip


def test_all_pixels_are_hashed_but_those_between_windows() -> None:
    whole = hashed_pixels(layer((6, 6), (3, 3)), (3, 2))
    assert whole.all()
    assert whole.shape == (5, 4)
    apart = hashed_pixels(layer((4, 4), (1, 2), (2, 3)), (2, 2))
    expected = np.outer([1, 0, 1], [1, 1, 0, 1, 1]).astype(bool)
    np.testing.assert_array_equal(apart, expected)


def test_what_is_padding_in_every_patch_is_not_hashed() -> None:
    alone = hashed_pixels(layer((2, 2), (3, 3), padding=(1, 1)), (2, 2))
    np.testing.assert_array_equal(alone, np.pad(np.ones((2, 2), bool), 1))
    two = hashed_pixels(layer((4, 2), (3, 3), padding=(1, 1)), (2, 2))
    assert two[:, 1:3].all()  # the upper patch's lower border is the lower one's inside
    assert not two[:, [0, 3]].any()


def test_where_all_is_padding_all_is_hashed() -> None:
    far = hashed_pixels(layer((1, 1), (1, 1), (5, 5), (2, 2)), (1, 1))
    assert far.all()
