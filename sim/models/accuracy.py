"""How right a program is: against labels, and against the float network it came from."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ...compiler.program import Argmax, Program
from ...compiler.program.class_scores import classes_of
from ...compiler.store.errors import TabfabError
from ...compiler.store.files import check_picture
from ...compiler.store.printable import printable
from ...compiler.store.progress import Progress, silent
from . import golden

Labels = NDArray[np.int64]
"""(N,) class numbers."""


@dataclass(frozen=True, eq=False)
class Evaluation:
    """Figures of one test.

    Parameters
    ----------
    images: how many were tested.
    accuracy_program: share of them that the program gets right.
    accuracy_float: share that the float network gets right; None without one.
    agreement: share that both put into the same class; None without a float network.
    confusion: (classes, classes) int64, images of each true class (row) that the program put
        into each class (column).
    classes: names of the classes.
    """

    images: int
    accuracy_program: float
    accuracy_float: float | None
    agreement: float | None
    confusion: NDArray[np.int64]
    classes: tuple[str, ...]


def classify(
    program: Program,
    images: golden.Images,
    progress: Progress = silent,
) -> Labels:
    """(N,) the class that `program` puts each image into, the lowest number on a tie.

    Parameters
    ----------
    program: it ends in one value per class, in one whose sign tells two classes apart, or in an
        `Argmax`.
    images: (N, height, width, channels) uint8.
    progress: told how many images are done.
    """
    answers = golden.logits(program, images, progress)
    if isinstance(program.output, Argmax):
        return answers[:, 0].astype(np.int64)
    return classes_of(answers)


def compare(
    labels: Labels,
    program: Labels,
    classes: tuple[str, ...],
    float_network: Labels | None = None,
) -> Evaluation:
    """Count what was right.

    Parameters
    ----------
    labels: (N,) the truth.
    program: (N,) what the program said (`classify`).
    classes: names of the classes.
    float_network: (N,) what the float network said.

    Raises
    ------
    TabfabError: a label or an answer has no class.
    """
    from sklearn.metrics import confusion_matrix

    known = len(classes)
    highest = int(max(labels.max(), program.max()))
    if highest >= known:
        raise TabfabError(
            f"class number {highest} occurs, but the data set has {known} classes; "
            "give the data set that the network was trained on"
        )
    return Evaluation(
        images=len(labels),
        accuracy_program=float((program == labels).mean()),
        accuracy_float=None if float_network is None else float((float_network == labels).mean()),
        agreement=None if float_network is None else float((float_network == program).mean()),
        confusion=confusion_matrix(labels, program, labels=np.arange(known)),
        classes=classes,
    )


def plot_confusion(evaluation: Evaluation, path: Path) -> None:
    """Draw the confusion matrix into the image file `path`; its suffix is the format.

    Raises
    ------
    TabfabError: the suffix is of no picture (`check_picture`).
    """
    from matplotlib import rc_context
    from matplotlib.figure import Figure
    from sklearn.metrics import ConfusionMatrixDisplay

    check_picture(path)
    size = 2.5 + 0.45 * len(evaluation.classes)
    figure = Figure(figsize=(size, size), layout="constrained")
    names = [printable(name) for name in evaluation.classes]
    with rc_context({"text.parse_math": False}):  # names may hold dollar signs
        axes = figure.subplots()
        display = ConfusionMatrixDisplay(evaluation.confusion, display_labels=names)
        display.plot(ax=axes, cmap="Blues", colorbar=False, xticks_rotation=45)
        axes.set_title(f"{evaluation.accuracy_program:.2%} of {evaluation.images} images right")
        figure.savefig(path)
