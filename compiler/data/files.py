"""Finding and reading data set files."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Iterable, Sequence
from pathlib import Path

from ..store.errors import reason
from .image_set import DataError

MAX_BYTES = 256 << 20
"""Size of a file when unpacked; the largest are CIFAR-100's training images, 150 MB."""


def find(folders: Iterable[Path], names: Sequence[str]) -> list[Path] | None:
    """Paths of `names` in the first folder that holds them all, each plain or with ``.gz``.

    Returns None where no folder does.
    """
    for folder in folders:
        found = [_plain_or_gz(folder / name) for name in names]
        if all(found):
            return [path for path in found if path]
    return None


def _plain_or_gz(path: Path) -> Path | None:
    packed = path.with_name(path.name + ".gz")
    return next((candidate for candidate in (path, packed) if candidate.is_file()), None)


def read(path: Path) -> bytes:
    """Contents of `path`, unpacked where its name ends in ``.gz``.

    Raises
    ------
    DataError: the file cannot be read, is damaged, or is larger than any data set's.
    """
    try:
        size = path.stat().st_size
        if size <= MAX_BYTES:
            with gzip.open(path) if path.suffix == ".gz" else path.open("rb") as file:
                data: bytes = file.read(MAX_BYTES + 1)
            size = len(data)
    except (OSError, EOFError, zlib.error) as error:
        raise DataError(f"cannot read {path} ({reason(error)}): fetch it again") from error
    if size > MAX_BYTES:
        raise DataError(
            f"{path} holds more than {MAX_BYTES} bytes, more than any file of these data sets: "
            "fetch it again"
        )
    return data


def missing(name: str, folders: Iterable[Path], layouts: Iterable[Sequence[str]]) -> DataError:
    """The error for a data set that is not there, naming every file that was looked for.

    Parameters
    ----------
    name: of the data set.
    folders: where they were looked for.
    layouts: the lists of files that would each have been enough.
    """
    wanted = " or ".join(", ".join(layout) for layout in layouts)
    places = ", ".join(str(folder) for folder in folders)
    return DataError(
        f"data set {name} was not found: looked for {wanted} in {places}; put the files there, "
        "name their folder with --data-dir, or let --download fetch them from OpenML"
    )
