"""Tables in Markdown."""

from __future__ import annotations

from collections.abc import Iterable, Sequence


def table(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """A table, with bars and line breaks in its cells made harmless."""
    lines = [
        list(columns),
        ["---"] * len(columns),
        *([_cell(each) for each in row] for row in rows),
    ]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def _cell(value: object) -> str:
    if isinstance(value, int) and not isinstance(value, bool):
        return f"{value:,}"
    text = "" if value is None else " ".join(str(value).split())
    parts = text.split("`")  # bars in code are harmless already
    parts[::2] = [part.replace("|", "&#124;") for part in parts[::2]]
    return "`".join(parts)
