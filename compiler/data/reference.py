"""How a program names the data set that it was made with, so that it is found again."""

from __future__ import annotations

import os
from pathlib import Path

from .image_set import DataError
from .load import has_name
from .own.named import NamedData, named_data


def data_reference(name: str, directory: Path) -> str:
    """What a program in `directory` notes of the data set `name`.

    A data set with a name has it everywhere, and so has an absolute path. A relative one is meant
    from where the command runs; it is noted from the program's directory instead, so that the
    program finds it wherever later commands run, as long as both are moved together.

    Parameters
    ----------
    name: as `load` takes it.
    directory: where the program comes to lie.
    """
    if has_name(name):
        return name
    named = named_data(name)
    if named.path.is_absolute():
        return name
    beside = os.path.relpath(os.path.realpath(named.path), os.path.realpath(directory))
    return NamedData(Path(beside), named.settings).text


def referred_data(reference: str, directory: Path) -> str:
    """The data set that the program in `directory` means, as `load` takes it.

    Parameters
    ----------
    reference: `data_reference` of it. Programs of earlier versions have a path from where they
        were made; it is looked for there last.
    directory: where the program lies.

    Raises
    ------
    DataError: it is a file or folder that is not there.
    """
    if has_name(reference):
        return reference
    named = named_data(reference)
    beside = os.path.normpath(os.path.join(os.path.realpath(directory), named.path))
    near = beside if named.path.is_absolute() else os.path.relpath(beside)
    for path in (Path(near), named.path):
        if path.exists():
            return NamedData(path, named.settings).text
    raise DataError(
        f"the program was made with the data set {reference!r}, and there is no file {beside}; "
        "give its place with --data"
    )
