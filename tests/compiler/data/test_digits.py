from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest
from sklearn.datasets import load_digits
from sklearn.model_selection import train_test_split
from tabfab.compiler.data import digits


@pytest.fixture(params=["from the file", "by scikit-learn"])
def found(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Both ways to come by the digits."""
    if request.param == "by scikit-learn":
        monkeypatch.setattr(digits, "find_spec", lambda name: None)


@pytest.mark.usefixtures("found")
def test_digits_are_those_of_scikit_learn():
    whole = load_digits()
    for split, count in (("train", 1297), ("test", 500)):
        images = digits.read(split)
        assert images.images.shape == (count, 8, 8, 1)
        assert images.images.max() == 255
    rows = np.arange(len(whole.target))
    _, test = train_test_split(rows, test_size=500, stratify=whole.target, random_state=0)
    np.testing.assert_array_equal(images.targets, whole.target[np.sort(test)])
    levels = np.round(images.images[..., 0] * (16 / 255))
    np.testing.assert_array_equal(levels, whole.images[np.sort(test)])


@pytest.mark.parametrize("seed", range(8))
def test_splits_as_scikit_learn_does(seed):
    random = np.random.default_rng(seed)
    # Classes of equal sizes tie for the images that are left over.
    labels = random.permutation(np.repeat(np.arange(6) * 3, random.choice([7, 11], size=6)))
    _, test = train_test_split(
        np.arange(len(labels)), test_size=17, stratify=labels, random_state=seed
    )
    chosen = digits.stratified(labels, 17, seed)
    np.testing.assert_array_equal(np.flatnonzero(chosen), np.sort(test))


def test_they_are_read_without_scikit_learn():
    code = (
        "import sys; from tabfab.compiler.data import load; load('digits', 'test'); "
        "assert 'sklearn' not in sys.modules and 'scipy' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
