"""Section: a part of a report, and what it needs to be there."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from .subject import Subject

View = Callable[[Sequence[Subject]], Mapping[str, Any] | None]
"""What a section's template is given of the subjects; None where there is nothing to show."""

MOST_OPEN = 40
"""Rows of a long table up to which it is not folded up, where one subject is alone."""


@dataclass(frozen=True)
class Section:
    """One section.

    Parameters
    ----------
    name: of its template, ``sections/NAME.html.jinja``, and its anchor in the page.
    title: above it.
    about: what it shows, in a sentence or two below the title.
    made_by: the command that leaves what it shows, where that is not in every report.
    view: of the subjects.
    """

    name: str
    title: str
    about: str
    view: View
    made_by: str = ""
