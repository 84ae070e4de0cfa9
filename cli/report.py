"""`tabfab report`: what programs and builds have become, as one page to look at."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ..compiler.store.files import check_file
from . import completion
from .console import progress, say
from .options import DataDir, Download, OptionalData, TestData

if TYPE_CHECKING:
    from .reports.subject import Subject


def report(
    directories: Annotated[
        list[Path],
        typer.Argument(
            metavar="DIR...",
            help="Programs, builds, trials of a sweep (SWEEP/trials/NAME), or directories that "
            "hold programs and builds, as that of 'tabfab demo' does.",
            show_default=False,
        ),
    ],
    output: Annotated[
        Path, typer.Option("--output", "-o", metavar="FILE.html", help="The page to write.")
    ] = Path("report.html"),
    device: Annotated[
        str | None,
        typer.Option(
            autocompletion=completion.devices,
            help="Device to hold builds against that were planned for none: ecp5-25k, ...; an "
            "unknown name lists them all.",
        ),
    ] = None,
    data: OptionalData = None,
    test_data: TestData = None,
    data_dir: DataDir = None,
    download: Download = False,
) -> Path:
    """Write one HTML page that shows all that is known of programs and builds.

    Network and cost of every layer are in each program; 'tabfab evaluate', 'simulate' and 'synth'
    (with --pnr) leave their results beside what they measured, and the page shows those that are
    there: accuracy, plan, timeline, queues, streams, cells, slack. Several directories are shown
    side by side, with what differs from the first one marked. With --data or --test-data, programs
    that keep no evaluation on these images are evaluated first. The page needs no network and no
    other file.

    Examples:
      tabfab report build/
      tabfab report program/ build/ -o report.html
      tabfab report program-a/ program-b/ --data digits
      tabfab report build/ --device ecp5-25k

    Next: open it in a browser, or print it from there.
    """
    from .reports.page import write_page
    from .reports.subject import load_subjects

    check_file(output)
    with progress("reading") as advance:
        subjects = load_subjects(directories, device, advance)
    if data is not None or test_data is not None:
        subjects = [_evaluated(each, data, test_data, data_dir, download) for each in subjects]
    with progress("writing") as advance:
        sections = write_page(subjects, output, advance)
    shown = f"{len(subjects)} side by side" if len(subjects) > 1 else str(subjects[0].directory)
    say(f"{output}: written, {len(sections)} sections on {shown}; open it in a browser")
    return output


def _evaluated(
    subject: Subject,
    data: str | None,
    test_data: str | None,
    data_dir: Path | None,
    download: bool,
) -> Subject:
    """With an evaluation on these images, which its program keeps as that of the verb."""
    from ..compiler.frontend.model_file import kept_graph
    from .data_sets import check_span, load_test
    from .evaluate import data_of, evaluate_program
    from .reports.kept import evaluation_of, keep_evaluation

    program, place = subject.program, subject.program_directory
    name = test_data or data_of(program, data, place)
    if subject.evaluation is not None and subject.evaluation.data == name:
        return subject
    test = load_test(name, test_data, data_dir, download).fitted(program.input.shape)
    check_span(program, test)
    graph = kept_graph(place)
    kept = evaluation_of(place, name, evaluate_program(program, graph, test))
    keep_evaluation(kept, place)
    return replace(subject, evaluation=kept)
