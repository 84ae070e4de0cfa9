"""The page of proofs: its table is made from a report."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from ...compiler.store.errors import TabfabError
from ...compiler.store.files import atomic_file
from .proof import Outcome
from .report import ProofReport

BEGIN = "<!-- table: tabfab prove --document -->"
END = "<!-- end of the table -->"


def renew(page: Path, report: ProofReport) -> None:
    """Replace the table between the page's two marks.

    Raises
    ------
    TabfabError: the page cannot be read or lacks the marks.
    """
    if not page.is_file():
        raise TabfabError(f"{page} is not there; name the page whose table to renew")
    text = page.read_text()
    before, begin, rest = text.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        raise TabfabError(f"{page} lacks the lines {BEGIN!r} and {END!r}, which hold the table")
    with atomic_file(page) as file:
        file.write_text(f"{before}{BEGIN}\n\n{table(report)}\n{END}{after}")


def table(report: ProofReport) -> str:
    """A report in Markdown: the proofs, then what is proven of each component."""
    proven = sum(len(outcome.properties) for outcome in report.outcomes if outcome.holds)
    lines = [
        f"{len(report.outcomes)} proofs of {proven} properties, {report.seconds:,.0f} s in all; "
        f"{report.machine}.",
        "",
        *_rows(
            ("component", "with", "method", "verdict", "seconds"),
            (
                (each.component, each.parameters, each.method, each.verdict, f"{each.seconds:.1f}")
                for each in report.outcomes
            ),
        ),
        "",
        "What is proven of each:",
        "",
        *_rows(("component", "properties"), _properties(report.outcomes)),
        "",
    ]
    return "\n".join(lines)


def _properties(outcomes: Iterable[Outcome]) -> Iterable[tuple[str, str]]:
    """Each component's properties, those of its proofs together."""
    found: dict[str, dict[str, None]] = {}
    for outcome in outcomes:
        found.setdefault(outcome.component, {}).update(dict.fromkeys(outcome.properties))
    return ((component, "; ".join(names)) for component, names in found.items())


def _rows(heading: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> list[str]:
    return [f"| {' | '.join(row)} |" for row in (heading, ("---",) * len(heading), *rows)]
