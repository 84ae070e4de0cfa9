"""Images as networks of vectors and sequences take them."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import numpy as np
import pytest
from tabfab.compiler.data import load
from tabfab.compiler.data.image_set import ImageSet, Span

RNG = np.random.default_rng(0)


def of(*shape: int) -> ImageSet:
    return ImageSet(RNG.integers(0, 256, (4, *shape), np.uint8), None, (), "some")


def test_images_that_fit_stay_as_they_are() -> None:
    images = of(5, 6, 2)
    assert images.fitted((2, 5, 6)) is images


def test_images_become_vectors_as_torch_flattens_them() -> None:
    images = of(5, 6, 2)
    expected = images.images.transpose(0, 3, 1, 2).reshape(4, 60)
    np.testing.assert_array_equal(images.fitted((60, 1, 1)).images[:, 0, 0], expected)


@pytest.mark.parametrize(
    ("shape", "swapped"),
    [((3, 16, 1), True), ((16, 3, 1), False)],
    ids=["(N, channels, length)", "(N, length, channels)"],
)
def test_rows_become_channels_of_a_sequence(shape: tuple[int, ...], swapped: bool) -> None:
    images = of(*shape)
    sequence = images.fitted((3, 1, 16))
    assert sequence.image_shape == (3, 1, 16)
    numbers = images.images[..., 0]
    expected = numbers.transpose(0, 2, 1) if swapped else numbers
    np.testing.assert_array_equal(sequence.images[:, 0], expected)


def test_of_as_many_channels_as_steps_the_first_axis_is_channels() -> None:
    images = of(5, 5, 1)
    expected = images.images[..., 0].transpose(0, 2, 1)
    np.testing.assert_array_equal(images.fitted((5, 1, 5)).images[:, 0], expected)


def test_vectors_become_images_as_torch_views_them() -> None:
    vectors = of(1, 1, 24)
    expected = vectors.images.reshape(4, 2, 3, 4).transpose(0, 2, 3, 1)
    np.testing.assert_array_equal(vectors.fitted((2, 3, 4)).images, expected)


def test_a_vector_becomes_a_sequence_of_one_channel() -> None:
    vectors = of(1, 1, 16)
    expected = vectors.images.reshape(4, 1, 16, 1)
    np.testing.assert_array_equal(vectors.fitted((1, 1, 16)).images, expected)


@pytest.mark.parametrize("shape", [(61, 1, 1), (2, 6, 5), (4, 1, 15)])
def test_what_fits_in_no_way_stays_as_it_is(shape: tuple[int, int, int]) -> None:
    images = of(5, 6, 2)
    assert images.fitted(shape) is images


def test_vectors_of_a_file(tmp_path: Path) -> None:
    features = RNG.integers(0, 256, (20, 7), np.uint8)
    path = tmp_path / "jets.npz"
    np.savez(path, images=features, labels=np.arange(20) % 5)
    train, test = load(str(path), "train"), load(str(path), "test")
    assert train.image_shape == (7, 1, 1)
    assert len(train) + len(test) == 20
    assert {tuple(row) for row in train.images[:, 0, 0]} < {tuple(row) for row in features}


def test_ranges_go_with_their_channels() -> None:
    span = Span((0.0, -1.0), (1.0, 1.0))
    images = dataclasses.replace(of(1, 3, 2), span=span)
    assert images.fitted((6, 1, 1)).span == Span((0,) * 3 + (-1,) * 3, (1,) * 6)
    vectors = dataclasses.replace(of(1, 1, 2), span=span)
    assert vectors.fitted((1, 1, 2)) is vectors
    assert dataclasses.replace(vectors, span=None).fitted((1, 1, 2)).image_shape == (1, 1, 2)
