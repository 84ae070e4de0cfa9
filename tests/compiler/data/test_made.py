"""Data sets that are computed: the same for a seed, another for another, and to be learned."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.neighbors import KNeighborsClassifier, NearestCentroid
from tabfab.compiler.data import data_reference, load, referred_data
from tabfab.compiler.data.image_set import DataError
from tabfab.compiler.data.made.catalog import MADE

SHAPES = {
    "jets": (16, 1, 1),
    "keywords": (1, 49, 10),
    "heartbeats": (1, 1, 180),
    "machine-sounds": (640, 1, 1),
    "broken-machine-sounds": (640, 1, 1),
    "scattered-digits": (1, 32, 32),
}


@pytest.mark.parametrize("name", MADE)
def test_the_same_seed_gives_the_same_images(name: str) -> None:
    train, again, test = load(name, "train"), load(f"{name}:seed=0", "train"), load(name, "test")
    assert train.image_shape == SHAPES[name]
    assert len(train) > len(test) >= 500
    assert np.array_equal(train.images, again.images)
    assert np.array_equal(train.targets, again.targets)
    other = load(f"{name}:seed=1", "train")
    assert not np.array_equal(train.images, other.images)
    assert not np.array_equal(train.images[: len(test)], test.images)
    assert np.unique(train.images).size > 30


@pytest.mark.parametrize("name", ["jets", "keywords", "heartbeats"])
def test_every_class_occurs_and_can_be_told(name: str) -> None:
    train, test = load(name, "train"), load(name, "test")
    assert set(train.labels) == set(test.labels) == set(range(len(train.classes)))
    rows = [each.images.reshape(len(each), -1) / 255 for each in (train, test)]
    model = KNeighborsClassifier() if name == "heartbeats" else NearestCentroid()
    model.fit(rows[0], train.labels)
    right = model.score(rows[1], test.labels)
    assert 2 / len(train.classes) < right < 0.99, "learned, and not by heart"


def test_words_are_the_same_whatever_the_seed() -> None:
    one, other = (load(f"keywords:seed={seed}", "train") for seed in (0, 1))
    first, second = (
        np.stack([each.images[each.labels == word].mean(axis=0) for word in range(10)])
        for each in (one, other)
    )
    assert np.abs(first - second).mean() < np.abs(first - np.roll(second, 1, axis=0)).mean() / 2


def test_broken_machines_sound_differently() -> None:
    good, broken = load("machine-sounds", "test"), load("broken-machine-sounds", "test")
    assert broken.images.mean() > good.images.mean() + 3
    targets = np.asarray(good.targets)
    assert np.array_equal(targets, good.images.reshape(len(good), -1).astype(np.float32) / 255)


def test_digits_lie_where_the_labels_say() -> None:
    canvas = load("scattered-digits", "test")
    labels = np.asarray(canvas.targets)
    assert set(np.unique(labels)) == set(range(11))
    ink = canvas.images[..., 0][labels > 0]
    assert ink.min() >= 96
    assert canvas.images[..., 0][labels == 0].mean() < ink.mean() / 4


@pytest.mark.parametrize("name", ["jets", "scattered-digits:seed=7"])
def test_a_name_is_a_name_everywhere(name: str, tmp_path) -> None:
    assert data_reference(name, tmp_path) == name
    assert referred_data(name, tmp_path) == name


@pytest.mark.parametrize(
    ("name", "what"),
    [
        ("jets:seed=x", "seed=x is no whole number"),
        ("jets:seed=-1", "seed=-1 is no whole number"),
        ("jets:size=8x8", "no setting 'size'; what may stand behind its name: seed=N"),
    ],
)
def test_settings_that_make_no_sense(name: str, what: str) -> None:
    with pytest.raises(DataError, match=what):
        load(name, "train")
