"""The one form in which every data set arrives: uint8 images, and what is known of them."""

from __future__ import annotations

import dataclasses
import math
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from ..program import Shape
from ..store.errors import TabfabError
from ..tasks import Targets

Split = Literal["train", "test"]

MAX_CLASSES = 1 << 16


class DataError(TabfabError):
    """A data set that is missing, or whose files are not what they should be."""


@dataclass(frozen=True)
class Span:
    """What pixels were before they had 8 bits: numbers that 0 and 255 stand for.

    Parameters
    ----------
    low, high: one for all channels, or one for each.
    """

    low: tuple[float, ...]
    high: tuple[float, ...]

    def repeated(self, times: int) -> Span:
        """The same with each channel's so many times, one after another."""
        if len(self.low) == 1:
            return self
        low, high = (
            tuple(end for end in ends for _ in range(times)) for ends in (self.low, self.high)
        )
        return Span(low, high)


@dataclass(frozen=True, eq=False)
class ImageSet:
    """Images of one split of a data set, with what is known of them.

    Parameters
    ----------
    images: (N, height, width, channels) uint8.
    targets: what a network should answer (`tabfab.compiler.tasks`); None where nothing is known.
        Integers are numbers of classes, each in 0..len(classes) - 1: (N,) for a class of each
        image, (N, outputs) for several, (N, height, width) for one of each pixel. Real numbers
        are values, (N,), (N, outputs) or (N, height, width, channels) float32.
    classes: name of every class; none where targets are no classes.
    name: of the data set, for messages and reports.
    span: what the pixels were, where they were floating-point numbers; a network takes these.

    Raises
    ------
    DataError: if the arrays are empty, not of these types and shapes, or contradict each other.
    """

    images: NDArray[np.uint8]
    targets: Targets | None
    classes: tuple[str, ...]
    name: str
    span: Span | None = None

    def __post_init__(self) -> None:
        _check_images(self.name, self.images)
        if self.targets is not None:
            _check_targets(self.name, self.targets, len(self.images), len(self.classes))

    @property
    def labels(self) -> NDArray[np.int64]:
        """(N,) int64: the class of every image.

        Raises
        ------
        DataError: the targets are something else.
        """
        if self.targets is None or self.targets.ndim != 1 or self.targets.dtype.kind != "i":
            what = "no labels" if self.targets is None else f"targets of {_shown(self.targets)}"
            raise DataError(
                f"{self.name} has {what}, but a class number for each image is needed here; give "
                "a data set with integer labels"
            )
        return self.targets.astype(np.int64, copy=False)

    def __len__(self) -> int:
        return len(self.images)

    @property
    def image_shape(self) -> Shape:
        """(channels, height, width) of one image, as networks and programs count."""
        height, width, channels = self.images.shape[1:]
        return channels, height, width

    def fitted(self, shape: Shape) -> ImageSet:
        """The same images as a network takes them that takes images of `shape`.

        A network of vectors takes an image's numbers channel by channel, row by row, as
        ``flatten`` does, and others take vectors likewise, as ``view`` does; one of sequences
        (channels, length) takes images of one channel and as many rows and columns, or columns and
        rows.

        Parameters
        ----------
        shape: (channels, height, width) of an input.

        Returns
        -------
        These images as they are where they fit, or in no way.
        """
        channels, height, width = shape
        own = self.image_shape
        span = self.span
        if own == shape or math.prod(own) != math.prod(shape):
            return self
        if own[1:] == (1, 1) and self._has_one_span:
            vectors = self.images.reshape(len(self), *shape).transpose(0, 2, 3, 1)
        elif height > 1:
            return self
        elif width == 1:
            vectors = self.images.transpose(0, 3, 1, 2).reshape(len(self), 1, 1, channels)
            span = None if span is None else span.repeated(own[1] * own[2])
        elif own == (1, channels, width):
            vectors = self.images.transpose(0, 3, 2, 1)
        elif own == (1, width, channels):
            vectors = self.images.reshape(len(self), 1, width, channels)
        else:
            return self
        return dataclasses.replace(self, images=np.ascontiguousarray(vectors), span=span)

    @property
    def _has_one_span(self) -> bool:
        return self.span is None or len(self.span.low) == 1

    def sample(self, count: int, seed: int) -> ImageSet:
        """`count` images drawn at random, in their old order; all where there are no more."""
        if count >= len(self):
            return self
        return self.of(self._rows(count, seed))

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
        return self.of(np.delete(np.arange(len(self)), self._rows(count, seed)))

    def _rows(self, count: int, seed: int) -> NDArray[np.int64]:
        return np.sort(np.random.default_rng(seed).choice(len(self), count, replace=False))

    def of(self, rows: NDArray[np.integer]) -> ImageSet:
        """The images of these numbers."""
        targets = None if self.targets is None else self.targets[rows]
        return dataclasses.replace(self, images=self.images[rows], targets=targets)

    def first(self, count: int | None) -> ImageSet:
        """The first `count` images; all if None."""
        return self.of(np.arange(len(self))[:count])


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


def _check_targets(name: str, targets: Targets, images: int, classes: int) -> None:
    kind = "labels" if targets.dtype.kind == "i" else "targets"
    if not targets.ndim or len(targets) != images:
        raise DataError(
            f"{name} has {images} images but {kind} of shape {targets.shape}: there must be "
            "one for each image"
        )
    if not targets.size:
        raise DataError(f"the {kind} of {name} are empty, of shape {targets.shape}")
    if targets.dtype.kind == "f":
        if not np.isfinite(targets).all():
            raise DataError(
                f"the targets of {name} are NaN, infinite or beyond what single precision holds "
                f"in {int((~np.isfinite(targets)).sum())} places; mend or leave out these images"
            )
        return
    low, high = int(targets.min()), int(targets.max())
    if low < 0 or high >= classes:
        raise DataError(
            f"the labels of {name} reach from {low} to {high}, but its {classes} classes are "
            f"numbered 0 to {classes - 1} (values to be met, such as of a regression, are stored "
            "as floating-point numbers)"
        )


def as_targets(name: str, targets: NDArray[np.generic]) -> Targets:
    """`targets` as int64 or float32, refusing anything but numbers, and numbers of no class."""
    if targets.dtype.kind == "f":
        with np.errstate(over="ignore"):  # infinities are refused by name
            return targets.astype(np.float32)
    if targets.dtype.kind not in "iub":
        raise DataError(
            f"the labels of {name} are {targets.dtype} instead of integers, or of floating-point "
            "numbers to be met"
        )
    if targets.size and int(targets.max()) >= MAX_CLASSES:
        raise DataError(
            f"the labels of {name} reach {int(targets.max())}: number the classes from 0, "
            f"{MAX_CLASSES} at most, or store values to be met as floating-point numbers"
        )
    return targets.astype(np.int64)


def numbered(targets: Targets | None) -> tuple[str, ...]:
    """Names of the classes that `targets` number; none where these are values, or none."""
    if targets is None or targets.dtype.kind != "i":
        return ()
    return tuple(map(str, range(1 + int(targets.max(initial=-1)))))


def _shown(targets: Targets) -> str:
    """``float32 (100, 2)``."""
    return f"{targets.dtype} {targets.shape}"
