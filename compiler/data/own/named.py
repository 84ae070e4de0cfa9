"""What a user names as data: a path, and behind a colon what has to be known of the file."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from ..image_set import DataError

_SETTINGS = re.compile(r"[a-z]+=[^:]*")
MEANINGS = {
    "range": "LOW..HIGH, what the smallest and largest pixel stand for",
    "layout": "nchw or nhwc, where channels are",
    "labels": "a .npy beside the images",
    "target": "name or number of a column, or none",
    "size": "HEIGHTxWIDTH to resize images to",
    "channels": "1 for grey or 3 for colour",
    "seed": "N, for other examples of a data set that is computed",
}
"""Every setting, and what it takes."""


@dataclass(frozen=True)
class NamedData:
    """A file or folder with its settings: ``flows.csv:target=kind,range=-4..4``.

    Parameters
    ----------
    path: of the file or folder.
    settings: by name, as they were written.
    """

    path: Path
    settings: Mapping[str, str]

    @property
    def text(self) -> str:
        """As it was written."""
        settings = ",".join(f"{name}={value}" for name, value in self.settings.items())
        return f"{self.path}:{settings}" if settings else str(self.path)

    def check_settings(self, *known: str) -> None:
        """Refuse settings that this kind of data has none of.

        Raises
        ------
        DataError: there is one.
        """
        for name in self.settings:
            if name not in known:
                listed = "; ".join(f"{other}={MEANINGS[other]}" for other in known)
                raise DataError(
                    f"{self.path} has no setting {name!r}; what may stand behind its name: {listed}"
                )

    def choice(self, name: str, *choices: str) -> str | None:
        """The setting `name`, one of `choices`; None where it is not given."""
        value = self.settings.get(name)
        if value is not None and value not in choices:
            raise DataError(
                f"{self.text}: {name}={value} is none of {', '.join(choices)}; choose one of them"
            )
        return value

    def beside(self, name: str) -> Path:
        """A file that is named relative to the folder that the data is in."""
        return self.path.parent / name


def named_data(text: str) -> NamedData:
    """The path and settings in `text`.

    A colon belongs to the path where what follows does not look like settings, or where there is a
    file of the whole name.

    Raises
    ------
    DataError: a setting is no ``name=value``, unknown or given twice.
    """
    path, _, said = text.rpartition(":")
    if not path or not _SETTINGS.match(said) or Path(text).exists():
        return NamedData(Path(text), {})
    settings: dict[str, str] = {}
    for part in said.split(","):
        name, equals, value = part.partition("=")
        if not equals or not value or name not in MEANINGS or name in settings:
            raise DataError(
                f"{text!r}: {part!r} is no setting; write {path}:NAME=VALUE,..., each NAME once, "
                f"with names out of {', '.join(MEANINGS)}"
            )
        settings[name] = value
    return NamedData(Path(path), settings)
