"""Names as they can be shown: those of layers and files come from anywhere."""

from __future__ import annotations


def printable(text: str) -> str:
    """`text` with what a terminal would obey or not show, but newlines, as Python's escapes.

    So nothing in a name moves the cursor, and two names that differ look different.
    """
    if text.isprintable():
        return text
    return "".join(
        char if char.isprintable() or char == "\n" else ascii(char)[1:-1] for char in text
    )
