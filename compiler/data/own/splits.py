"""Which images of a file are set aside for testing: a fifth, drawn once."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ..image_set import DataError, Split

_TEST_FRACTION = 0.2
_SPLIT_SEED = 0


def split_rows(path: Path, images: int, split: Split) -> NDArray[np.intp]:
    """Numbers of the images of a split, in their order.

    Parameters
    ----------
    path: of the file, for messages.
    images: how many there are.
    split: which part.

    Raises
    ------
    DataError: there are too few to set one aside.
    """
    if images < 2:
        raise DataError(
            f"{path} holds {images} image, too few to set some aside for testing: add more, or "
            "give others with --test-data"
        )
    order = np.random.default_rng(_SPLIT_SEED).permutation(images)
    test = max(1, round(images * _TEST_FRACTION))
    return np.sort(order[:test] if split == "test" else order[test:])
