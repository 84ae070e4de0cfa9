"""Which reader takes what a user gives as data: told by the name's ending."""

from __future__ import annotations

from collections.abc import Callable

from ..image_set import ImageSet, Split
from . import npy, npz, table
from .named import NamedData, named_data

READERS: dict[str, Callable[[NamedData, Split, bool], ImageSet]] = {
    ".npz": npz.read,
    ".npy": npy.read,
    ".csv": table.read,
    ".tsv": table.read,
}
"""By the ending of a file's name."""


def read_own(name: str, split: Split, whole: bool) -> ImageSet | None:
    """One split of a user's own data; None where `name` is no name of such.

    Parameters
    ----------
    name: path of a file or folder, with its settings.
    split: which part.
    whole: set none aside for testing.

    Raises
    ------
    DataError: there is no such file, or it is not what it should be.
    """
    data = named_data(name)
    if data.path.is_dir():
        from . import folder  # which takes Pillow, and time to load it

        return folder.read(data, split, whole)
    reader = READERS.get(data.path.suffix.lower())
    return None if reader is None else reader(data, split, whole)
