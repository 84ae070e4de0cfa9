"""How good the program is, beside its float network, and what it takes for what."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from ..figures import accuracy, count, known, number, of, row, words
from ..kept import KeptEvaluation
from ..section import Section
from ..subject import Subject

_SHARES = ("accuracy", "agreement")
"""Figures that are shares of all decisions."""
_MOST_TEXTS = 30
"""Classes up to which the numbers of a confusion matrix can be read."""

_LONGEST_ACROSS = 4
"""Letters of a class's name up to which it stands upright above its column."""


def _view(subjects: Sequence[Subject]) -> Mapping[str, Any] | None:
    kept = [each.evaluation for each in subjects]
    if not any(kept):
        return None
    figures = [_figures(each) for each in kept]
    rows = [
        row("test images of", of(kept, lambda each: Path(each.data).name)),
        row("how many", of(kept, lambda each: each.images), count),
        *(
            row(name, [each.get(name) for each in figures],
                accuracy if any(word in name for word in _SHARES) else number)
            for name in dict.fromkeys(name for each in figures for name in each)
        ),
    ]  # fmt: skip
    shared: dict[tuple[Any, ...], list[Subject]] = {}  # builds of one program have the same
    for subject in subjects:
        each = subject.evaluation
        if each is not None and each.confusion is not None:
            shared.setdefault((each.classes, each.confusion), []).append(subject)
    matrices = [
        {"subjects": of_it, "matrix": _matrix(classes, confusion)}
        for (classes, confusion), of_it in shared.items()
    ]
    return {"rows": known(rows), "matrices": matrices}


def _figures(kept: KeptEvaluation | None) -> dict[str, float | None]:
    if kept is None:
        return {}
    return {
        **{f"{words(name)}, program": value for name, value in kept.figures.items()},
        **{f"{words(name)}, float network": value for name, value in kept.float_figures.items()},
        **{f"{words(name)}, both compared": value for name, value in kept.between.items()},
    }


def _matrix(classes: Sequence[str], confusion: Sequence[Sequence[int]]) -> dict[str, Any]:
    """Rows of cells: how many, and the share of the row's images."""
    sums = [max(sum(counts), 1) for counts in confusion]
    return {
        "classes": classes,
        "texts": len(classes) <= _MOST_TEXTS,
        "tall": max(map(len, classes), default=0) > _LONGEST_ACROSS,
        "rows": [
            (name, [(value, 100 * value / total) for value in counts], 100 * counts[n] / total)
            for n, (name, counts, total) in enumerate(zip(classes, confusion, sums, strict=True))
        ],
    }


ACCURACY = Section(
    "accuracy",
    "Accuracy",
    "The golden model, which the hardware equals bit for bit, on test images; and the float "
    "network that the program was made from.",
    _view,
    "tabfab evaluate PROGRAM",
)
