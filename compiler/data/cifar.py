"""CIFAR-10 and CIFAR-100 in the official binary and Python layouts.

Format: https://www.cs.toronto.edu/~kriz/cifar.html (Krizhevsky, 2009). An image is 3072 bytes,
red, green, blue planes of 32x32; CIFAR-100's binary records carry a coarse label before the fine
one, and the fine one is used.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import cast

import numpy as np
from numpy.typing import NDArray

from . import files, pickled_batch
from .image_set import DataError, ImageSet, Split

_PIXELS = 3 * 32 * 32


@dataclass(frozen=True)
class CifarDataSet:
    """One of the two CIFAR data sets.

    Parameters
    ----------
    name: as `load` takes it.
    binary_folder, python_folder: where the official archives unpack to.
    batches: file names of each split, without ``.bin``.
    label_bytes: label bytes of one binary record; the last one is the class.
    label_key: key of the labels in the Python batches.
    names_file: text file with the class names (binary layout).
    meta_file, names_key: pickle with the class names and its key (Python layout).
    classes: class names for where the files bring none.
    """

    name: str
    binary_folder: str
    python_folder: str
    batches: dict[Split, tuple[str, ...]]
    label_bytes: int
    label_key: str
    names_file: str
    meta_file: str
    names_key: str
    classes: tuple[str, ...]

    def read(self, split: Split, directory: Path) -> ImageSet | None:
        """The split from the files below `directory`, or None where they are not there."""
        folders = self.search_path(directory)
        binary, python = self.layouts(split)
        if found := files.find(folders, binary):
            parts = [self._read_binary(path) for path in found]
            names = _text_names(found[0].parent / self.names_file)
        elif found := files.find(folders, python):
            parts = [self._read_python(path) for path in found]
            names = self._pickled_names(found[0].parent / self.meta_file)
        else:
            return None
        planes = np.concatenate([images for images, _ in parts])
        return ImageSet(
            np.ascontiguousarray(planes.reshape(-1, 3, 32, 32).transpose(0, 2, 3, 1)),
            np.concatenate([labels for _, labels in parts]),
            names if len(names) == len(self.classes) else self.classes,
            self.name,
        )

    def layouts(self, split: Split) -> list[list[str]]:
        """File names of the binary layout and of the Python layout."""
        names = self.batches[split]
        return [[f"{name}.bin" for name in names], list(names)]

    def search_path(self, directory: Path) -> list[Path]:
        """Folders to look in, best first."""
        return [directory / self.binary_folder, directory / self.python_folder, directory]

    def _read_binary(self, path: Path) -> tuple[NDArray[np.uint8], NDArray[np.int64]]:
        data = files.read(path)
        record = self.label_bytes + _PIXELS
        if not data or len(data) % record:
            raise DataError(
                f"{path} has {len(data)} bytes, which is no multiple of the {record} bytes of "
                f"one {self.name} record: fetch it again"
            )
        records = np.frombuffer(data, np.uint8).reshape(-1, record)
        return records[:, self.label_bytes :], records[:, self.label_bytes - 1].astype(np.int64)

    def _read_python(self, path: Path) -> tuple[NDArray[np.uint8], NDArray[np.int64]]:
        batch = pickled_batch.read(path)
        images, labels = batch.get("data"), batch.get(self.label_key)
        if not isinstance(images, np.ndarray) or images.ndim != 2 or images.shape[1] != _PIXELS:
            raise DataError(f"{path} has no uint8 array 'data' of shape (N, {_PIXELS})")
        if not isinstance(labels, list) or not all(
            isinstance(label, int) and 0 <= label < len(self.classes) for label in labels
        ):
            raise DataError(
                f"{path} has no list {self.label_key!r} of integers from 0 to "
                f"{len(self.classes) - 1}: fetch it again"
            )
        if len(labels) != len(images):
            raise DataError(
                f"{path} holds {len(images)} images but {len(labels)} labels: fetch it again"
            )
        return cast(NDArray[np.uint8], images), np.array(labels, np.int64)

    def _pickled_names(self, path: Path) -> tuple[str, ...]:
        if not path.is_file():
            return ()
        names = pickled_batch.read(path).get(self.names_key)
        if not isinstance(names, list) or not all(isinstance(n, bytes | str) for n in names):
            raise DataError(f"{path} has no list of class names {self.names_key!r}")
        return tuple(n.decode("utf-8", "replace") if isinstance(n, bytes) else n for n in names)


def _text_names(path: Path) -> tuple[str, ...]:
    if not path.is_file():
        return ()
    return tuple(files.read(path).decode("utf-8", "replace").split())


CIFAR10 = CifarDataSet(
    name="cifar10",
    binary_folder="cifar-10-batches-bin",
    python_folder="cifar-10-batches-py",
    batches={
        "train": tuple(f"data_batch_{number}" for number in range(1, 6)),
        "test": ("test_batch",),
    },
    label_bytes=1,
    label_key="labels",
    names_file="batches.meta.txt",
    meta_file="batches.meta",
    names_key="label_names",
    classes=(
        "airplane", "automobile", "bird", "cat", "deer",
        "dog", "frog", "horse", "ship", "truck",
    ),
)  # fmt: skip

CIFAR100 = CifarDataSet(
    name="cifar100",
    binary_folder="cifar-100-binary",
    python_folder="cifar-100-python",
    batches={"train": ("train",), "test": ("test",)},
    label_bytes=2,
    label_key="fine_labels",
    names_file="fine_label_names.txt",
    meta_file="meta",
    names_key="fine_label_names",
    classes=tuple(map(str, range(100))),
)
