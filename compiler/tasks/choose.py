"""Which task a network has, where nobody says: by its output's shape and the data's targets."""

from __future__ import annotations

from dataclasses import dataclass

from ..program import Shape
from .catalog import find_task
from .task import Targets, Task, as_whole, is_map, shown_map


@dataclass(frozen=True)
class Choice:
    """A task and what spoke for it.

    Parameters
    ----------
    task: what the answers mean.
    why: in words, to be said aloud; empty where the task was asked for.
    """

    task: Task
    why: str = ""

    @property
    def sentence(self) -> str:
        """What is said aloud; empty where there is nothing to say."""
        if not self.why:
            return ""
        return (
            f"answers are taken as {self.task.meaning} ({self.why}); if they mean something else, "
            "say so with --task"
        )


def choose_task(
    output: Shape,
    image: Shape,
    targets: Targets | None,
    asked: str | None = None,
    ending: str = "",
) -> Choice:
    """The task that was asked for, or the one that output and targets speak for.

    Parameters
    ----------
    output: shape of the network's output.
    image: shape of its input.
    targets: what the data set says of its images, if anything.
    asked: the task's name, or None.
    ending: what the network ended in (`Task.ending`).

    Raises
    ------
    TabfabError: there is no such task, or the output cannot be meant so.
    """
    name, why = (asked, "") if asked is not None else _told(output, image, targets)
    task = find_task(name, ending)
    task.check(output)
    return Choice(task, why)


def task_without_targets(output: Shape) -> Task:
    """The task of a network whose answers are all that is known of it."""
    return choose_task(output, output, None).task


def _told(output: Shape, image: Shape, targets: Targets | None) -> tuple[str, str]:
    return _told_of_map(output, image, targets) if is_map(output) else _told_of_row(output, targets)


def _told_of_row(output: Shape, targets: Targets | None) -> tuple[str, str]:
    """Of a network that answers with some numbers for an image."""
    if targets is None:
        if output[0] == 1:
            return "regression", "the network has one output, and the data no targets"
        return "classes", f"the network has {output[0]} outputs, and the data no targets"
    whole = as_whole(targets)
    if output[0] == 1:
        if whole is None or (targets.dtype.kind == "f" and whole.max(initial=0) > 1):
            return "regression", "the network has one output, and the targets are real numbers"
        return "binary", "the network has one output, and the labels are whole numbers"
    if targets.ndim == 1 and whole is not None:
        return "classes", ""
    if whole is None or targets.ndim > 2 or whole.max(initial=0) > 1:
        return "regression", "the targets are real numbers"
    if (whole.sum(axis=1) == 1).all():
        return "classes", "the targets are rows with a single 1"
    return "binary", "the targets are rows of 0 and 1"


def _told_of_map(output: Shape, image: Shape, targets: Targets | None) -> tuple[str, str]:
    """Of a network that answers with more than one pixel."""
    shown = f"the network answers with {shown_map(output)}"
    if targets is not None and targets.ndim >= 3:
        single = targets.ndim == 3 or targets.shape[3] == 1
        of_classes = single and as_whole(targets) is not None
        if of_classes and (targets.dtype.kind == "i" or targets.max(initial=0) <= 1):
            return "segmentation", f"{shown}, and the labels are whole numbers, one for a pixel"
        return "map", f"{shown}, and the targets are values of pixels"
    if output[0] > 1 and output[0] != image[0] and output[1:] == image[1:]:
        return "segmentation", f"{shown}, as large as the image, and of more channels"
    return "map", shown
