"""The file tables of the documentation, made from the docstrings of packages and modules.

    python docs/files.py            # is what the pages say what the files say? exit status 1 if not
    python docs/files.py --write    # write it anew

`docs/architecture.md` has a line for each folder of the rooms, `docs/files.md` one for each file.
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

from made_parts import keep

ROOT = Path(__file__).resolve().parents[1]
ROOMS = ("compiler", "hw", "sim", "boards", "cli")


def summary(path: Path) -> str:
    """First paragraph's first sentence of a module's docstring, on one line.

    Raises
    ------
    ValueError: it has none.
    """
    docstring = ast.get_docstring(ast.parse(path.read_text()))
    if not docstring:
        raise ValueError(f"{path} says nothing of itself; give it a docstring")
    return " ".join(docstring.split("\n\n")[0].split())


def folders() -> Iterator[Path]:
    """The folders of all rooms, each before those in it."""
    for room in ROOMS:
        yield from sorted(path.parent for path in (ROOT / room).rglob("__init__.py"))


def modules(folder: Path) -> list[Path]:
    """The modules of a folder, without its ``__init__.py``."""
    return sorted(path for path in folder.glob("*.py") if path.stem != "__init__")


def folder_lines() -> str:
    """A line for each folder, as a list in Markdown."""
    lines = []
    for folder in folders():
        place = folder.relative_to(ROOT)
        indent = "  " * (len(place.parts) - 1)
        lines.append(f"{indent}* `{place}/`: {summary(folder / '__init__.py')}")
    return "\n".join(lines)


def file_tables() -> str:
    """A table for each folder that has modules, in Markdown."""
    parts = []
    for folder in folders():
        found = modules(folder)
        if found:
            rows = [f"| `{path.name}` | {_in_a_cell(summary(path))} |" for path in found]
            heading = f"## {folder.relative_to(ROOT)}/"
            said = summary(folder / "__init__.py")
            parts.append(
                "\n".join([heading, "", said, "", "| file | what it is |", "|---|---|", *rows])
            )
    return "\n\n".join(parts)


def _in_a_cell(text: str) -> str:
    return text.replace("|", "\\|")


PAGES = {"architecture.md": folder_lines, "files.md": file_tables}
"""What stands between the two marks of each page."""


if __name__ == "__main__":
    sys.exit(keep(__file__, __doc__ or "", "files", PAGES))
