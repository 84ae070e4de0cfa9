"""MNIST and Fashion-MNIST from their IDX files, plain or gzipped."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from . import files, idx
from .image_set import DataError, ImageSet, Split

_PREFIX: dict[Split, str] = {"train": "train", "test": "t10k"}


@dataclass(frozen=True)
class IdxDataSet:
    """A data set in MNIST's files.

    Parameters
    ----------
    name: as `load` takes it.
    classes: name of every class.
    folders: where the files may lie; relative ones are below the data directory, in order of
        preference. The data directory itself comes last, because MNIST and Fashion-MNIST use the
        same file names and a named folder tells them apart.
    """

    name: str
    classes: tuple[str, ...]
    folders: tuple[str, ...]

    def read(self, split: Split, directory: Path) -> ImageSet | None:
        """The split from the files below `directory`, or None where they are not there."""
        found = files.find(self.search_path(directory), self.layouts(split)[0])
        if found is None:
            return None
        images, labels = idx.read(found[0], axes=3), idx.read(found[1], axes=1)
        if len(images) != len(labels):
            raise DataError(
                f"{found[0]} holds {len(images)} images but {found[1]} {len(labels)} labels: "
                "they do not belong together"
            )
        return ImageSet(images[..., None], labels.astype(np.int64), self.classes, self.name)

    def layouts(self, split: Split) -> list[list[str]]:
        """The file names that make up the split."""
        return [[f"{_PREFIX[split]}-{part}-ubyte" for part in ("images-idx3", "labels-idx1")]]

    def search_path(self, directory: Path) -> list[Path]:
        """Folders to look in, best first."""
        return [directory / folder for folder in self.folders]


MNIST = IdxDataSet("mnist", tuple("0123456789"), ("MNIST/raw", "."))

FASHION_MNIST = IdxDataSet(
    "fashion-mnist",
    (
        "T-shirt/top", "Trouser", "Pullover", "Dress", "Coat",
        "Sandal", "Shirt", "Sneaker", "Bag", "Ankle boot",
    ),
    ("FashionMNIST/raw", "fashion-mnist", ".", "/usr/share/datasets/fashion-mnist"),
)  # fmt: skip
