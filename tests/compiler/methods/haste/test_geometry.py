"""Sizes of patches, and the pixels that they read."""

from __future__ import annotations

import numpy as np
import pytest
from tabfab.compiler.methods.haste.geometry import fitted_patch, read_pixels
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


def test_all_pixels_are_read_but_those_between_windows() -> None:
    assert read_pixels((3, 2), (1, 1), (3, 3)).all()
    assert read_pixels((3, 2), (1, 1), (3, 3)).shape == (5, 4)
    apart = read_pixels((2, 2), (2, 3), (1, 2))
    expected = np.outer([1, 0, 1], [1, 1, 0, 1, 1]).astype(bool)
    np.testing.assert_array_equal(apart, expected)
