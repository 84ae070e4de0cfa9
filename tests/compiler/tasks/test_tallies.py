"""Figures, against scikit-learn's."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn import metrics
from tabfab.compiler.store.errors import TabfabError
from tabfab.compiler.tasks.class_tally import ClassTally, PixelTally
from tabfab.compiler.tasks.embedding import CosineTally
from tabfab.compiler.tasks.value_tally import ValueTally


def parts(rng: np.random.Generator, *arrays):
    """The same images some at a time."""
    cuts = np.sort(rng.integers(0, len(arrays[0]) + 1, 3))
    return zip(*(np.split(array, cuts) for array in arrays), strict=True)


@given(st.integers(0, 999))
def test_values(seed: int) -> None:
    rng = np.random.default_rng(seed)
    truth = rng.normal(rng.normal() * 1000, 3, (20, 2))
    decided = truth + rng.normal(0, 1, truth.shape)
    tally = ValueTally()
    for some in parts(rng, decided, truth):
        tally.add(*some)
    figures = tally.figures()
    x, y = decided.ravel(), truth.ravel()
    expected = {
        "mean_squared_error": metrics.mean_squared_error(y, x),
        "mean_absolute_error": metrics.mean_absolute_error(y, x),
        "correlation": np.corrcoef(x, y)[0, 1],
        "r2": metrics.r2_score(y, x),
    }
    assert figures == pytest.approx(expected, rel=1e-6)


def test_a_constant_explains_nothing_and_has_no_correlation() -> None:
    tally = ValueTally()
    tally.add(np.array([1.0, 2.0]), np.array([7.0, 7.0]))
    figures = tally.figures()
    assert (figures["correlation"], figures["r2"]) == (None, None)
    assert figures["mean_absolute_error"] == 5.5
    tally = ValueTally()
    tally.add(np.array([7.0, 7.0]), np.array([1.0, 2.0]))
    assert tally.figures()["correlation"] is None
    assert tally.figures()["r2"] < 0


@given(st.integers(0, 999))
def test_pixels(seed: int) -> None:
    rng = np.random.default_rng(seed)
    truth, decided = rng.integers(0, 4, (2, 6, 3, 5))
    tally = PixelTally(7)
    for some in parts(rng, decided, truth):
        tally.add(*some)
    figures = tally.figures()
    x, y = decided.ravel(), truth.ravel()
    assert figures["accuracy"] == pytest.approx(metrics.accuracy_score(y, x))
    jaccard = metrics.jaccard_score(y, x, average="macro")
    assert figures["mean_intersection_over_union"] == pytest.approx(jaccard)
    matrix = metrics.confusion_matrix(y, x, labels=np.arange(7))
    np.testing.assert_array_equal(tally.confusion, matrix)


def test_a_class_that_the_data_does_not_have() -> None:
    tally = ClassTally(10, 2)
    tally.add(np.array([0, 1, 1]), np.array([0, 1, 0]))
    assert tally.figures() == {"accuracy": pytest.approx(2 / 3)}
    assert tally.confusion.tolist() == [[1, 1], [0, 1]]
    with pytest.raises(TabfabError, match="class number 5 occurs, but the data set has 2"):
        tally.add(np.array([5]), np.array([0]))


def test_directions() -> None:
    tally = CosineTally()
    tally.add(
        np.array([[1.0, 0.0], [0.0, 0.0], [0.0, 0.0]]), np.array([[1.0, 1.0], [0, 0], [1, 0]])
    )
    figures = tally.figures()
    assert figures["cosine_similarity"] == pytest.approx((np.sqrt(0.5) + 1 + 0) / 3)
    assert figures["least_cosine_similarity"] == 0
