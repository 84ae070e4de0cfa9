"""How good a program is: against the truth, and against the float network it came from."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ...compiler.program import Argmax, Node, Program
from ...compiler.store.batches import batches
from ...compiler.store.errors import TabfabError
from ...compiler.store.files import check_picture
from ...compiler.store.printable import html_table, printable
from ...compiler.store.progress import Progress, silent
from ...compiler.tasks import TASKS, Figures, Task
from ...compiler.tasks.classes import Classes
from . import golden


@dataclass(frozen=True, eq=False)
class Evaluation:
    """Figures of one test.

    Parameters
    ----------
    task: the name of what the answers mean (`tabfab.compiler.tasks.TASKS`).
    images: how many were tested.
    program: figures of the program against the truth, by name; none where the data set has no
        targets for the task.
    float_network: those of the float network; none without one either.
    between: those of the program against the float network, none without one.
    confusion: (classes, classes) int64, images of each true class (row) that the program put
        into each class (column); None where nothing is classified or the truth is not known.
    classes: names of the classes.
    """

    task: str
    images: int
    program: Figures
    float_network: Figures
    between: Figures
    confusion: NDArray[np.int64] | None
    classes: tuple[str, ...]

    @property
    def accuracy_program(self) -> float | None:
        """Share of the decisions that the program gets right; None for tasks of values."""
        return self.program.get("accuracy")

    @property
    def accuracy_float(self) -> float | None:
        """Share that the float network gets right; None for tasks of values, or without one."""
        return self.float_network.get("accuracy")

    @property
    def agreement(self) -> float | None:
        """Share that both decide alike; None for tasks of values, or without a float network."""
        return self.between.get("agreement")

    def _repr_html_(self) -> str:
        """A row for each figure, as notebooks show it."""
        names = dict.fromkeys((*self.program, *self.float_network))
        rows = [
            (name.replace("_", " "),
             *(f"{figures[name]:.4g}" if figures.get(name) is not None else None
               for figures in (self.float_network, self.program)))
            for name in names
        ]  # fmt: skip
        rows += [(f"{name}, between them", None, f"{value:.4g}")
                 for name, value in self.between.items() if value is not None]  # fmt: skip
        title = f"{self.task} of {self.images:,} images"
        return html_table(title, ["figure", "float network", "program"], rows)

    def as_json(self) -> dict[str, object]:
        """Every figure by its name: ``accuracy_program``, ``accuracy_float``, ``agreement``."""
        task = TASKS[self.task]
        names = {"accuracy": None} if "accuracy" in task.between else dict.fromkeys(task.between)
        figures: dict[str, float | None] = {}
        for name in dict.fromkeys((*names, *self.program, *self.float_network)):
            figures[f"{name}_program"] = self.program.get(name)
            figures[f"{name}_float"] = self.float_network.get(name)
        for name in task.between.values():
            figures[name] = self.between.get(name)
        return {
            "task": self.task,
            "images": self.images,
            **figures,
            "confusion": None if self.confusion is None else self.confusion.tolist(),
            "classes": list(self.classes),
        }


FloatAnswers = Callable[[golden.Images], NDArray[np.float32]]
"""(N, values) a float network's answers to images, channel-minor."""


def scores(program: Program) -> Node:
    """The node whose outputs mean something: the last but an `Argmax`."""
    output = program.output
    return program[output.inputs[0]] if isinstance(output, Argmax) else output


def real_answers(program: Program, answers: NDArray[np.int16]) -> NDArray[np.float32]:
    """(N, height, width, channels) the real numbers that a program's answers stand for.

    Parameters
    ----------
    program: its scales are read.
    answers: (N, values) as it gives them. Of a class number, where the program ends in an
        `Argmax`, nothing is known but that it is the largest: 1, and all others 0.
    """
    node = scores(program)
    channels, height, width = node.shape
    if isinstance(program.output, Argmax):
        return np.eye(channels, dtype=np.float32)[answers[:, 0]].reshape(-1, 1, 1, channels)
    values = answers.astype(np.float32).reshape(-1, height, width, channels)
    return values * node.steps.astype(np.float32)


