"""The one form in which every data set arrives: uint8 images with integer labels."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from ..program import Shape
from ..store.errors import TabfabError

Split = Literal["train", "test"]

MAX_CLASSES = 1 << 16


class DataError(TabfabError):
    """A data set that is missing, or whose files are not what they should be."""


@dataclass(frozen=True, eq=False)
class ImageSet:
    """Labelled images of one split of a data set.

    Parameters
    ----------
    images: (N, height, width, channels) uint8.
    labels: (N,) int64, each in 0..len(classes) - 1.
    classes: name of every class.
    name: of the data set, for messages and reports.

    Raises
    ------
    DataError: if the arrays are empty, not of these types and shapes, or contradict each other.
    """

    images: NDArray[np.uint8]
    labels: NDArray[np.int64]
    classes: tuple[str, ...]
    name: str

    def __post_init__(self) -> None:
        _check_images(self.name, self.images)
        _check_labels(self.name, self.labels, len(self.images), len(self.classes))

    def __len__(self) -> int:
        return len(self.images)

    @property
    def image_shape(self) -> Shape:
        """(channels, height, width) of one image, as networks and programs count."""
        height, width, channels = self.images.shape[1:]
        return channels, height, width

    def sample(self, count: int, seed: int) -> ImageSet:
        """`count` images drawn at random, in their old order; all where there are no more."""
        if count >= len(self):
            return self
        return self._of(self._rows(count, seed))

    def rest(self, count: int, seed: int) -> ImageSet:
        """The images that `sample(count, seed)` leaves.

        Raises
        ------
        DataError: it leaves none.
        """
        if count >= len(self):
            raise DataError(
                f"{self.name} has {len(self)} images, and {count} of them leave none to choose a "
                "mask by: take fewer to calibrate with"
            )
        return self._of(np.delete(np.arange(len(self)), self._rows(count, seed)))

    def _rows(self, count: int, seed: int) -> NDArray[np.int64]:
        return np.sort(np.random.default_rng(seed).choice(len(self), count, replace=False))

    def _of(self, rows: NDArray[np.int64]) -> ImageSet:
        return dataclasses.replace(self, images=self.images[rows], labels=self.labels[rows])


def _check_images(name: str, images: NDArray[np.uint8]) -> None:
    if images.dtype != np.uint8:
        raise DataError(
            f"the images of {name} are {images.dtype} instead of uint8: scale them to 0..255 and "
            "store them as uint8"
        )
    if images.ndim != 4:
        raise DataError(
            f"the images of {name} have shape {images.shape} instead of "
            "(N, height, width) or (N, height, width, channels)"
        )
    if images.size == 0:
        raise DataError(f"{name} holds no images (shape {images.shape}): give it at least one")


def _check_labels(name: str, labels: NDArray[np.int64], images: int, classes: int) -> None:
    if labels.shape != (images,):
        raise DataError(
            f"{name} has {images} images but labels of shape {labels.shape}: there must be "
            "exactly one label per image"
        )
    low, high = int(labels.min()), int(labels.max())
    if low < 0 or high >= classes:
        raise DataError(
            f"the labels of {name} reach from {low} to {high}, but its {classes} classes are "
            f"numbered 0 to {classes - 1}"
        )


def as_labels(name: str, labels: NDArray[np.generic]) -> NDArray[np.int64]:
    """`labels` as int64, refusing anything but integers, and numbers of no class."""
    if labels.dtype.kind not in "iu":
        raise DataError(f"the labels of {name} are {labels.dtype} instead of integers")
    if labels.size and int(labels.max()) >= MAX_CLASSES:
        raise DataError(
            f"the labels of {name} reach {int(labels.max())}: number the classes from 0, "
            f"{MAX_CLASSES} at most"
        )
    return labels.astype(np.int64)
