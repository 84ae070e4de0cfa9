"""What the command prints: results on standard output, progress and errors on standard error."""

from __future__ import annotations

import datetime
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext, redirect_stdout
from typing import Protocol

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)
from rich.table import Table
from rich.text import Text

from ..compiler.store.json_text import json_text
from ..compiler.store.printable import printable
from ..compiler.store.progress import silent

_PIPE_WIDTH = 160
"""Columns of tables that do not go to a terminal."""

_HEADING_WIDTH = 80

LINE_SECONDS = 10.0
"""Between two lines of progress, where standard error is no terminal."""


class Advance(Protocol):
    """Moves a progress bar."""

    def __call__(self, done: int, total: int, what: str = "", /) -> None:
        """`done` of `total` steps are done; `what` is the one that is under way."""


Bar = Callable[[str], AbstractContextManager[Advance]]
"""Shows how far something is, as `progress` does."""


def _console(stderr: bool) -> Console:
    stream = sys.stderr if stderr else sys.stdout
    return Console(stderr=stderr, width=None if stream.isatty() else _PIPE_WIDTH)


def say(message: str) -> None:
    """Print one line of result."""
    print(printable(message), flush=True)


def complain(message: str) -> None:
    """Print one line on standard error."""
    print(printable(message), file=sys.stderr, flush=True)


def heading(title: str) -> None:
    """Print a line with `title` in it."""
    say(f"\n── {title} ".ljust(_HEADING_WIDTH, "─"))


def print_json(value: object) -> None:
    """Print `value` as indented JSON; see `json_text`."""
    say(json_text(value))


def print_table(
    title: str,
    columns: Sequence[str],
    rows: Sequence[Sequence[object]],
    footer: Sequence[object] = (),
    left: int = 1,
) -> None:
    """Print a table.

    Parameters
    ----------
    title: printed above it.
    columns: their headings.
    rows: cells, converted by `str`; None is an empty cell.
    footer: cells of a last row, for totals.
    left: how many columns, counted from the left, are text; the others are numbers.
    """
    table = Table(title=Text(printable(title)), title_justify="left", show_footer=bool(footer))
    cells = [_cell(value) for value in footer] or [Text("")] * len(columns)
    for number, (column, total) in enumerate(zip(columns, cells, strict=True)):
        table.add_column(_cell(column), total, justify="left" if number < left else "right")
    for row in rows:
        table.add_row(*map(_cell, row))
    _console(stderr=False).print(table)


def _cell(value: object) -> Text:
    """A cell; as `Text`, it is shown as it is, whatever brackets and colons it has."""
    if isinstance(value, int):
        return Text(f"{value:,}")
    return Text("" if value is None else printable(str(value)).replace("\n", "\\n"))


@contextmanager
def progress(description: str, remaining: bool = False) -> Iterator[Advance]:
    """A progress bar on standard error; yields the function that moves it.

    Parameters
    ----------
    description: what is being done.
    remaining: show how long it will still take, where all steps take about as long.
    """
    if not sys.stderr.isatty():
        with _progress_lines(description) as advance:
            yield advance
        return
    with Progress(
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        *([TimeRemainingColumn()] if remaining else []),
        console=_console(stderr=True),
    ) as bar:
        task = bar.add_task(printable(description), total=None)

        def move(done: int, total: int, what: str = "", /) -> None:
            shown = f"{description}: {what}" if what else description
            bar.update(task, completed=done, total=total, description=printable(shown))

        yield move
        if bar.tasks[task].total is None:
            bar.update(task, completed=1, total=1)


@contextmanager
def _progress_lines(description: str) -> Iterator[Advance]:
    """The same where nobody sees a bar move: a line every ten seconds, and one in the end."""
    start = time.monotonic()
    state = description
    ended = threading.Event()

    def advance(done: int, total: int, what: str = "", /) -> None:
        nonlocal state
        state = f"{description}: {what}" if what else description
        state += f" {done}/{total}"

    def tell() -> None:
        complain(f"{state} {datetime.timedelta(seconds=int(time.monotonic() - start))}")

    def watch() -> None:
        while not ended.wait(LINE_SECONDS):
            tell()

    watcher = threading.Thread(target=watch, daemon=True)
    watcher.start()
    try:
        yield advance
    finally:
        ended.set()
        watcher.join()
        tell()


def told_aside(wanted: bool) -> AbstractContextManager[object]:
    """Say what is said meanwhile on standard error, where standard output is for JSON."""
    return redirect_stdout(sys.stderr) if wanted else nullcontext()


def no_progress(description: str) -> AbstractContextManager[Advance]:
    """The `Bar` of work that nobody watches."""
    return nullcontext(silent)