def check_task(program: Program, task: Task) -> None:
    """Raise `TabfabError` unless the answers of `program` can mean what `task` says."""
    task.check(scores(program).shape)
    if isinstance(program.output, Argmax) and not isinstance(task, Classes):
        raise TabfabError(
            f"the program ends in the number of the class (--argmax), and --task {task.name} "
            f"takes {task.meaning}; compile it without --argmax"
        )


def evaluate(
    program: Program,
    images: golden.Images,
    task: Task,
    truth: NDArray[Any] | None = None,
    float_network: FloatAnswers | None = None,
    classes: tuple[str, ...] = (),
    progress: Progress = silent,
) -> Evaluation:
    """Figures of a program: against the truth, and against the float network it came from.

    Parameters
    ----------
    program: the network.
    images: (N, height, width, channels) uint8.
    task: what the answers mean.
    truth: of the images, as `task` has it (`Task.truth`); None if it is not known.
    float_network: answers of it; None without one.
    classes: names of the data set's classes.
    progress: told how many images are done.

    Raises
    ------
    TabfabError: the answers cannot mean that, there is neither a truth nor a float network, a
        class number is of no class, or the images are not what the program takes.
    """
    check_task(program, task)
    if truth is None and float_network is None:
        raise TabfabError(
            f"there is nothing to compare with: the data set has no targets for --task {task.name} "
            "(classes, values or maps), and the program does not keep its float network"
        )
    golden.check_images(program, images)
    output = scores(program).shape
    known = () if truth is None else classes
    right, float_right, alike = (task.tally(output, known) for _ in range(3))
    done = 0
    for some in batches(len(images)):
        part = images[some]
        decided = task.decide(real_answers(program, golden.logits(program, part)))
        if truth is not None:
            right.add(decided, truth[some])
        if float_network is not None:
            answers = float_network(part).reshape(-1, *output[1:], output[0])
            float_decided = task.decide(answers)
            alike.add(decided, float_decided)
            if truth is not None:
                float_right.add(float_decided, truth[some])
        done += len(part)
        progress(done, len(images), "")
    between = alike.figures()
    confusion = None if truth is None else right.confusion
    if confusion is not None:
        numbers = range(len(confusion))
        classes = tuple(classes[n] if n < len(classes) else str(n) for n in numbers)
    return Evaluation(
        task=task.name,
        images=len(images),
        program={} if truth is None else right.figures(),
        float_network={} if truth is None or float_network is None else float_right.figures(),
        between={}
        if float_network is None
        else {told: between[name] for name, told in task.between.items()},
        confusion=confusion,
        classes=classes,
    )


def check_confusion(evaluation: Evaluation) -> None:
    """Raise `TabfabError` where nothing was put into classes that are known."""
    if evaluation.confusion is None:
        why = (
            "the data set does not say the true ones"
            if "accuracy" in TASKS[evaluation.task].between
            else f"the answers of --task {evaluation.task} are none"
        )
        raise TabfabError(f"a confusion matrix is of classes, and {why}")


def plot_confusion(evaluation: Evaluation, path: Path) -> None:
    """Draw the confusion matrix into the image file `path`; its suffix is the format.

    Raises
    ------
    TabfabError: the suffix is of no picture (`check_picture`), or there is no such matrix.
    """
    check_picture(path)
    from matplotlib import rc_context
    from matplotlib.figure import Figure
    from sklearn.metrics import ConfusionMatrixDisplay

    check_confusion(evaluation)
    size = 2.5 + 0.45 * len(evaluation.classes)
    figure = Figure(figsize=(size, size), layout="constrained")
    names = [printable(name) for name in evaluation.classes]
    with rc_context({"text.parse_math": False}):  # names may hold dollar signs
        axes = figure.subplots()
        display = ConfusionMatrixDisplay(evaluation.confusion, display_labels=names)
        display.plot(ax=axes, cmap="Blues", colorbar=False, xticks_rotation=45)
        axes.set_title(f"{evaluation.accuracy_program:.2%} of {evaluation.images} images right")
        figure.savefig(path)
