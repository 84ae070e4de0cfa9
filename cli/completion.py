"""What the shell completes: layers, devices, boards, data sets, networks. Nothing here is slow."""

from __future__ import annotations

import json
import re
import zipfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any

_LONGEST = 64 << 20
"""Bytes of a file that are looked through for names."""
_PARAMETER = re.compile(rb'"([\w.]+)\.weight"')
"""A layer's weights, as a .pt2 names them."""


def devices(incomplete: str) -> list[str]:
    """Devices to plan for."""
    from ..hw.device.devices import devices as known

    return _starting(known(), incomplete)


def boards(incomplete: str) -> list[str]:
    """Boards to make bitstreams for."""
    from ..boards.catalog import BOARDS

    return _starting(BOARDS, incomplete)


def placers(incomplete: str) -> list[str]:
    """Placers of nextpnr."""
    from ..hw.pnr.nextpnr import PLACERS

    return _starting(PLACERS, incomplete)


def data_sets(incomplete: str) -> list[str]:
    """Data sets that have a name, and files and folders that may hold one's own."""
    from ..compiler.data import NAMES

    given = Path(incomplete)
    folder = given if incomplete.endswith("/") else given.parent
    own = [f"{path}/" if path.is_dir() else str(path) for path in _entries(folder)
           if path.is_dir() or path.suffix in (".npz", ".npy", ".csv")]  # fmt: skip
    return _starting([*NAMES, *own], incomplete)


def layers(ctx: Any, incomplete: str) -> list[str]:
    """Layers of the program or model that stands before on the line."""
    for value in ctx.params.values():
        if isinstance(value, Path):
            names = _of_program(value) or _of_model(value)
            if names:
                return _starting(names, incomplete)
    return []


def _starting(names: Iterable[str], incomplete: str) -> list[str]:
    return [name for name in names if name.startswith(incomplete)]


def _entries(folder: Path) -> list[Path]:
    try:
        return sorted(folder.iterdir())
    except OSError:
        return []


def _of_program(directory: Path) -> list[str]:
    """The weighted layers of a program's directory; none where it is no program."""
    from ..compiler.program.program_file import MANIFEST

    try:
        nodes = json.loads((directory / MANIFEST).read_bytes()[:_LONGEST])["nodes"]
        return [node["name"] for node in nodes if node["kind"].endswith("_conv")]
    except (OSError, ValueError, KeyError, TypeError):
        return []


def _of_model(file: Path) -> list[str]:
    """The modules with weights of a .pt2; none where it is no such file."""
    try:
        with zipfile.ZipFile(file) as archive:
            texts = [
                archive.read(member) for member in archive.infolist()
                if member.filename.endswith(".json") and member.file_size <= _LONGEST
            ]  # fmt: skip
    except (OSError, zipfile.BadZipFile):
        return []
    found = (name.decode() for text in texts for name in _PARAMETER.findall(text))
    return list(dict.fromkeys(found))
