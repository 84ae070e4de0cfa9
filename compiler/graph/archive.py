"""What a ``.pt2`` archive may hold before torch is let near it.

`torch.export.load` trusts its archive: it unpickles some members, evaluates the text of symbolic
sizes as Python, and reads compressed members of any size. A network needs none of that, so an
archive that would make use of it is refused.
"""

from __future__ import annotations

import io
import json
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path

import torch

from ..store.errors import TabfabError, reason, shown

_SYMBOL = r"Symbol\('\w+'(?:, [a-z_]+=(?:True|False))*\)"
_FUNCTION = r"(?:Add|CeilDiv|CleanDiv|FloorDiv|Identity|Integer|Max|Min|Mod|Mul|PythonMod)\("
_NUMBER = r"(?<!\d)\d{1,9}(?!\d)"
_SIZE = re.compile(rf"{_SYMBOL}|{_FUNCTION}|{_NUMBER}|[-(), ]")
"""The parts of a symbolic size, such as ``Mul(Integer(4), Symbol('s77', integer=True))``."""


class ArchiveError(TabfabError):
    """An archive that is damaged, or is no network."""


def check_archive(path: Path) -> None:
    """Refuse an archive that is damaged, would fill the memory, or would run code when loaded.

    Raises
    ------
    ArchiveError: for any of these.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            check_members(path, archive)
            damaged = archive.testzip()
            if damaged is not None:
                raise ArchiveError(f"{path} is damaged in {shown(damaged)}: save it again")
            # A cut-off archive may still end in a whole one: torch stores the sample inputs as a
            # zip file of their own.
            if not any(name.endswith("/archive_format") for name in archive.namelist()):
                raise zipfile.BadZipFile("it has no member archive_format")
            dangers = [danger for name in archive.namelist() for danger in _dangers(archive, name)]
    except ArchiveError:
        raise
    except Exception as error:  # a damaged archive may raise anything at all
        raise ArchiveError(
            f"{path} is not a .pt2 archive or is cut off ({reason(error)}): save it again with "
            "torch.export.save"
        ) from error
    if dangers:
        raise ArchiveError(
            f"{path} holds {dangers[0]}, which loading would run: export the network again from "
            "plain tensors"
        )


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
    # torch takes the first of members that differ in case only, `zipfile` the last.
    if len({member.filename.casefold() for member in members}) < len(members):
        raise ArchiveError(f"{path} holds two members of one name: save it again with torch")


def _dangers(archive: zipfile.ZipFile, name: str) -> Iterator[str]:
    """What torch would run of a member, in words."""
    last = name.rpartition("/")[2]
    if "/aotinductor/" in name or last.startswith(("custom_obj", "opaque")):
        yield f"pickled objects ({shown(name)})"
    elif "/sample_inputs/" in name:
        try:
            torch.load(io.BytesIO(archive.read(name)), weights_only=True)
        except Exception:  # anything that the safe reader refuses, torch would retry unsafely
            yield f"pickled objects ({shown(name)})"
    elif last.endswith(".json") and "/extra/" not in name:
        for key, value in _entries(json.loads(archive.read(name))):
            if key == "use_pickle" and value is not False:
                yield f"pickled objects ({shown(name)})"
            if key == "expr_str" and not (isinstance(value, str) and not _SIZE.sub("", value)):
                yield f"the size {shown(value)}"


def _entries(document: object) -> Iterator[tuple[str, object]]:
    """Every key with its value, at any depth."""
    open_values = [document]
    while open_values:
        value = open_values.pop()
        if isinstance(value, dict):
            yield from value.items()
            open_values += value.values()
        elif isinstance(value, list):
            open_values += value
