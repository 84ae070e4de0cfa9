"""The zip archive around a ``.pt2``: its members, checked before any of them is read."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ...store.errors import TabfabError, reason, shown
from ...store.zip_archive import ArchiveError, check_members
from .other_files import kind_of_file

_MOST_JSON = 256 << 20
"""Bytes of a JSON member: a network of 10,000 operators takes a tenth of it."""
_UNREAD = "data/sample_inputs/"
"""Pickled, and needed for nothing."""
_SAVE_AGAIN = "save it again with torch.export.save"


@dataclass(frozen=True, eq=False)
class Archive:
    """An open archive.

    Parameters
    ----------
    path: of the file.
    members: the file's members, by name without the archive's own folder.
    """

    path: Path
    members: dict[str, bytes]

    def json(self, name: str) -> Any:
        """The JSON document `name`.

        Raises
        ------
        ArchiveError: it is missing, too large, or no JSON.
        """
        data = self.member(name)
        if len(data) > _MOST_JSON:
            raise ArchiveError(f"{self.path} is damaged: its {name} takes {len(data)} bytes")
        try:
            return json.loads(data.decode())
        except (ValueError, RecursionError) as error:
            raise ArchiveError(
                f"{self.path} is damaged: its {name} cannot be read ({reason(error)}): "
                f"{_SAVE_AGAIN}"
            ) from error

    def member(self, name: str) -> bytes:
        """The bytes of the member `name`.

        Raises
        ------
        ArchiveError: there is none.
        """
        if name not in self.members:
            raise ArchiveError(f"{self.path} is damaged: it has no {shown(name)}: {_SAVE_AGAIN}")
        return self.members[name]


def read_archive(path: Path) -> Archive:
    """The members of the archive `path`.

    Raises
    ------
    ArchiveError: it is not there, is something else than a ``.pt2``, is damaged, holds two
        members of one name, or would take more memory than the file does.
    """
    what = kind_of_file(path)
    if what is not None:
        raise ArchiveError(f"{path} {what}")
    with _told(path), zipfile.ZipFile(path) as archive:
        check_members(path, archive)
        members = {}
        for member in archive.infolist():
            _, _, name = member.filename.partition("/")
            if not name.startswith(_UNREAD):
                members[name] = _read(path, archive, member)
    # A cut-off archive may still end in a whole one: torch stores the sample inputs as a zip file
    # of their own.
    if members.get("archive_format") != b"pt2":
        raise ArchiveError(
            f"{path} is not a .pt2 archive or is cut off (it has no member archive_format): "
            f"{_SAVE_AGAIN}"
        )
    return Archive(path, members)


def _read(path: Path, archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> bytes:
    """The bytes of a member, whose checksum must be right."""
    try:
        return archive.read(member)
    except zipfile.BadZipFile as error:
        raise ArchiveError(
            f"{path} is damaged in {shown(member.filename)}: {_SAVE_AGAIN}"
        ) from error


@contextmanager
def _told(path: Path) -> Iterator[None]:
    """Tell in one sentence what is wrong with an archive: a damaged one may raise anything."""
    try:
        yield
    except TabfabError:
        raise
    except Exception as error:
        raise ArchiveError(
            f"{path} is not a .pt2 archive or is cut off ({reason(error)}): {_SAVE_AGAIN}"
        ) from error
