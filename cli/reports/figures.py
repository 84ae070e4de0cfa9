"""Figures side by side: the texts of numbers, and how those of the others differ from the first."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

Value = float | int | str | None
Write = Callable[[Any], str]

_ThingT = TypeVar("_ThingT")

MINUS = "\N{MINUS SIGN}"


@dataclass(frozen=True)
class Cell:
    """One figure of one subject.

    Parameters
    ----------
    text: as it is shown; empty where it is not known.
    change: from the first subject's: ``+12.0 %``; empty where that says nothing.
    differs: whether it is another than the first's.
    """

    text: str
    change: str = ""
    differs: bool = False


@dataclass(frozen=True)
class Row:
    """One figure of all subjects.

    Parameters
    ----------
    name: of the figure.
    cells: one for each subject.
    help: what it means, where the name does not say.
    """

    name: str
    cells: tuple[Cell, ...]
    help: str = ""

    @property
    def differs(self) -> bool:
        """Whether any subject has another than the first."""
        return any(cell.differs for cell in self.cells)


def row(name: str, values: Sequence[Value], write: Write | None = None, help: str = "") -> Row:
    """A row of a table that compares.

    Parameters
    ----------
    name, help: see `Row`.
    values: one for each subject; None where it is not known.
    write: makes a text of one; `count` for integers and `str` for texts by default. Changes of
        what `share` writes are in points, of other numbers in percent.
    """
    first = values[0]
    return Row(
        name,
        tuple(
            Cell(
                text=_text(value, write),
                change=_change(first, value, write) if number else "",
                differs=bool(number) and value is not None and first is not None and value != first,
            )
            for number, value in enumerate(values)
        ),
        help,
    )


def of(things: Sequence[_ThingT | None], value: Callable[[_ThingT], Value]) -> list[Value]:
    """`value` of each of the things that there are; None for those that there are not."""
    return [None if each is None else value(each) for each in things]


def known(rows: Sequence[Row]) -> list[Row]:
    """Those of which something is known."""
    return [each for each in rows if any(cell.text for cell in each.cells)]


def count(value: float) -> str:
    """A whole number with its thousands set apart: ``1,234``."""
    return f"{round(value):,}".replace("-", MINUS)


def share(value: float) -> str:
    """A share of all: ``12.3 %``."""
    return f"{100 * value:.1f} %".replace("-", MINUS)


def accuracy(value: float) -> str:
    """A share of decisions: ``98.20 %``."""
    return f"{100 * value:.2f} %"


def number(value: float) -> str:
    """Four digits of any number, with thousands set apart where there are more."""
    if value == 0 or not math.isfinite(value):
        return f"{value:g}".replace("-", MINUS)
    digits = max(0, 3 - math.floor(math.log10(abs(value))))
    text = f"{value:,.{digits}f}"
    return (text.rstrip("0").rstrip(".") if "." in text else text).replace("-", MINUS)


def short(value: float) -> str:
    """Three digits with the prefix of a unit: ``14.5 k``."""
    for prefix, scale in (("G", 1e9), ("M", 1e6), ("k", 1e3)):
        if abs(value) >= scale:
            return f"{_three(value / scale)} {prefix}"
    return _three(value)


def _three(value: float) -> str:
    """Three digits, and as many as stand before the point."""
    text = f"{value:.3g}" if abs(value) < 1000 else count(value)
    return text.replace("-", MINUS)


def amount(value: float) -> str:
    """So many bytes: ``14.5 kB``."""
    text = short(value)
    return f"{text}B" if text[-1].isalpha() else f"{text} B"


def size(shape: Sequence[int]) -> str:
    """Sizes of axes: ``16 x 32 x 32`` with a cross."""
    return "\N{MULTIPLICATION SIGN}".join(map(str, shape))


def words(name: str) -> str:
    """A figure's name as words: ``mean_squared_error`` with blanks."""
    return name.replace("_", " ")


_POINTS = (share, accuracy)


def _text(value: Value, write: Write | None) -> str:
    if value is None:
        return ""
    if write is not None:
        return write(value)
    return (
        count(value)
        if isinstance(value, int)
        else number(value)
        if isinstance(value, float)
        else value
    )


def _change(first: Value, value: Value, write: Write | None) -> str:
    numbers = [each for each in (first, value) if isinstance(each, int | float)]
    if len(numbers) < 2 or first == value:
        return ""
    before, after = numbers
    if write in _POINTS:
        return f"{100 * (after - before):+.2f} points".replace("-", MINUS)
    if not before:
        return ""
    if after >= 10 * before > 0:
        return f"{number(after / before)} times"
    return f"{after / before - 1:+.1%}".replace("-", MINUS).replace("%", " %")
