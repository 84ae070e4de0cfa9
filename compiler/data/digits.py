"""scikit-learn's 1797 handwritten digits of 8x8 pixels (UCI Optical Recognition, test part)."""

from __future__ import annotations

import numpy as np

from .image_set import ImageSet, Split

_TEST_IMAGES = 500


def read(split: Split) -> ImageSet:
    """1297 training or 500 test images, a fixed split that keeps the classes in proportion.

    The grey levels 0..16 are scaled to 0..255.
    """
    from sklearn.datasets import load_digits
    from sklearn.model_selection import train_test_split

    digits = load_digits()
    images = np.round(digits.images * (255 / 16)).astype(np.uint8)[..., None]
    labels = digits.target.astype(np.int64)
    train, test = train_test_split(
        np.arange(len(labels)), test_size=_TEST_IMAGES, stratify=labels, random_state=0
    )
    rows = np.sort(train if split == "train" else test)
    return ImageSet(images[rows], labels[rows], tuple("0123456789"), "digits")
