"""tabfab's docstrings as mkdocstrings reads them: sections become Google's.

A section here has a line under its heading, as NumPy's have, and entries that say what they are
behind a colon, as Google's do.
"""

from __future__ import annotations

import re
from typing import Any

import griffe

_SECTIONS = {
    "Parameters": "Args",
    "Attributes": "Attributes",
    "Members": "Attributes",
    "Returns": "Returns",
    "Yields": "Yields",
    "Raises": "Raises",
    "Examples": "Examples",
}
"""Headings here, and Google's."""
_HEADING = re.compile(rf"^({'|'.join(_SECTIONS)})\n-{{4,}}\n", re.MULTILINE)


def google(text: str) -> str:
    """A docstring with its sections in Google's form."""
    pieces = _HEADING.split(text)
    parts = [pieces[0]]
    for heading, body in zip(pieces[1::2], pieces[2::2], strict=True):
        indented = "".join(
            f"    {line}" if line.strip() else line for line in body.splitlines(keepends=True)
        )
        parts.append(f"{_SECTIONS[heading]}:\n{indented}")
    return "".join(parts)


class Docstrings(griffe.Extension):
    """Rewrites every docstring as it is loaded."""

    def on_instance(self, *, obj: Any, **kwargs: Any) -> None:
        """Rewrite one object's."""
        if obj.docstring:
            obj.docstring.value = google(obj.docstring.value)
