"""One function that loads a data set by name."""

from __future__ import annotations

import dataclasses
import os
from pathlib import Path

from . import digits, files, openml
from .cifar import CIFAR10, CIFAR100, CifarDataSet
from .image_set import DataError, ImageSet, Split
from .made.catalog import MADE, read_made
from .mnist import FASHION_MNIST, MNIST, IdxDataSet
from .own.catalog import read_own
from .own.named import NamedData, named_data
from .own.npz import read as read_npz

_ON_DISK: dict[str, IdxDataSet | CifarDataSet] = {
    source.name: source for source in (MNIST, FASHION_MNIST, CIFAR10, CIFAR100)
}

NAMES: tuple[str, ...] = ("digits", *_ON_DISK, *MADE)
"""The data sets that have a name; any other is the path of a user's own."""


def has_name(data: str) -> bool:
    """Whether what a user gives as data is the name of a data set, with settings or not."""
    return data in NAMES or str(named_data(data).path) in MADE


def data_directory() -> Path:
    """Where data sets are looked for by default: $TABFAB_DATA_DIR, or ~/.cache/tabfab."""
    return Path(os.environ.get("TABFAB_DATA_DIR") or Path.home() / ".cache" / "tabfab")


def load(
    name: str,
    split: Split,
    data_dir: Path | None = None,
    download: bool = False,
    whole: bool = False,
) -> ImageSet:
    """One split of a data set.

    Parameters
    ----------
    name: one of `NAMES`, or the path of a user's own data, with its settings (`NamedData`).
    split: ``train`` or ``test``.
    data_dir: folder with the official files (torchvision's ``MNIST/raw`` and the folders of the
        CIFAR archives below it are found too); `data_directory` by default.
    download: fetch a data set that is not there from OpenML into `data_dir`.
    whole: set no images of a user's own aside for testing.

    Raises
    ------
    DataError: if there is no such data set, its files are not there (the message says which were
        looked for, and where), or they are damaged.
    """
    if split not in ("train", "test"):
        raise DataError(f"a data set has the splits 'train' and 'test', not {split!r}")
    if name == "digits":
        return digits.read(split)
    if name in _ON_DISK:
        return _load_files(_ON_DISK[name], split, data_dir or data_directory(), download)
    made = read_made(name, split)
    if made is not None:
        return made
    own = read_own(name, split, whole)
    if own is not None:
        return own
    raise DataError(
        f"there is no data set {name!r}: use one of {', '.join(NAMES)}, or the path of an .npz or "
        ".npy with images, of a .csv of features, or of a folder of PNG or JPEG images"
    )


def _load_files(
    source: IdxDataSet | CifarDataSet, split: Split, directory: Path, download: bool
) -> ImageSet:
    found = source.read(split, directory)
    if found is not None:
        return found
    archive = openml.cached(source.name, directory)
    if not archive.is_file():
        if not download:
            raise files.missing(source.name, source.search_path(directory), source.layouts(split))
        archive = openml.fetch(source.name, directory, source.classes)
    return dataclasses.replace(read_npz(NamedData(archive, {}), split), name=source.name)
