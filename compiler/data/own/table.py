"""A CSV of features, a line for each of what a network takes, and a column of targets."""

from __future__ import annotations

import csv
import io
import re
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ...store.errors import reason, shown
from ...tasks import Targets
from .. import files
from ..image_set import DataError, ImageSet, Span, Split, as_targets, numbered
from .named import NamedData
from .pixels import range_of, scaled
from .splits import split_rows

_DELIMITERS = (",", ";", "\t")
_WHOLE = re.compile(r"\s*[+-]?\d+\s*")
_EACH = "columns"
"""The range that says: each column's own."""


def read(data: NamedData, split: Split, whole: bool = False) -> ImageSet:
    """One split of the lines of a CSV, as images of one pixel with a channel for each feature.

    The first line may name the columns. The last column is the target, or the one that the
    setting ``target`` names or numbers from 0; with ``target=none`` all are features. Targets that
    are whole numbers are classes, other numbers values, texts the names of classes.

    Parameters
    ----------
    data: the file; settings ``range`` and ``target``. A range ``LOW..HIGH`` is for all features;
        ``columns`` takes each one's smallest and largest number among the training lines.
    split: which part; a fifth is set aside for testing.
    whole: set none aside.

    Raises
    ------
    DataError: it is not there, a line has another number of columns than the first, a feature is no
        number, or no range is said.
    """
    data.check_settings("range", "target")
    header, lines = _lines(data.path)
    column = _column(data, header, lines.shape[1])
    features = _numbers(data.path, header, lines, column)
    targets, classes = _targets(data.path, None if column is None else lines[:, column])
    span = _span(data, features, whole)
    pixels = scaled(data, features[:, None, None, :], span)
    images = ImageSet(pixels, targets, classes, data.text, span)
    return images if whole else images.of(split_rows(data.path, len(images), split))


def _lines(path: Path) -> tuple[list[str] | None, NDArray[np.str_]]:
    """Names of the columns, if there are some, and (lines, columns) of text."""
    if not path.is_file():
        raise DataError(f"there is no data set file {path}")
    try:
        text = files.read(path).decode("utf-8-sig")
        first = text.partition("\n")[0]
        delimiter = max(_DELIMITERS, key=first.count)
        rows = [row for row in csv.reader(io.StringIO(text), delimiter=delimiter) if row]
    except (UnicodeDecodeError, csv.Error) as error:
        raise DataError(
            f"{path} cannot be read as a CSV ({reason(error)}): save it as text in UTF-8, with "
            "commas, semicolons or tabs between columns"
        ) from error
    if not rows:
        raise DataError(f"{path} holds no lines: give it at least one")
    uneven = next((n for n, row in enumerate(rows) if len(row) != len(rows[0])), None)
    if uneven is not None:
        raise DataError(
            f"line {uneven + 1} of {path} has {len(rows[uneven])} columns, and the first has "
            f"{len(rows[0])}: give all the same"
        )
    header = None if any(_is_number(cell) for cell in rows[0]) else rows.pop(0)
    if not rows:
        raise DataError(f"{path} holds names of columns and no lines: give it at least one")
    return header, np.array(rows, dtype=np.str_)


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


def _column(data: NamedData, header: list[str] | None, count: int) -> int | None:
    """Number of the column of targets; None where there is none."""
    said = data.settings.get("target")
    if said == "none":
        return None
    if said is None:
        column = count - 1
    elif header is not None and said in header:
        column = header.index(said)
    elif said.isascii() and said.isdigit() and int(said) < count:
        column = int(said)
    else:
        listed = ", ".join(header) if header else f"numbers 0 to {count - 1}"
        raise DataError(
            f"{data.path} has no column {shown(said)}: it has {shown(listed)}; name one of them, "
            "or target=none"
        )
    if count < 2:
        raise DataError(
            f"{data.path} has one column, the target, and no features: say target=none if it is one"
        )
    return column


def _numbers(
    path: Path, header: list[str] | None, lines: NDArray[np.str_], target: int | None
) -> NDArray[np.float64]:
    """(lines, features) of every column but the target."""
    columns = [column for column in range(lines.shape[1]) if column != target]
    cells = lines[:, columns]
    try:
        return cells.astype(np.float64)
    except ValueError:
        line, place = next(
            (line, place) for (line, place), cell in np.ndenumerate(cells) if not _is_number(cell)
        )
    column = columns[place]
    name = shown(header[column]) if header else str(column)
    raise DataError(
        f"line {line + 1 + bool(header)} of {path} has {shown(str(cells[line, place]))} in column "
        f"{name} instead of a number: mend it, take it out, or name another target"
    )


def _targets(path: Path, cells: NDArray[np.str_] | None) -> tuple[Targets | None, tuple[str, ...]]:
    """What is known of each line, and the names of classes."""
    if cells is None:
        return None, ()
    if all(map(_WHOLE.fullmatch, cells)):
        try:
            numbers = as_targets(str(path), cells.astype(np.int64))
        except OverflowError as error:
            raise DataError(
                f"{path} has a target beyond 64 bits: write values to be met with a point, 1.0"
            ) from error
        return numbers, numbered(numbers)
    if all(map(_is_number, cells)):
        values: NDArray[Any] = cells.astype(np.float64)
        return as_targets(str(path), values), ()
    names, targets = np.unique(cells, return_inverse=True)
    return as_targets(str(path), targets), tuple(str(name) for name in names)


def _span(data: NamedData, features: NDArray[np.float64], whole: bool) -> Span:
    """What the smallest and largest pixel stand for."""
    if not np.isfinite(features).all():
        raise DataError(
            f"{data.path} holds {int((~np.isfinite(features)).sum())} features that are NaN or "
            "infinite: mend or leave out these lines"
        )
    if data.settings.get("range") == _EACH:
        if whole:
            raise DataError(
                f"{data.text}: with --test-data the columns of both files must mean the same; say "
                "range=LOW..HIGH"
            )
        train = features[split_rows(data.path, len(features), "train")]
        low, high = train.min(axis=0), train.max(axis=0)
        high = np.where(high > low, high, low + 1)
        return Span(tuple(map(float, low)), tuple(map(float, high)))
    span = range_of(data)
    if span is None:
        low, high = float(features.min()), float(features.max())
        raise DataError(
            f"the features of {data.path} reach from {low:g} to {high:g}: say which range their "
            f"256 steps shall span, {data.path}:range={low:.4g}..{high:.4g}, or range={_EACH} for "
            "each column's own"
        )
    return span
