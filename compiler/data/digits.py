"""scikit-learn's 1797 handwritten digits of 8x8 pixels (UCI Optical Recognition, test part).

They are read from its file and split as it would split them, without loading it: that takes as
long as all else that a test of 500 digits does.
"""

from __future__ import annotations

import gzip
from importlib.util import find_spec
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from .image_set import ImageSet, Split

_TEST_IMAGES = 500
_FILE = Path("datasets", "data", "digits.csv.gz")


def read(split: Split) -> ImageSet:
    """1297 training or 500 test images, a fixed split that keeps the classes in proportion.

    The grey levels 0..16 are scaled to 0..255.
    """
    levels, labels = _digits()
    images = np.round(levels * (255 / 16)).astype(np.uint8)[..., None]
    test = stratified(labels, _TEST_IMAGES)
    chosen = test if split == "test" else ~test
    return ImageSet(images[chosen], labels[chosen], tuple("0123456789"), "digits")


def _digits() -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """(images, 8, 8) grey levels and (images,) labels."""
    package = find_spec("sklearn")
    places = (package.submodule_search_locations or []) if package else []
    files = [Path(place) / _FILE for place in places]
    if not files or not files[0].is_file():  # scikit-learn knows where it keeps it
        from sklearn.datasets import load_digits

        digits = load_digits()
        return digits.images, digits.target.astype(np.int64)
    with gzip.open(files[0], "rt") as lines:
        table = np.loadtxt(lines, delimiter=",")
    return table[:, :-1].reshape(-1, 8, 8), table[:, -1].astype(np.int64)


def stratified(labels: NDArray[np.int64], count: int, seed: int = 0) -> NDArray[np.bool_]:
    """Which of the labelled images scikit-learn takes for a test set that keeps the proportions.

    ``train_test_split(..., test_size=count, stratify=labels, random_state=seed)``, its draws in
    their order: ties between the classes, then the images of each class.

    Parameters
    ----------
    labels: (images,) class numbers.
    count: images of the test set.
    seed: of the draws.

    Returns
    -------
    (images,) True in the test set.
    """
    random = np.random.RandomState(seed)
    _, numbers, sizes = np.unique(labels, return_inverse=True, return_counts=True)
    train = _in_proportion(sizes, len(labels) - count, random)
    tests = _in_proportion(sizes - train, count, random)
    chosen = np.zeros(len(labels), bool)
    for number, (skipped, taken) in enumerate(zip(train, tests, strict=True)):
        members = random.permutation(sizes[number])[skipped : skipped + taken]
        chosen[np.flatnonzero(numbers == number)[members]] = True
    return chosen


def _in_proportion(
    sizes: NDArray[np.int64], count: int, random: np.random.RandomState
) -> NDArray[np.int64]:
    """How many of each class make `count`: rounded down, and one more for the largest remainders.

    Of classes with the same remainder, those that get one more are drawn.
    """
    shares = sizes / sizes.sum() * count
    taken = np.floor(shares)
    remainders = shares - taken
    missing = int(count - taken.sum())
    for remainder in np.unique(remainders)[::-1]:
        if missing == 0:
            break
        equal = np.flatnonzero(remainders == remainder)
        drawn = random.choice(equal, size=min(len(equal), missing), replace=False)
        taken[drawn] += 1
        missing -= len(drawn)
    return taken.astype(np.int64)
