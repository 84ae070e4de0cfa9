"""MkDocs' hook: the reference pages that are made while the site is built.

They are in no file, so that none is out of date: commands from Typer, parts from the hardware's
components, devices and boards from their records.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import commands
import devices
import json_output
import notebooks
import parts
from mkdocs.structure.files import File, Files

import boards

PAGES: dict[str, Callable[[], str]] = {
    "reference/commands.md": commands.page,
    "reference/json.md": json_output.page,
    "reference/parts.md": parts.page,
    "reference/devices.md": devices.page,
    "reference/boards.md": boards.page,
    **notebooks.pages(),
}
"""What makes each page, by its place."""


def on_files(files: Files, config: Any) -> Files:
    """Add the pages to those that are found in the folder."""
    for place, make in PAGES.items():
        files.append(File.generated(config, place, content=make()))
    return files
