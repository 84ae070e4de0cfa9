"""Parts of pages that are made from the code, between two marks: checked, or written anew."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

DOCS = Path(__file__).resolve().parent


def keep(script: str, about: str, what: str, pages: Mapping[str, Callable[[], str]]) -> int:
    """The command of a script that makes such parts; returns its exit status.

    Parameters
    ----------
    script: its ``__file__``.
    about: its docstring.
    what: the parts are of, as the marks say it.
    pages: what makes the part of each page.
    """
    parser = argparse.ArgumentParser(description=about.split("\n")[0])
    parser.add_argument("--write", action="store_true", help="write the tables anew")
    arguments = parser.parse_args()
    command = f"python docs/{Path(script).name} --write"
    marks = (f"<!-- {what}: {command} -->", f"<!-- end of {what} -->")
    stale = 0
    for name, make in pages.items():
        page = DOCS / name
        text = page.read_text()
        fresh = renewed(text, make(), *marks)
        if fresh == text:
            continue
        if arguments.write:
            page.write_text(fresh)
            print(f"docs/{name}: written")
        else:
            print(f"docs/{name} is not what the {what} say; run: {command}")
            stale = 1
    return stale


def renewed(text: str, made: str, begin: str, end: str) -> str:
    """The page with what is `made` between its marks.

    Raises
    ------
    ValueError: it lacks the marks.
    """
    before, found, rest = text.partition(begin)
    _, ended, after = rest.partition(end)
    if not found or not ended:
        raise ValueError(f"a page lacks the lines {begin!r} and {end!r}")
    return f"{before}{begin}\n\n{made}\n\n{end}{after}"


def family_tables(what: str, families: Mapping[str, Iterable[tuple[str, str]]]) -> str:
    """A table for each family of operators, in Markdown.

    Parameters
    ----------
    what: the second column is, beside the operators' names.
    families: names and meanings of the operators of each.
    """
    parts = []
    for family, operators in families.items():
        rows = [f"| `{name}` | {meaning} |" for name, meaning in operators]
        parts.append("\n".join([f"**{family}**", "", f"| operator | {what} |", "|---|---|", *rows]))
    return "\n\n".join(parts)
