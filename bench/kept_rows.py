"""Rows of tables that benches keep, so that a run that is broken off goes on where it was."""

from __future__ import annotations

import json
from pathlib import Path

from tabfab.compiler.store.files import atomic_file


class KeptRows:
    """Cells of a table's rows, each in a file of its own.

    Nobody compares them with the code that made them: take a new folder where it changed.

    Parameters
    ----------
    folder: of the files, made where it is missing; None keeps nothing.
    """

    def __init__(self, folder: Path | None) -> None:
        self.folder = folder
        if folder is not None:
            folder.mkdir(parents=True, exist_ok=True)

    def get(self, name: str) -> list[str] | None:
        """The cells of a row; None if there are none yet."""
        if self.folder is None or not (path := self.folder / f"{name}.json").is_file():
            return None
        cells: list[str] = json.loads(path.read_text())
        return cells

    def put(self, name: str, cells: list[str]) -> None:
        """Keep the cells of a row."""
        if self.folder is None:
            return
        with atomic_file(self.folder / f"{name}.json") as temporary:
            temporary.write_text(json.dumps(cells))


def line(cells: list[str], columns: int | None = None) -> str:
    """A row of a Markdown table, filled up with empty cells to so many columns."""
    more = 0 if columns is None else columns - len(cells)
    return "| " + " | ".join([*cells, *[""] * more]) + " |"


def heading(columns: list[str]) -> str:
    """The first two lines of a Markdown table."""
    return line(columns) + "\n|" + "---|" * len(columns)
