"""Manifests: the JSON file that vouches for a directory.

A manifest records its format, version and the SHA-256 of itself and of every other file of its
directory, so that damage is noticed before a value is used. The same contents always give the
same bytes.
"""

from __future__ import annotations

import dataclasses
import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

from .errors import TabfabError, reason, shown

MAX_BYTES = 64 << 20
"""Size of a manifest: more is a mistake."""
MAX_FILE_BYTES = 1 << 30
"""Size of any other file: the tables of the largest networks take a quarter of it."""

_LONGEST_NAME = 200
"""Characters of a file's path in its directory."""


@dataclass(frozen=True)
class ManifestKind:
    """One kind of directory.

    Parameters
    ----------
    name: of the manifest file.
    format: what the directory holds, as recorded in it.
    version: of the format; newer ones are refused.
    writer: the command that writes such a directory.
    error: what is raised for a bad one.
    """

    name: str
    format: str
    version: int
    writer: str
    error: type[TabfabError]

    def refuse(self, sentence: str) -> TabfabError:
        """The error for a damaged directory: what is wrong, then what to do."""
        return self.error(f"{sentence}; write it again with '{self.writer}'")


@dataclass(frozen=True)
class FileRecord:
    """What a manifest says about another file of its directory."""

    bytes: int
    sha256: str

    @classmethod
    def of(cls, path: Path) -> FileRecord:
        """Size and checksum of a file."""
        with path.open("rb") as file:
            return cls(path.stat().st_size, hashlib.file_digest(file, "sha256").hexdigest())


def write_manifest(
    kind: ManifestKind, directory: Path, document: Mapping[str, object], files: Iterable[str]
) -> None:
    """Write the manifest of `directory`.

    Parameters
    ----------
    kind: gives name, format and version.
    document: any other JSON values.
    files: the directory's other files, as relative paths.

    Raises
    ------
    kind.error: `document` is not JSON, or a file is larger than `MAX_FILE_BYTES`.
    """
    records = {name: dataclasses.asdict(FileRecord.of(directory / name)) for name in files}
    for name, record in records.items():
        if record["bytes"] > MAX_FILE_BYTES:
            raise kind.error(
                f"{name} would be larger than {MAX_FILE_BYTES} bytes; choose fewer prototypes or "
                "a smaller network"
            )
    whole = {
        **document,
        "format": kind.format,
        "version": kind.version,
        "files": records,
        "checksum": "",
    }
    try:
        text = json.dumps(whole, indent=1, sort_keys=True, allow_nan=False)
    except (TypeError, ValueError) as error:
        raise kind.error(f"{kind.name} can hold JSON values only: {error}") from error
    blank = f"{text}\n".encode()
    (directory / kind.name).write_bytes(
        blank.replace(_checksum_entry(""), _checksum_entry(_sha256(blank)), 1)
    )


def read_manifest(kind: ManifestKind, directory: Path) -> dict[str, Any]:
    """The manifest of `directory`, with its version and every checksum checked.

    Raises
    ------
    kind.error: a file is missing or damaged, or the format is newer.
    """
    document = _read_document(kind, directory)
    files = document.get("files")
    if not isinstance(files, dict):
        raise kind.refuse(f"{directory / kind.name} does not list its files")
    try:
        for name, entry in files.items():
            _check_file(kind, directory, name, entry)
    except OSError as error:  # also a name that no file can have
        raise kind.refuse(f"{directory} cannot be read ({error.strerror})") from error
    return document


def _read_document(kind: ManifestKind, directory: Path) -> dict[str, Any]:
    path = directory / kind.name
    if not path.is_file():
        raise kind.error(
            f"{directory} does not hold a {kind.format}: it has no {kind.name}; "
            f"'{kind.writer}' writes one"
        )
    if path.stat().st_size > MAX_BYTES:
        raise kind.refuse(f"{path} is larger than {MAX_BYTES} bytes")
    try:
        data = path.read_bytes()
        document = json.loads(data.decode(), parse_constant=_refuse_constant)
        json.dumps(document, ensure_ascii=False).encode()
    except OSError as error:
        raise kind.refuse(f"{path} cannot be read ({error.strerror})") from error
    except UnicodeEncodeError as error:  # JSON can escape halves of characters
        raise kind.refuse(f"{path} is damaged: it holds text that is no Unicode") from error
    except (ValueError, RecursionError) as error:
        raise kind.refuse(f"{path} is truncated or damaged ({reason(error)})") from error
    if not isinstance(document, dict) or document.get("format") != kind.format:
        raise kind.refuse(f"{path} is not a {kind.format}")
    version = document.get("version")
    if type(version) is not int or version < 1:
        raise kind.refuse(f"{path} is damaged: its format number is {shown(version)}")
    if version > kind.version:
        raise kind.error(
            f"{path} was written by a newer tabfab, format {shown(version)}, and this one reads "
            f"up to format {kind.version}; upgrade tabfab"
        )
    checksum = document.get("checksum")
    blank = data.replace(_checksum_entry(str(checksum)), _checksum_entry(""), 1)
    if checksum != _sha256(blank):
        raise kind.refuse(f"{path} is damaged or was edited: its checksum is wrong")
    return document


def _refuse_constant(name: str) -> object:
    raise ValueError(f"{name} is not JSON")


def _check_file(kind: ManifestKind, directory: Path, name: str, entry: object) -> None:
    relative = PurePosixPath(name)
    if relative.is_absolute() or ".." in relative.parts:
        raise kind.refuse(f"{directory / kind.name} lists {shown(name)}, which lies elsewhere")
    if not name.isprintable() or len(name) > _LONGEST_NAME:
        raise kind.refuse(f"{directory / kind.name} lists {shown(name)}, which names no file")
    path = directory / name
    if not path.is_file():
        raise kind.refuse(f"{path} is missing")
    if path.stat().st_size > MAX_FILE_BYTES:
        raise kind.refuse(f"{path} is larger than {MAX_FILE_BYTES} bytes")
    if dataclasses.asdict(FileRecord.of(path)) != entry:
        raise kind.refuse(f"{path} is truncated or damaged")


def _checksum_entry(checksum: str) -> bytes:
    return f'"checksum": "{checksum}"'.encode()


def _sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
