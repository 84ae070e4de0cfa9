"""`tabfab evaluate`: how right a program is on the test set, beside its float network."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Annotated

import numpy as np
import typer
from numpy.typing import NDArray

from ..compiler.data import load, referred_data
from ..compiler.program import Argmax, Node, Program
from ..compiler.program.class_scores import classes_of
from ..compiler.program.program_file import load_program
from ..compiler.store.errors import TabfabError
from ..compiler.store.files import atomic_file, check_picture
from ..sim.models import accuracy
from .console import print_json, print_table, progress, say
from .float_network import check_labels
from .options import DataDir, Download, Json, OptionalData, ProgramDir


def evaluate(
    program: ProgramDir,
    data: OptionalData = None,
    images: Annotated[
        int | None, typer.Option(min=1, show_default="all", help="Test on the first N images.")
    ] = None,
    confusion: Annotated[
        bool, typer.Option("--confusion", help="Print the confusion matrix too.")
    ] = False,
    plot: Annotated[
        Path | None, typer.Option(metavar="FILE.png", help="Draw the confusion matrix.")
    ] = None,
    data_dir: DataDir = None,
    download: Download = False,
    as_json: Json = False,
) -> accuracy.Evaluation:
    """Classify the test set with the golden model and with the float network.

    Without --data it takes the data set that the program was compiled with.

    Examples:
      tabfab evaluate program/
      tabfab evaluate program/ --data mnist --data-dir ~/mnist --confusion --plot confusion.png
    """
    if plot is not None:
        check_picture(plot)
    loaded = load_program(program)
    test = load(data_of(loaded, data, program), "test", data_dir, download)
    check_labels(_scores(loaded).shape, test, "tabfab evaluate")
    labels, pixels = test.labels[:images], test.images[:images]
    with progress("golden model") as advance:
        answers = accuracy.classify(loaded, pixels, advance)
    result = accuracy.compare(labels, answers, test.classes, _float_answers(program, pixels))
    if plot is not None:
        with atomic_file(plot) as temporary:
            accuracy.plot_confusion(result, temporary)
    if as_json:
        print_json({**dataclasses.asdict(result), "confusion": result.confusion.tolist()})
        return result
    say(f"golden model   {result.accuracy_program:8.2%} of {result.images} images right")
    if result.accuracy_float is not None and result.agreement is not None:
        say(f"float network  {result.accuracy_float:8.2%}")
        say(f"agreement      {result.agreement:8.2%}")
    if confusion:
        print_table(
            "images of each true class (row) by answer (column)",
            ["", *result.classes],
            [
                [name, *row]
                for name, row in zip(result.classes, result.confusion.tolist(), strict=True)
            ],
        )
    return result


def data_of(program: Program, data: str | None, directory: Path) -> str:
    """The data set to use: `data`, or the one that `program` in `directory` was compiled with."""
    if data:
        return data
    known = program.meta.get("data")
    if not isinstance(known, str):
        raise TabfabError("the program does not say what data it was compiled with; give --data")
    return referred_data(known, directory)


def _scores(program: Program) -> Node:
    """The node whose outputs are compared for the largest."""
    output = program.output
    return program[output.inputs[0]] if isinstance(output, Argmax) else output


def _float_answers(directory: Path, images: NDArray[np.uint8]) -> NDArray[np.int64] | None:
    """Classes by the float network that the program directory keeps, if it keeps one."""
    from ..compiler.frontend.kept import kept_graph
    from ..compiler.graph import float_graph

    graph = kept_graph(directory)
    if graph is None:
        return None
    with progress("float network") as advance:
        answers = float_graph.answers(graph, images, progress=advance).numpy()
    return classes_of(answers)
