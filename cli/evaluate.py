"""`tabfab evaluate`: how good a program is on the test set, beside its float network."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ..compiler.data import ImageSet, referred_data
from ..compiler.program import Program
from ..compiler.program.cost import program_cost
from ..compiler.program.program_file import load_program
from ..compiler.store.errors import TabfabError
from ..compiler.store.files import atomic_file, check_picture
from ..compiler.tasks import Choice, Figures, Task, choose_task
from ..sim.models import accuracy
from .console import Bar, print_json, print_table, progress, say
from .data_sets import check_span, load_test, noted_test_data
from .float_network import noted_task, truth_of
from .options import DataDir, Download, Json, OptionalData, ProgramDir, TaskName, TestData
from .reports.kept import evaluation_of, keep_evaluation

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from ..compiler.graph import Graph

_NAMES = {"r2": "R²"}
"""Of figures, where they are not those in JSON with blanks for underscores."""


def evaluate(
    program: ProgramDir,
    data: OptionalData = None,
    task: TaskName = None,
    images: Annotated[
        int | None, typer.Option(min=1, show_default="all", help="Test on the first N images.")
    ] = None,
    confusion: Annotated[
        bool, typer.Option("--confusion", help="Print the confusion matrix too.")
    ] = False,
    plot: Annotated[
        Path | None, typer.Option(metavar="FILE.png", help="Draw the confusion matrix.")
    ] = None,
    test_data: TestData = None,
    data_dir: DataDir = None,
    download: Download = False,
    as_json: Json = False,
) -> accuracy.Evaluation:
    """Run the golden model and the float network on the test set, and compare.

    What is compared follows from what the answers mean: classes, values, pixels (--task). Where
    the data set does not say what is right, the program is compared with its float network alone.
    Without --data or --test-data it takes the images that the program was compiled to be tested on.
    The result is also kept in the program, as evaluation.json, for 'tabfab report'.

    Examples:
      tabfab evaluate program/
      tabfab evaluate program/ --data mnist --data-dir ~/mnist --confusion --plot confusion.png
      tabfab evaluate program/ --data angles.npz --task regression --json

    Next: 'tabfab plan program/' says what it takes of a device; where too little is right, 'tabfab
    compile --subspace-length 2 --tree-levels 6' keeps more.
    """
    from ..compiler.frontend.model_file import kept_graph

    if plot is not None:
        check_picture(plot)
    loaded = load_program(program)
    if data is None and test_data is None:
        test_data = noted_test_data(loaded, program)
    name = test_data or data_of(loaded, data, program)
    test = load_test(name, test_data, data_dir, download).fitted(loaded.input.shape)
    check_span(loaded, test)
    graph = kept_graph(program)
    result = evaluate_program(loaded, graph, test.first(images), task, quiet=as_json)
    keep_evaluation(evaluation_of(program, name, result), program)
    if confusion or plot is not None:
        accuracy.check_confusion(result)
    if plot is not None:
        with atomic_file(plot) as temporary:
            accuracy.plot_confusion(result, temporary)
    if as_json:
        print_json({**result.as_json(), "operations": program_cost(loaded).counts})
        return result
    print_figures(result)
    counts = program_cost(loaded).counts.items()
    say("for an image   " + ", ".join(f"{count:,} {kind}" for kind, count in counts))
    if confusion and result.confusion is not None:
        print_table(
            "true class (row) by answer (column)",
            ["", *result.classes],
            [
                [name, *row]
                for name, row in zip(result.classes, result.confusion.tolist(), strict=True)
            ],
        )
    return result


def evaluate_program(
    program: Program,
    graph: Graph | None,
    test: ImageSet,
    task: str | None = None,
    quiet: bool = False,
    bar: Bar = progress,
) -> accuracy.Evaluation:
    """Figures of a program and of its float network.

    Parameters
    ----------
    program: the integers.
    graph: the float network; None if it was not kept.
    test: images.
    task: the name of what the answers mean, if the user says so.
    quiet: say nothing of what that was found to be.
    bar: shows how far it is.
    """
    from ..compiler.graph import float_graph

    choice, truth = meaning_of(program, test, task)
    if not quiet:
        for note in (choice.sentence, "" if truth is not None else _without(choice.task, test)):
            if note:
                say(f"note: {note}")

    def float_answers(images: NDArray[np.uint8]) -> NDArray[np.float32]:
        assert graph is not None
        answers: NDArray[np.float32] = float_graph.answers(graph, images).numpy()
        return answers

    with bar("golden model and float network" if graph else "golden model") as advance:
        return accuracy.evaluate(
            program,
            test.images,
            choice.task,
            truth,
            float_answers if graph else None,
            test.classes,
            advance,
        )


def meaning_of(
    program: Program, images: ImageSet, asked: str | None
) -> tuple[Choice, NDArray[Any] | None]:
    """What a program's answers to `images` mean, and what they should be, if that is known.

    Parameters
    ----------
    program: that answers.
    images: with their targets, if they have some.
    asked: the name of the task, if the user says so.

    Raises
    ------
    TabfabError: the program cannot have that task, or there is none of that name.
    """
    noted, ending = noted_task(program)
    output = accuracy.scores(program).shape
    choice = choose_task(output, program.input.shape, images.targets, asked or noted, ending)
    accuracy.check_task(program, choice.task)
    return choice, truth_of(choice.task, images, output)


def _without(task: Task, test: ImageSet) -> str:
    """What is said of a data set that does not know what is right."""
    return (
        f"{test.name} has no targets for {task.meaning} (--task {task.name}), so the program is "
        "compared with its float network alone"
    )


def print_figures(result: accuracy.Evaluation) -> None:
    """Print a line for the program, for the float network, and for both against each other."""
    if result.accuracy_program is not None:
        pixels = "the pixels of " if result.task == "segmentation" else ""
        of = f"of {pixels}{result.images} images right"
        rest = listed({k: v for k, v in result.program.items() if k != "accuracy"})
        say(f"golden model   {result.accuracy_program:8.2%} {of}{rest and ', ' + rest}")
    elif result.program:
        say(f"golden model   {listed(result.program)}")
    if result.accuracy_float is not None:
        say(f"float network  {result.accuracy_float:8.2%}")
    elif result.float_network:
        say(f"float network  {listed(result.float_network)}")
    if result.agreement is not None:
        say(f"agreement      {result.agreement:8.2%}")
    elif result.between:
        say(f"both compared  {listed(result.between)}")


def listed(figures: Figures) -> str:
    """Figures in words: ``mean squared error 0.0123, R² 0.991``."""
    return ", ".join(
        f"{_name(name)} {'undefined' if value is None else format(value, '.4g')}"
        for name, value in figures.items()
    )


def _name(figure: str) -> str:
    plain = figure.removesuffix("_between")
    return _NAMES.get(plain, plain.replace("_", " "))


def data_of(program: Program, data: str | None, directory: Path) -> str:
    """The data set to use: `data`, or the one that `program` in `directory` was compiled with."""
    if data:
        return data
    known = program.meta.get("data")
    if not isinstance(known, str):
        raise TabfabError("the program does not say what data it was compiled with; give --data")
    return referred_data(known, directory)
