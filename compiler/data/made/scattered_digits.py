"""Handwritten digits on a canvas, and for each pixel which digit it is of: segmentation."""

from __future__ import annotations

import numpy as np

from .. import digits
from ..image_set import ImageSet, Split

_COUNTS = {"train": 2000, "test": 500}
_CLASSES = ("background", *"0123456789")
_SIZE = 32
_CELLS = 2
"""Digits that may lie beside and above each other."""
_INK = 96
"""Level from which a pixel is of the digit."""


def make(random: np.random.Generator, split: Split) -> ImageSet:
    """Grey images of 32x32 pixels with up to four digits, and a class for each pixel.

    The digits are scikit-learn's of the same split, of 8x8 pixels; one lies somewhere in each
    quarter of the canvas, or none does.
    """
    source = digits.read(split)
    count, cell = _COUNTS[split], _SIZE // _CELLS
    height, width = source.images.shape[1:3]
    images = np.zeros((count, _SIZE, _SIZE, 1), np.uint8)
    labels = np.zeros((count, _SIZE, _SIZE), np.int64)
    rows = np.arange(count)[:, None, None]
    for quarter in range(_CELLS**2):
        chosen = random.integers(0, len(source), count)
        down, right = (
            cell * corner + random.integers(0, cell - size + 1, count)
            for corner, size in zip(divmod(quarter, _CELLS), (height, width), strict=True)
        )
        is_there = random.random((count, 1, 1)) < 0.8
        ink = source.images[chosen, ..., 0] * is_there
        place = (
            rows,
            down[:, None, None] + np.arange(height)[:, None],
            right[:, None, None] + np.arange(width),
        )
        images[(*place, 0)] = ink
        labels[place] = np.where(ink >= _INK, 1 + source.labels[chosen, None, None], 0)
    noise = random.integers(0, 24, images.shape)
    return ImageSet(
        np.maximum(images, noise.astype(np.uint8)), labels, _CLASSES, "scattered-digits"
    )
