"""Names as they can be shown: those of layers and files come from anywhere."""

from __future__ import annotations

import html
from collections.abc import Iterable, Sequence


def printable(text: str) -> str:
    """`text` with what a terminal would obey or not show, but newlines, as Python's escapes.

    So nothing in a name moves the cursor, and two names that differ look different.
    """
    if text.isprintable():
        return text
    return "".join(
        char if char.isprintable() or char == "\n" else ascii(char)[1:-1] for char in text
    )


def html_table(title: str, columns: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """A table as notebooks show it.

    Parameters
    ----------
    title: above it; may be empty.
    columns: their heads.
    rows: cells: whole numbers get commas, None is empty, all else is `str`'s.
    """

    def line(tag: str, cells: Sequence[object]) -> str:
        return "<tr>" + "".join(f"<{tag}>{_html_cell(cell)}</{tag}>" for cell in cells) + "</tr>"

    caption = f"<caption>{_html_cell(title)}</caption>" if title else ""
    body = "".join(line("td", row) for row in rows)
    return f"<table>{caption}<thead>{line('th', columns)}</thead><tbody>{body}</tbody></table>"


def _html_cell(value: object) -> str:
    if isinstance(value, int) and not isinstance(value, bool):
        return f"{value:,}"
    return "" if value is None else html.escape(printable(str(value)))
