"""Zip archives of tensors, as torch writes them: what is wrong with one before it is read."""

from __future__ import annotations

import zipfile
from pathlib import Path

from .errors import TabfabError


class ArchiveError(TabfabError):
    """An archive that is damaged, or is no network."""


def check_members(path: Path, archive: zipfile.ZipFile) -> None:
    """Refuse members as torch does not write them: packed, overlapping, or of the same name.

    Unpacked and apart, they take no more memory than the file does.

    Raises
    ------
    ArchiveError: one is.
    """
    members = archive.infolist()
    packed = [member for member in members if member.compress_type != zipfile.ZIP_STORED]
    if packed or sum(member.file_size for member in members) > path.stat().st_size:
        raise ArchiveError(f"{path} is packed, which torch never does: save it again with torch")
    # torch takes the first of members that differ in case only, `zipfile` the last. The folder
    # that all of them lie in may have any name.
    names = {member.filename.partition("/")[2].casefold() for member in members}
    if len(names) < len(members):
        raise ArchiveError(f"{path} holds two members of one name: save it again with torch")
