"""What trials are judged by: their figures, which way is better, and conditions on them."""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from ...compiler.store.errors import TabfabError
from .verb_options import near

Figures = Mapping[str, float | None]
"""Of a trial, by name; None where a figure has no value, as a correlation with a constant."""

OF_PROGRAMS = ("operations", "multiplications", "comparisons", "additions", "shifts", "bytes")
"""What is counted of a program for one image; ``bytes`` are those of tables and weights."""
OF_CELLS = ("luts", "flip-flops", "block-rams", "multipliers")
"""What a plan for a device takes; where a sweep synthesizes, the cells that Yosys counts."""
OF_PLANS = (*OF_CELLS, "clocks", "fps", "latency-ms")
"""What a plan takes and how fast it is."""
OF_PLACEMENTS = ("mhz",)
"""What place and route comes to; ``fps`` and ``latency-ms`` are then at that clock."""

_LARGER_IS_BETTER = ("fps", "mhz")
_SMALLER_IS_BETTER = ("error",)
"""In the names of a task's figures, all others of which are better if they are larger."""


def is_maximized(figure: str) -> bool:
    """Whether a figure is better if it is larger."""
    if figure in (*OF_PROGRAMS, *OF_PLANS, *OF_PLACEMENTS):
        return figure in _LARGER_IS_BETTER
    return not any(word in figure for word in _SMALLER_IS_BETTER)


def figure_name(field: str) -> str:
    """How a sweep calls a figure of a task: ``mean-squared-error``."""
    return field.replace("_", "-")


def find_figure(name: str, figures: Iterable[str], what: str) -> str:
    """`name`, if there is such a figure.

    Parameters
    ----------
    name: as the user has it.
    figures: that there are.
    what: takes it, to begin a message with.

    Raises
    ------
    TabfabError: there is no such figure, and the message says which may be meant.
    """
    known = list(figures)
    if name not in known:
        hint = near(name, known) or f"; there are {', '.join(known)}"
        tables = {
            **dict.fromkeys(OF_PLANS, "[plan] table"),
            **dict.fromkeys(OF_CELLS, "[plan] table with a device"),
            **dict.fromkeys(OF_PLACEMENTS, "[synth] table with pnr = true"),
        }
        if name in tables:
            hint = f"; that takes a {tables[name]}"
        raise TabfabError(f"{what}: there is no figure {name!r}{hint}")
    return name


# -------------------------------------------------------------------------------- conditions

_COMPARE: dict[str, Callable[[float, float], bool]] = {
    ">=": operator.ge,
    "<=": operator.le,
    ">": operator.gt,
    "<": operator.lt,
}
_CONDITION = re.compile(r"\s*([^<>=\s]+)\s*(<=|>=|<|>|=)\s*(.+?)\s*")


@dataclass(frozen=True)
class Condition:
    """Something that a trial must be.

    Parameters
    ----------
    name: of a figure; before ``=``, of a setting.
    relation: ``<=``, ``>=``, ``<``, ``>`` or ``=``.
    value: as it was written.
    """

    name: str
    relation: str
    value: str

    def __str__(self) -> str:
        return f"{self.name}{self.relation}{self.value}"

    @property
    def limit(self) -> float:
        """The number that a figure is compared with."""
        return float(self.value)

    def holds(self, figures: Figures) -> bool:
        """Whether a trial's figures meet it."""
        figure = figures.get(self.name)
        return figure is not None and _COMPARE[self.relation](figure, self.limit)

    def excess(self, figures: Figures) -> float:
        """How far the figures are from meeting it; 0 or less where they do, as Optuna has it."""
        figure = figures.get(self.name)
        if figure is None:
            return float("inf")
        over = figure - self.limit
        return over if self.relation in ("<=", "<") else -over


def parse_condition(text: str, what: str, settings: bool = False) -> Condition:
    """The condition that `text` states, ``accuracy>=0.98``.

    Parameters
    ----------
    text: one condition.
    what: it is for, to begin a message with.
    settings: also take ``SETTING=VALUE``.

    Raises
    ------
    TabfabError: it states none.
    """
    found = _CONDITION.fullmatch(text)
    form = "FIGURE>=NUMBER or FIGURE<=NUMBER" + (" or SETTING=VALUE" if settings else "")
    if found is None or (found[2] == "=" and not settings):
        raise TabfabError(f"{what} takes {form}, such as accuracy>=0.98, not {text!r}")
    condition = Condition(found[1], found[2], found[3])
    if condition.relation != "=":
        try:
            condition.limit  # noqa: B018, it is only tried
        except ValueError:
            raise TabfabError(f"{what}: {condition.value!r} in {text!r} is no number") from None
    return condition
