"""`tabfab prove`: formal proofs of the hardware's components."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ..compiler.store.errors import TabfabError
from ..compiler.store.files import check_file
from .console import print_json, print_table, progress, say
from .options import Json

if TYPE_CHECKING:
    from ..sim.proofs.report import ProofReport


def prove(
    components: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[COMPONENT]...", help="Names of components, Queue say; all of them if none."
        ),
    ] = None,
    output: Annotated[
        Path,
        typer.Option(
            "--output", "-o", metavar="DIR", help="Where report.json and counterexamples go."
        ),
    ] = Path("proofs"),
    short: Annotated[
        bool, typer.Option("--short", help="Only the few proofs that take a second or two each.")
    ] = False,
    jobs: Annotated[
        int | None,
        typer.Option(min=1, show_default="as many as there are cores", help="Proofs at a time."),
    ] = None,
    document: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE.md", help="Write the results of all proofs into this page's table too."
        ),
    ] = None,
    as_json: Json = False,
) -> ProofReport:
    """Prove that each component does what it promises, for every input and every stall.

    SymbiYosys looks for inputs that break a promise. Where it shows that there are none, however
    long the hardware runs, the promise is proven; a bounded check says so for the first clocks
    after reset. A counterexample ends it with status 1 and leaves its waveform.

    Examples:
      tabfab prove --short
      tabfab prove Queue LineBuffer -o proofs/
      tabfab prove --document docs/proofs.md

    Next: a property that fails has its waveform in the directory of -o; docs/proofs.md says what is
    proven of what.
    """
    from ..compiler.workers.needs import worker_count
    from ..sim.proofs.catalog import select
    from ..sim.proofs.document import renew
    from ..sim.proofs.report import run_proofs

    proofs = select(components or (), short)
    if document is not None:
        check_file(document)
        if components or short:
            raise TabfabError(
                "--document replaces the page's whole table, and with names of components or "
                "--short not all of it is proven; leave these out, or --document"
            )
    with progress("proving") as advance:
        report = run_proofs(proofs, output, worker_count(asked=jobs), advance)
    if document is not None:
        renew(document, report)
    if as_json:
        print_json(dataclasses.asdict(report))
    else:
        _print_report(report)
    _refuse_failures(report)
    return report


def _print_report(report: ProofReport) -> None:
    print_table(
        "formal proofs",
        ["component", "with", "properties", "method", "verdict", "seconds"],
        [
            [
                outcome.component,
                outcome.parameters,
                len(outcome.properties),
                outcome.method,
                outcome.verdict,
                f"{outcome.seconds:.1f}",
            ]
            for outcome in report.outcomes
        ],
        left=2,
    )
    proven = sum(len(outcome.properties) for outcome in report.outcomes if outcome.holds)
    say(f"{proven} properties hold, {report.seconds:,.0f} s on {report.machine}")


def _refuse_failures(report: ProofReport) -> None:
    for outcome in report.failures:
        if outcome.verdict == "disproven":
            raise TabfabError(
                f"{outcome.component} ({outcome.parameters}) breaks its promise "
                f"{outcome.failed!r}; {outcome.trace} shows how"
            )
    if report.failures:
        names = ", ".join(f"{each.component} ({each.parameters})" for each in report.failures)
        raise TabfabError(
            f"the solver came to no result on {names}; take smaller parameters or more time"
        )
